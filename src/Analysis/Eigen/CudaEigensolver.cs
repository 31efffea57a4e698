using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Looped.Analysis.Dense;
using Looped.Kernels;
using Looped.Kernels.Cuda;
using Looped.Tensors;

namespace Looped.Analysis;

/// <summary>
/// Eigenvalues and eigenvectors of real symmetric matrices of one order on a CUDA device: it reduces the matrix to
/// tridiagonal form and turns the tridiagonal matrix's vectors into the matrix's; the tridiagonal problem between, small
/// work of many branches, is the processor's. Memory is kept from call to call. One thread at a time may use an instance.
/// </summary>
public sealed unsafe class CudaEigensolver : IDisposable
{
    private const double Negligible = 1.1102230246251565e-16;

    private readonly IDeviceMemory _arena;
    private readonly IKernelSequence _reduction;
    private readonly IKernelSequence _restoration;
    private readonly long _square;
    private readonly double[] _diagonal;
    private readonly double[] _offDiagonal;

    /// <summary>Memory for n x n matrices: three on the device.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is not positive.</exception>
    public CudaEigensolver(int n, CudaBackend backend)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        Size = n;
        _square = (long)n * n * sizeof(double);
        (_diagonal, _offDiagonal) = (new double[n], new double[n]);
        var shape = new Shape(n, n);
        var (matrix, reflections, vectors) = (At(0, shape), At(_square, shape), At(2 * _square, shape));
        var (factors, offDiagonal, diagonal) = (Line(0), Line(1), Line(2));
        _arena = backend.Allocate(Place(3));
        _reduction = backend.Prepare(
            [new TridiagonalCall(matrix, reflections, factors, offDiagonal, diagonal)], _arena);
        _restoration = backend.Prepare([new RestoreCall(reflections, factors, vectors)], _arena);

        Operand Line(int number) => At(Place(number), new Shape(n));

        static Operand At(long offset, Shape shape) => new(offset, ElementType.Float64, shape);
    }

    /// <summary>The order n of the matrices.</summary>
    public int Size { get; }

    /// <summary>The eigenvalues of a symmetric matrix, ascending.</summary>
    /// <param name="matrix">Row-major, (n,n), finite and symmetric.</param>
    /// <param name="values">Out: n eigenvalues.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an element is not finite.</exception>
    public void Values(ReadOnlySpan<double> matrix, Span<double> values)
    {
        Reduce(matrix, values);
        RootFreeQl.Solve(_diagonal, _offDiagonal.AsSpan(0, Size - 1), Negligible * Largest());
        _diagonal.CopyTo(values);
    }

    /// <summary>The eigenvalues of a symmetric matrix, ascending, and orthonormal eigenvectors.</summary>
    /// <param name="matrix">Row-major, (n,n), finite and symmetric.</param>
    /// <param name="values">Out: n eigenvalues.</param>
    /// <param name="vectors">Out, (n,n): row j is the eigenvector of value j.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an element is not finite.</exception>
    public void Decompose(ReadOnlySpan<double> matrix, Span<double> values, Span<double> vectors)
    {
        if (vectors.Length != matrix.Length)
        {
            throw new ArgumentException($"there is room for {vectors.Length} elements of vectors, not {matrix.Length}");
        }

        Reduce(matrix, values);
        if (Vector512.IsHardwareAccelerated)
        {
            SolveTridiagonal<Lanes512>(values, vectors);
        }
        else
        {
            SolveTridiagonal<Lanes256>(values, vectors);
        }

        _arena.Write(2 * _square, MemoryMarshal.AsBytes(vectors));
        _restoration.Run();
        _arena.Read(2 * _square, MemoryMarshal.AsBytes(vectors));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reduction.Dispose();
        _restoration.Dispose();
        _arena.Dispose();
    }

    private void Reduce(ReadOnlySpan<double> matrix, Span<double> values)
    {
        if (matrix.Length != (long)Size * Size || values.Length != Size)
        {
            throw new ArgumentException(
                $"{matrix.Length} elements and room for {values.Length} eigenvalues do not fit the order {Size}");
        }

        foreach (var element in matrix)
        {
            if (!double.IsFinite(element))
            {
                throw new ArgumentException("the matrix must be finite");
            }
        }

        _arena.Write(0, MemoryMarshal.AsBytes(matrix));
        _reduction.Run();
        _arena.Read(Place(1), MemoryMarshal.AsBytes(_offDiagonal.AsSpan()));
        _arena.Read(Place(2), MemoryMarshal.AsBytes(_diagonal.AsSpan()));
    }

    private void SolveTridiagonal<TLanes>(Span<double> values, Span<double> vectors)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        using var team = new WorkerTeam(1);
        var scratch = new AlignedBuffer(MergeWorkspace.ScratchLength(Size));
        var solver = new DivideAndConquer<TLanes>(Size, scratch, team, new DenseProduct<TLanes>(team, Size));
        fixed (double* diagonal = _diagonal, offDiagonal = _offDiagonal)
        {
            solver.Solve(diagonal, offDiagonal, Negligible * Largest(), first: 0, Size);
        }

        for (var j = 0; j < Size; j++)
        {
            var row = solver.Order[j];
            values[j] = _diagonal[row];
            new ReadOnlySpan<double>(solver.Rows.From(row, 0).Data, Size).CopyTo(vectors[(j * Size)..]);
        }
    }

    /// <summary>The byte at which a line of n numbers begins, behind the three matrices.</summary>
    private long Place(int line) => (3 * _square) + (line * (long)Size * sizeof(double));

    private double Largest()
    {
        var largest = 0.0;
        for (var j = 0; j < Size; j++)
        {
            largest = Math.Max(largest, Math.Max(Math.Abs(_diagonal[j]), j < Size - 1 ? Math.Abs(_offDiagonal[j]) : 0));
        }

        return largest;
    }
}
