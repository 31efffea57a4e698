using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// Eigenvectors of <c>diag(d) + rho z z'</c> from its computed eigenvalues. The coupling z is first recomputed so that
/// the computed eigenvalues are exact for it (Gu and Eisenstat, <i>A stable and efficient algorithm for the rank-one
/// modification of the symmetric eigenproblem</i>, 1994): then the vectors are orthogonal to working precision however
/// close two eigenvalues lie.
/// </summary>
internal static unsafe class SecularVectors
{
    /// <summary>Replaces the distances <c>d_j - root</c> of one root by its eigenvector, of length 1.</summary>
    /// <param name="row">The distances, padded with infinity to a cache line.</param>
    /// <param name="couplings">The recomputed z_j, padded with zero.</param>
    /// <param name="columns">Which j stands in each column of the result.</param>
    /// <param name="scratch">As long as a padded row.</param>
    public static void Form<TLanes>(double* row, double* couplings, ReadOnlySpan<int> columns, double* scratch)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var padded = AlignedBuffer.RoundUp(columns.Length);
        var squares = TLanes.Fill(0);
        for (var j = 0; j < padded; j += TLanes.Count)
        {
            var element = TLanes.Load(couplings + j) / TLanes.Load(row + j);
            squares = TLanes.MultiplyAdd(element, element, squares);
            element.Store(scratch + j);
        }

        var scale = 1 / Math.Sqrt(squares.Sum());
        for (var j = 0; j < columns.Length; j++)
        {
            row[j] = scale * scratch[columns[j]];
        }
    }

    /// <summary>
    /// <c>rho z_j^2 = (root_j - d_j) prod over i != j of (root_i - d_j) / (d_i - d_j)</c> for a range of j; the factor
    /// rho does not matter to vectors of length 1.
    /// </summary>
    /// <param name="rows">The distances <c>d_j - root_i</c>, a row for each root.</param>
    /// <param name="stride">Row stride.</param>
    /// <param name="count">Number of roots.</param>
    /// <param name="poles">The d_j, padded with infinity.</param>
    /// <param name="couplings">The z_j, whose signs are kept.</param>
    /// <param name="products">Workspace, at first 1.</param>
    /// <param name="first">First of the range, at the beginning of a cache line.</param>
    /// <param name="end">End of the range, at the end of a cache line.</param>
    public static void RecomputeCouplings<TLanes>(
        double* rows, nint stride, int count, double* poles, double* couplings, double* products, int first, int end)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (var i = 0; i < count; i++)
        {
            var row = rows + i * stride;
            var own = products[i];
            var pole = TLanes.Fill(poles[i]);
            for (var j = first; j < end; j += TLanes.Count)
            {
                var ratio = TLanes.Load(row + j) / (TLanes.Load(poles + j) - pole);
                (TLanes.Load(products + j) * ratio).Store(products + j);
            }

            if (i >= first && i < end)
            {
                // The loop has divided by zero here.
                products[i] = -own * row[i];
            }
        }

        for (var j = first; j < end; j++)
        {
            couplings[j] = j < count ? Math.CopySign(Math.Sqrt(products[j]), couplings[j]) : 0;
        }
    }
}
