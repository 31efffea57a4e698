using System.Globalization;
using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>Checks a symmetric matrix on its way into the solver and copies its lower triangle, averaged and scaled.</summary>
internal sealed unsafe class MatrixIntake<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    /// <summary>The largest |A_ij - A_ji| that counts as rounding, as a multiple of max |A|.</summary>
    public const double AsymmetryLimit = 1e-10;

    // The transposed reads of a square of this side stay in the first-level cache.
    private const int Block = 32;

    private readonly int _size;
    private readonly double[] _largest;
    private readonly bool[] _isAsymmetric;
    private readonly Pieces _measure;
    private readonly Pieces _copy;
    private double* _source;
    private double* _destination;
    private nint _stride;
    private double _scale;
    private double _limit;

    /// <summary>For matrices of order n.</summary>
    public MatrixIntake(int n, WorkerTeam team)
    {
        _size = n;
        _largest = new double[(n + Block - 1) / Block];
        _isAsymmetric = new bool[_largest.Length];
        _measure = new Pieces(team, (piece, _) => Measure(piece));
        _copy = new Pieces(team, (piece, _) => Copy(piece));
    }

    /// <summary>
    /// Writes <c>2^-s (A + A') / 2</c> to rows of the given stride, the lower triangle and whole squares of side 32 along
    /// the diagonal, where s (the result) brings the largest element into [1, 2), so that no later square overflows or
    /// vanishes.
    /// </summary>
    /// <exception cref="ArgumentException">Not finite or not symmetric.</exception>
    public int Copy(ReadOnlySpan<double> matrix, double* destination, nint stride)
    {
        fixed (double* source = matrix)
        {
            _source = source;
            _destination = destination;
            _stride = stride;
            _measure.Run(_largest.Length);
            var largest = 0.0;
            foreach (var element in _largest)
            {
                if (!double.IsFinite(element))
                {
                    RefuseInfinite(matrix);
                }

                largest = Math.Max(largest, element);
            }

            // Bounded so that the factor itself is a normal number.
            var exponent = largest > 0 ? Math.Clamp(Math.ILogB(largest), -1022, 1022) : 0;
            _scale = Math.ScaleB(1, -exponent);
            _limit = AsymmetryLimit * largest;
            _copy.Run(_largest.Length);
            if (_isAsymmetric.AsSpan().Contains(true))
            {
                RefuseAsymmetric(matrix);
            }

            return exponent;
        }
    }

    /// <summary>The largest magnitude in a few rows; not a number where one element is not finite.</summary>
    private void Measure(int piece)
    {
        var first = (nint)piece * Block * _size;
        var length = (nint)Math.Min(Block, _size - piece * Block) * _size;
        var zero = TLanes.Fill(0);
        var (low, high, poison) = (zero, zero, zero);
        var k = (nint)0;
        for (; k <= length - TLanes.Count; k += TLanes.Count)
        {
            var x = TLanes.Load(_source + first + k);
            (low, high) = (TLanes.Min(low, x), TLanes.Max(high, x));

            // Zero times anything that is not finite is not a number, and so is every sum with it.
            poison = TLanes.MultiplyAdd(zero, x, poison);
        }

        var bounds = stackalloc double[2 * TLanes.Count];
        low.Store(bounds);
        high.Store(bounds + TLanes.Count);
        var largest = poison.Sum();
        for (var lane = 0; lane < 2 * TLanes.Count; lane++)
        {
            largest = Math.Max(largest, Math.Abs(bounds[lane]));
        }

        for (; k < length; k++)
        {
            largest = Math.Max(largest, Math.Abs(_source[first + k]));
        }

        _largest[piece] = largest;
    }

    private void Copy(int piece)
    {
        var row = piece * Block;
        var isAsymmetric = false;
        for (var column = 0; column <= row; column += Block)
        {
            isAsymmetric |= CopyBlock(row, column);
        }

        _isAsymmetric[piece] = isAsymmetric;
    }

    private bool CopyBlock(int row, int column)
    {
        var isAsymmetric = false;
        var (scale, limit, n) = (_scale, _limit, _size);
        for (var i = row; i < Math.Min(row + Block, n); i++)
        {
            var left = _source + (nint)i * n;
            var top = _source + i;
            var target = _destination + i * _stride;
            for (var j = column; j < Math.Min(column + Block, i + 1); j++)
            {
                var (below, above) = (left[j], top[(nint)j * n]);
                isAsymmetric |= Math.Abs(below - above) > limit;

                // Scaled first: the sum of two elements near the largest double would overflow.
                target[j] = below * scale * 0.5 + above * scale * 0.5;
            }
        }

        if (row == column)
        {
            for (var i = row; i < Math.Min(row + Block, n); i++)
            {
                for (var j = row; j < i; j++)
                {
                    _destination[j * _stride + i] = _destination[i * _stride + j];
                }
            }
        }

        return isAsymmetric;
    }

    private void RefuseInfinite(ReadOnlySpan<double> matrix)
    {
        for (var k = 0; k < matrix.Length; k++)
        {
            if (!double.IsFinite(matrix[k]))
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The matrix must be finite, but element ({k / _size},{k % _size}) is {matrix[k]}."));
            }
        }
    }

    private void RefuseAsymmetric(ReadOnlySpan<double> matrix)
    {
        for (var k = 0; k < matrix.Length; k++)
        {
            var (i, j) = (k / _size, k % _size);
            var (below, above) = (matrix[k], matrix[j * _size + i]);
            if (j < i && Math.Abs(below - above) > _limit)
            {
                throw new ArgumentException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The matrix is not symmetric: elements ({i},{j}) = {below:R} and ({j},{i}) = {above:R} differ by {Math.Abs(below - above):E2}, more than {AsymmetryLimit:E0} of the largest element."));
            }
        }
    }
}
