using System.Globalization;

namespace Looped.Analysis;

/// <summary>Checks a symmetric matrix on its way into the solver and copies it, averaged and scaled.</summary>
internal static unsafe class MatrixIntake
{
    /// <summary>The largest |A_ij - A_ji| that counts as rounding, as a multiple of max |A|.</summary>
    public const double AsymmetryLimit = 1e-10;

    // The transposed reads of a square of this side stay in the first-level cache.
    private const int Block = 32;

    /// <summary>
    /// Writes <c>2^-s (A + A') / 2</c> to rows of the given stride, where s (the result) brings the largest element
    /// into [1, 2), so that no later square overflows or vanishes.
    /// </summary>
    /// <exception cref="ArgumentException">Not n x n, not finite or not symmetric.</exception>
    public static int Copy(ReadOnlySpan<double> matrix, int n, double* destination, nint stride)
    {
        if (matrix.Length != (long)n * n)
        {
            throw new ArgumentException(
                $"The matrix has {matrix.Length} elements, but order {n} needs {(long)n * n}.", nameof(matrix));
        }

        var largest = LargestMagnitude(matrix, n);
        if (largest == 0)
        {
            for (var i = 0; i < n; i++)
            {
                new Span<double>(destination + i * stride, n).Clear();
            }

            return 0;
        }

        // Bounded so that the factor itself is a normal number.
        var exponent = Math.Clamp(Math.ILogB(largest), -1022, 1022);
        var scale = Math.ScaleB(1, -exponent);
        fixed (double* source = matrix)
        {
            for (var row = 0; row < n; row += Block)
            {
                for (var column = 0; column <= row; column += Block)
                {
                    CopyBlock(source, n, row, column, scale, AsymmetryLimit * largest, destination, stride);
                }
            }
        }

        return exponent;
    }

    private static void CopyBlock(
        double* source, int n, int row, int column, double scale, double limit, double* destination, nint stride)
    {
        for (var i = row; i < Math.Min(row + Block, n); i++)
        {
            for (var j = column; j < Math.Min(column + Block, i + 1); j++)
            {
                var below = source[(nint)i * n + j];
                var above = source[(nint)j * n + i];
                if (!(Math.Abs(below - above) <= limit))
                {
                    throw new ArgumentException(string.Create(
                        CultureInfo.InvariantCulture,
                        $"The matrix is not symmetric: elements ({i},{j}) = {below:R} and ({j},{i}) = {above:R} differ by {Math.Abs(below - above):E2}, more than {AsymmetryLimit:E0} of the largest element."));
                }

                // Scaled first: the sum of two elements near the largest double would overflow.
                var mean = below * scale * 0.5 + above * scale * 0.5;
                destination[i * stride + j] = mean;
                destination[j * stride + i] = mean;
            }
        }
    }

    private static double LargestMagnitude(ReadOnlySpan<double> matrix, int n)
    {
        var largest = 0.0;
        for (var k = 0; k < matrix.Length; k++)
        {
            var magnitude = Math.Abs(matrix[k]);
            if (!(magnitude <= double.MaxValue))
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The matrix must be finite, but element ({k / n},{k % n}) is {matrix[k]}."));
            }

            largest = Math.Max(largest, magnitude);
        }

        return largest;
    }
}
