namespace Looped.Analysis.Theory;

/// <summary>
/// The singular value decomposition <c>A = sum_j sigma_j u_j v_j'</c> of a small matrix, by one-sided Jacobi rotations
/// (Hestenes, 1958): columns are rotated pairwise until they are orthogonal, which gives small singular values to high
/// relative accuracy.
/// </summary>
/// <param name="Values">Singular values, descending: as many as the smaller side has rows.</param>
/// <param name="Left">Their left vectors, a row each; those of a singular value of zero are zero.</param>
/// <param name="Right">Their right vectors, a row each.</param>
public sealed record SingularValues(double[] Values, double[][] Left, double[][] Right)
{
    private const int MostSweeps = 60;

    /// <summary>Singular values at most this share of the largest count as zero, unless said otherwise.</summary>
    public const double RankTolerance = 1e-12;

    /// <summary>The decomposition of a matrix.</summary>
    public static SingularValues Of(Matrix matrix)
    {
        if (matrix.Columns > matrix.Rows)
        {
            var (values, left, right) = Of(matrix.Transpose());
            return new SingularValues(values, right, left);
        }

        // Rows of these are the columns of A and of the product of all rotations.
        var transpose = matrix.Transpose();
        var columns = Enumerable.Range(0, matrix.Columns).Select(j => transpose.Row(j).ToArray()).ToArray();
        var rotations = Enumerable.Range(0, matrix.Columns).Select(j => Unit(matrix.Columns, j)).ToArray();
        for (var sweep = 0; sweep < MostSweeps && Sweep(columns, rotations); sweep++)
        {
        }

        var order = Enumerable.Range(0, columns.Length)
            .Select(j => (Index: j, Norm: Vectors.Norm(columns[j])))
            .OrderByDescending(column => column.Norm)
            .ThenBy(column => column.Index)
            .ToArray();
        return new SingularValues(
            [.. order.Select(column => column.Norm)],
            [.. order.Select(c => c.Norm == 0 ? new double[matrix.Rows] : Vectors.Scaled(1 / c.Norm, columns[c.Index]))],
            [.. order.Select(column => rotations[column.Index])]);
    }

    /// <summary>The number of singular values above a share of the largest.</summary>
    public int Rank(double tolerance = RankTolerance) => Values.Count(value => value > tolerance * Values[0]);

    /// <summary>The Moore-Penrose pseudo-inverse <c>sum_j v_j u_j' / sigma_j</c> over the singular values that are not zero.</summary>
    public Matrix PseudoInverse(double tolerance = RankTolerance) => Sum(tolerance, Right, Left, value => 1 / value);

    /// <summary>The orthogonal projector on the range (column space), <c>sum_j u_j u_j'</c>.</summary>
    public Matrix RangeProjector(double tolerance = RankTolerance) => Sum(tolerance, Left, Left, _ => 1);

    private Matrix Sum(double tolerance, double[][] left, double[][] right, Func<double, double> weight)
    {
        var sum = new Matrix(left[0].Length, right[0].Length);
        for (var j = 0; j < Rank(tolerance); j++)
        {
            sum += weight(Values[j]) * Matrix.Outer(left[j], right[j]);
        }

        return sum;
    }

    private static double[] Unit(int n, int j)
    {
        var unit = new double[n];
        unit[j] = 1;
        return unit;
    }

    /// <summary>Rotates each pair of columns once; false where all were orthogonal.</summary>
    private static bool Sweep(double[][] columns, double[][] rotations)
    {
        var rotated = false;
        for (var i = 0; i < columns.Length; i++)
        {
            for (var j = i + 1; j < columns.Length; j++)
            {
                var (a, b) = (Vectors.Dot(columns[i], columns[i]), Vectors.Dot(columns[j], columns[j]));
                var c = Vectors.Dot(columns[i], columns[j]);
                if (Math.Abs(c) <= 1e-16 * Math.Sqrt(a * b))
                {
                    continue;
                }

                rotated = true;
                var zeta = (b - a) / (2 * c);
                var tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
                var cosine = 1 / Math.Sqrt(1 + (tangent * tangent));
                Rotate(columns[i], columns[j], cosine, cosine * tangent);
                Rotate(rotations[i], rotations[j], cosine, cosine * tangent);
            }
        }

        return rotated;
    }

    private static void Rotate(double[] a, double[] b, double cosine, double sine)
    {
        for (var i = 0; i < a.Length; i++)
        {
            (a[i], b[i]) = ((cosine * a[i]) - (sine * b[i]), (sine * a[i]) + (cosine * b[i]));
        }
    }
}
