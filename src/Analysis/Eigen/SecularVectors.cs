using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>
/// Eigenvectors of <c>diag(d) + rho z z'</c> from its computed eigenvalues. The coupling z is first recomputed so that
/// the computed eigenvalues are exact for it (Gu and Eisenstat, 1994): then the vectors are orthogonal to working
/// precision however close two eigenvalues lie.
/// </summary>
internal static unsafe class SecularVectors
{
    /// <summary>Replaces row i of distances <c>d_j - root_i</c> by eigenvector i of length 1.</summary>
    /// <param name="rows">The distances, each row padded with infinity to a cache line.</param>
    /// <param name="stride">Row stride.</param>
    /// <param name="count">Number of rows and columns.</param>
    /// <param name="poles">The d_j, padded with infinity.</param>
    /// <param name="couplings">The z_j, whose signs are kept.</param>
    /// <param name="columns">Which j stands in each column of the result.</param>
    /// <param name="scratch">As long as a padded row.</param>
    public static void Form<TLanes>(
        double* rows, nint stride, int count, double* poles, double* couplings, ReadOnlySpan<int> columns, double* scratch)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var padded = AlignedBuffer.RoundUp(count);
        RecomputeCouplings<TLanes>(rows, stride, count, poles, couplings, scratch);
        for (var i = 0; i < count; i++)
        {
            var row = rows + i * stride;
            var squares = TLanes.Fill(0);
            for (var j = 0; j < padded; j += TLanes.Count)
            {
                var element = TLanes.Load(couplings + j) / TLanes.Load(row + j);
                squares = TLanes.MultiplyAdd(element, element, squares);
                element.Store(scratch + j);
            }

            var scale = 1 / Math.Sqrt(squares.Sum());
            for (var j = 0; j < count; j++)
            {
                row[j] = scale * scratch[columns[j]];
            }
        }
    }

    /// <summary>
    /// <c>rho z_j^2 = (root_j - d_j) prod over i != j of (root_i - d_j) / (d_i - d_j)</c>; the factor rho does not matter
    /// to vectors of length 1.
    /// </summary>
    private static void RecomputeCouplings<TLanes>(
        double* rows, nint stride, int count, double* poles, double* couplings, double* products)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var padded = AlignedBuffer.RoundUp(count);
        new Span<double>(products, padded).Fill(1);
        for (var i = 0; i < count; i++)
        {
            var row = rows + i * stride;
            var own = products[i];
            var pole = TLanes.Fill(poles[i]);
            for (var j = 0; j < padded; j += TLanes.Count)
            {
                var ratio = TLanes.Load(row + j) / (TLanes.Load(poles + j) - pole);
                (TLanes.Load(products + j) * ratio).Store(products + j);
            }

            // The loop has divided by zero here.
            products[i] = -own * row[i];
        }

        for (var j = 0; j < padded; j++)
        {
            couplings[j] = j < count ? Math.CopySign(Math.Sqrt(products[j]), couplings[j]) : 0;
        }
    }
}
