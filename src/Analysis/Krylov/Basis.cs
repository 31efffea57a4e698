using System.Runtime.Intrinsics;
using Looped.Kernels;

namespace Looped.Analysis.Krylov;

/// <summary>
/// Rows of n doubles, one after the other in native memory, and the passes over them that Gram-Schmidt consists of. A pass
/// is cut into pieces of fixed length whose sums are added in order, so that bits do not depend on the number of threads.
/// </summary>
internal sealed unsafe class Basis : IParallelWork, IDisposable
{
    /// <summary>Coordinates of a piece: a vector's stay in the first-level cache while those of all rows pass by.</summary>
    private const int Piece = 2048;

    /// <summary>Coordinates of all rows that a rotation copies at a time, since every new row needs every old one.</summary>
    private const int Strip = 128;

    /// <summary>
    /// A vector that is left shorter than this by a pass may have lost its orthogonality to cancellation (Daniel, Gragg,
    /// Kaufman and Stewart 1976); a second pass is enough.
    /// </summary>
    private const double Shrinkage = 0.7;

    private readonly HostMemory _memory;
    private readonly WorkerTeam _team;
    private readonly int _pieces;
    private readonly double[] _partial;
    private readonly double[] _second;
    private readonly double[][] _strips;
    private Pass _pass;
    private int _count;
    private int _kept;
    private double* _vector;
    private double* _factors;

    /// <summary>Room for some rows; none is written yet.</summary>
    public Basis(int size, int capacity, WorkerTeam team)
    {
        (Size, Capacity, _team) = (size, capacity, team);
        _memory = new HostMemory(Bytes(size, capacity));
        _pieces = (size + Piece - 1) / Piece;
        _partial = new double[_pieces * Math.Max(capacity, 1)];
        _second = new double[capacity];
        _strips = new double[team.Size][];
    }

    private enum Pass
    {
        Dots,
        Add,
        Rotate,
    }

    /// <summary>n.</summary>
    public int Size { get; }

    /// <summary>Rows that there is room for.</summary>
    public int Capacity { get; }

    /// <summary>Bytes of so many rows.</summary>
    public static long Bytes(int size, int capacity) => (long)size * capacity * sizeof(double);

    /// <summary>Some rows, (count,n).</summary>
    public Span<double> Rows(int first, int count) => new(Row(first), checked(count * Size));

    /// <summary>The scalar products of the first rows with a vector.</summary>
    public void Dots(ReadOnlySpan<double> vector, int count, Span<double> dots)
    {
        fixed (double* start = vector)
        {
            _vector = start;
            Run(Pass.Dots, count);
        }

        dots[..count].Clear();
        for (var piece = 0; piece < _pieces; piece++)
        {
            for (var row = 0; row < count; row++)
            {
                dots[row] += _partial[(piece * Capacity) + row];
            }
        }
    }

    /// <summary>Adds the first rows, each times its factor, to a vector.</summary>
    public void Add(ReadOnlySpan<double> factors, Span<double> vector)
    {
        fixed (double* start = vector, scale = factors)
        {
            _vector = start;
            _factors = scale;
            Run(Pass.Add, factors.Length);
        }
    }

    /// <summary>
    /// Makes a vector orthogonal to the first rows, which are orthonormal: classical Gram-Schmidt, again where the first pass
    /// cancelled much.
    /// </summary>
    /// <param name="vector">(n,).</param>
    /// <param name="count">How many rows.</param>
    /// <param name="coefficients">Out: what was taken away of each row.</param>
    /// <returns>The norm of what is left.</returns>
    public double Orthogonalize(Span<double> vector, int count, Span<double> coefficients)
    {
        var before = Norm(vector);
        coefficients[..count].Clear();
        for (var pass = 0; pass < 2; pass++)
        {
            var part = _second.AsSpan(0, count);
            Dots(vector, count, part);
            for (var i = 0; i < count; i++)
            {
                coefficients[i] += part[i];
                part[i] = -part[i];
            }

            Add(part, vector);
            var after = Norm(vector);
            if (after > Shrinkage * before)
            {
                return after;
            }

            before = after;
        }

        return before;
    }

