using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>
/// Any of the eigenvalues of a symmetric tridiagonal matrix by bisection with <see cref="SturmCounts{TLanes}"/>: first
/// all share one grid of shifts over the whole spectrum, then each halves the gap of the grid that it lies in, a group of
/// them at once. The number of halvings is fixed by the precision, so it always ends.
/// </summary>
internal sealed unsafe class Bisection<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    // The last gap relative to the size of the matrix; its middle is taken.
    private const double Precision = 2.220446049250313e-16;

    // The bounds of the spectrum are widened by this much of the matrix's size, far more than their rounding.
    private const double Margin = 1e-14;

    private readonly AlignedBuffer _pairs;
    private readonly AlignedBuffer _grid;
    private readonly AlignedBuffer _found;
    private readonly long[] _gridCounts;
    private readonly Pieces _count;
    private readonly Pieces _halve;
    private int _size;
    private int _exponent;
    private double _low;
    private double _high;
    private int _first;
    private int _wanted;
    private int _gridLength;

    /// <summary>The workspace for matrices of order n.</summary>
    public Bisection(int n, WorkerTeam team)
    {
        var padded = n + SturmCounts<TLanes>.Group;
        _pairs = new AlignedBuffer(2 * n);
        _grid = new AlignedBuffer(padded);
        _found = new AlignedBuffer(padded);
        _gridCounts = new long[padded];
        _count = new Pieces(team, (piece, _) => CountGrid(piece));
        _halve = new Pieces(team, (piece, _) => Halve(piece));
    }

    /// <summary>Takes a matrix: copies it, scaled by a power of two so that its size is about 1.</summary>
    /// <param name="diagonal">The n diagonal elements, n at least 1.</param>
    /// <param name="offDiagonal">The n - 1 elements beside it.</param>
    public void Load(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal)
    {
        _size = diagonal.Length;
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < _size; i++)
        {
            // Gershgorin's discs.
            var radius = (i > 0 ? Math.Abs(offDiagonal[i - 1]) : 0) + (i < _size - 1 ? Math.Abs(offDiagonal[i]) : 0);
            low = Math.Min(low, diagonal[i] - radius);
            high = Math.Max(high, diagonal[i] + radius);
        }

        var largest = Math.Max(Math.Abs(low), Math.Abs(high));
        _exponent = largest > 0 ? Math.ILogB(largest) + 1 : 0;
        var scale = Math.ScaleB(1, -_exponent);
        (_low, _high) = (low * scale - Margin, high * scale + Margin);
        for (var i = 0; i < _size; i++)
        {
            var beside = i > 0 ? offDiagonal[i - 1] * scale : 0;
            _pairs.Pointer[2 * i] = diagonal[i] * scale;
            _pairs.Pointer[2 * i + 1] = i > 0 ? -Math.Max(beside * beside, SturmCounts<TLanes>.SmallestSquare) : 0;
        }
    }

    /// <summary>How many eigenvalues lie below a number.</summary>
    public int CountBelow(double x)
    {
        var scaled = Math.ScaleB(x, -_exponent);
        if (!(scaled > _low))
        {
            return 0;
        }

        if (scaled >= _high)
        {
            return _size;
        }

        new Span<double>(_grid.Pointer, SturmCounts<TLanes>.Group).Fill(scaled);
        CountGrid(0);
        return (int)_gridCounts[0];
    }

    /// <summary>Eigenvalues number <paramref name="first"/> and following, ascending, as many as there is room for.</summary>
    public void Solve(int first, Span<double> values)
    {
        var group = SturmCounts<TLanes>.Group;
        var pieces = (values.Length + group - 1) / group;
        (_first, _wanted, _gridLength) = (first, values.Length, pieces * group);
        for (var k = 0; k < _gridLength; k++)
        {
            _grid.Pointer[k] = _low + (_high - _low) * ((k + 1.0) / (_gridLength + 1));
        }

        _count.Run(pieces);
        for (var k = 1; k < _gridLength; k++)
        {
            // Rounding must not make a count fall where x rises.
            _gridCounts[k] = Math.Max(_gridCounts[k], _gridCounts[k - 1]);
        }

        _halve.Run(pieces);
        var largest = double.NegativeInfinity;
        for (var j = 0; j < values.Length; j++)
        {
            largest = Math.Max(largest, _found.Pointer[j]);
            values[j] = Math.ScaleB(largest, _exponent);
        }
    }

    private void CountGrid(int piece)
    {
        var start = piece * SturmCounts<TLanes>.Group;
        fixed (long* counts = _gridCounts)
        {
            SturmCounts<TLanes>.Count(_pairs.Pointer, _size, _grid.Pointer + start, counts + start);
        }
    }

    /// <summary>Finds a group of the wanted values; where the last group has room to spare it repeats the last value.</summary>
    private void Halve(int piece)
    {
        var group = SturmCounts<TLanes>.Group;
        var low = stackalloc double[group];
        var high = stackalloc double[group];
        var middle = stackalloc double[group];
        var counts = stackalloc long[group];
        for (var k = 0; k < group; k++)
        {
            var index = Index(piece, k);
            var above = FirstAbove(index);
            low[k] = above > 0 ? _grid.Pointer[above - 1] : _low;
            high[k] = above < _gridLength ? _grid.Pointer[above] : _high;
        }

        var gap = (_high - _low) / (_gridLength + 1);
        var halvings = (int)Math.Ceiling(Math.Log2(gap / (Precision * Math.Max(Math.Abs(_low), Math.Abs(_high)))));
        for (var step = 0; step < halvings; step++)
        {
            for (var k = 0; k < group; k++)
            {
                middle[k] = 0.5 * (low[k] + high[k]);
            }

            SturmCounts<TLanes>.Count(_pairs.Pointer, _size, middle, counts);
            for (var k = 0; k < group; k++)
            {
                var isAbove = counts[k] > Index(piece, k);
                low[k] = isAbove ? low[k] : middle[k];
                high[k] = isAbove ? middle[k] : high[k];
            }
        }

        for (var k = 0; k < group; k++)
        {
            _found.Pointer[piece * group + k] = 0.5 * (low[k] + high[k]);
        }
    }

    private int Index(int piece, int k) => _first + Math.Min(piece * SturmCounts<TLanes>.Group + k, _wanted - 1);

    /// <summary>The first point of the grid with more than so many eigenvalues below it; the grid's length if there is none.</summary>
    private int FirstAbove(int index)
    {
        var (low, high) = (0, _gridLength);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _gridCounts[middle] > index ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