    /// <summary>
    /// Replaces the first rows by fewer combinations of them: row i becomes the sum over j of weight (i,j) times row j.
    /// </summary>
    /// <param name="weights">(kept, count), row-major.</param>
    /// <param name="count">How many rows there are.</param>
    /// <param name="kept">How many remain, at most count.</param>
    public void Rotate(ReadOnlySpan<double> weights, int count, int kept)
    {
        fixed (double* start = weights)
        {
            _factors = start;
            _kept = kept;
            Run(Pass.Rotate, count);
        }
    }

    /// <summary>The Euclidean norm, summed in pieces as all passes are.</summary>
    public static double Norm(ReadOnlySpan<double> vector) => Math.Sqrt(Dot(vector, vector));

    /// <summary>The scalar product of two vectors.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        fixed (double* left = a, right = b)
        {
            for (var start = 0; start < a.Length; start += Piece)
            {
                sum += Dot(left + start, right + start, Math.Min(Piece, a.Length - start));
            }
        }

        return sum;
    }

    /// <summary>Adds a multiple of one vector to another.</summary>
    public static void AddMultiple(double factor, ReadOnlySpan<double> source, Span<double> target)
    {
        fixed (double* from = source, to = target)
        {
            AddMultiple(factor, from, to, target.Length);
        }
    }

    /// <summary>Multiplies a vector by a number.</summary>
    public static void Scale(double factor, Span<double> vector)
    {
        foreach (ref var element in vector)
        {
            element *= factor;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    void IParallelWork.Run(int item, int worker)
    {
        var start = item * Piece;
        var length = Math.Min(Piece, Size - start);
        switch (_pass)
        {
            case Pass.Dots:
                for (var row = 0; row < _count; row++)
                {
                    _partial[(item * Capacity) + row] = Dot(Row(row) + start, _vector + start, length);
                }

                break;
            case Pass.Add:
                for (var row = 0; row < _count; row++)
                {
                    AddMultiple(_factors[row], Row(row) + start, _vector + start, length);
                }

                break;
            default:
                RotatePiece(start, length, worker);
                break;
        }
    }

    private void Run(Pass pass, int count)
    {
        (_pass, _count) = (pass, count);
        _team.Run(this, _pieces);
    }

    private void RotatePiece(int start, int length, int worker)
    {
        var turned = stackalloc double[Strip];
        fixed (double* copy = _strips[worker] ??= new double[Capacity * Strip])
        {
            for (var from = start; from < start + length; from += Strip)
            {
                var width = Math.Min(Strip, start + length - from);
                for (var row = 0; row < _count; row++)
                {
                    new Span<double>(Row(row) + from, width).CopyTo(new Span<double>(copy + (row * Strip), width));
                }

                for (var row = 0; row < _kept; row++)
                {
                    new Span<double>(turned, width).Clear();
                    for (var old = 0; old < _count; old++)
                    {
                        AddMultiple(_factors[(row * _count) + old], copy + (old * Strip), turned, width);
                    }

                    new Span<double>(turned, width).CopyTo(new Span<double>(Row(row) + from, width));
                }
            }
        }
    }

    private static double Dot(double* a, double* b, int length)
    {
        var (s0, s1, s2, s3) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i <= length - 16; i += 16)
        {
            s0 = Vector256.FusedMultiplyAdd(Vector256.Load(a + i), Vector256.Load(b + i), s0);
            s1 = Vector256.FusedMultiplyAdd(Vector256.Load(a + i + 4), Vector256.Load(b + i + 4), s1);
            s2 = Vector256.FusedMultiplyAdd(Vector256.Load(a + i + 8), Vector256.Load(b + i + 8), s2);
            s3 = Vector256.FusedMultiplyAdd(Vector256.Load(a + i + 12), Vector256.Load(b + i + 12), s3);
        }

        var sum = Vector256.Sum((s0 + s1) + (s2 + s3));
        for (; i < length; i++)
        {
            sum = Math.FusedMultiplyAdd(a[i], b[i], sum);
        }

        return sum;
    }

    private static void AddMultiple(double factor, double* source, double* target, int length)
    {
        var factors = Vector256.Create(factor);
        var i = 0;
        for (; i <= length - 4; i += 4)
        {
            Vector256.FusedMultiplyAdd(factors, Vector256.Load(source + i), Vector256.Load(target + i)).Store(target + i);
        }

        for (; i < length; i++)
        {
            target[i] = Math.FusedMultiplyAdd(factor, source[i], target[i]);
        }
    }

    private double* Row(int row) => (double*)_memory.Pointer + ((long)row * Size);
}
