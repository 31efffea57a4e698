using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>Spectral norms of the blocks of a Hessian in a basis of valley and river (Definition 2).</summary>
/// <param name="Valley"><c>||H_V||</c>.</param>
/// <param name="River"><c>||H_R||</c>.</param>
/// <param name="Coupling"><c>||H_RV||</c>.</param>
public readonly record struct BlockNorms(double Valley, double River, double Coupling);

/// <summary>
/// The blocks of Hessians in a basis that stays while they change, <c>H_V = V H V'</c>, <c>H_RV = R H V'</c> and the norm of
/// <c>H_R = R H R'</c>. In the eigenbasis of a Hessian its own <c>H_RV</c> is zero; what it is later says how valley and
/// river turn into each other.
/// </summary>
public sealed class HessianBlocks
{
    private readonly ValleyBasis _basis;
    private readonly DenseProduct _product;
    private readonly SymmetricEigensolver _river;
    private readonly SymmetricEigensolver _valley;
    private readonly double[] _image;
    private readonly double[] _gram;
    private readonly double[] _rest;
    private readonly double[] _scaled;

    /// <summary>A workspace for Hessians in one basis.</summary>
    /// <param name="basis">The basis that stays.</param>
    /// <param name="team">Threads of products and eigenvalues.</param>
    public HessianBlocks(ValleyBasis basis, WorkerTeam team)
    {
        _basis = basis;
        _product = DenseProduct.Create(team);
        _river = new SymmetricEigensolver(basis.RiverSize, team);
        _valley = new SymmetricEigensolver(basis.ValleySize, team);
        _image = new double[basis.ValleySize * basis.Size];
        _gram = new double[basis.ValleySize * basis.ValleySize];
        _rest = new double[basis.RiverSize * basis.Size];
        _scaled = new double[basis.Size * basis.Size];
        ValleyBlock = new double[basis.ValleySize * basis.ValleySize];
        Coupling = new double[basis.ValleySize * basis.RiverSize];
        RiverBlock = new double[basis.RiverSize * basis.RiverSize];
    }

    /// <summary><c>H_V</c>, (ValleySize,ValleySize).</summary>
    public double[] ValleyBlock { get; }

    /// <summary><c>H_VR</c>, (ValleySize,RiverSize): the transpose of <c>H_RV</c>.</summary>
    public double[] Coupling { get; }

    /// <summary><c>H_R</c>, (RiverSize,RiverSize).</summary>
    public double[] RiverBlock { get; }

    /// <summary>Takes a Hessian apart and measures its blocks.</summary>
    /// <param name="hessian">(P,P), symmetric.</param>
    public BlockNorms Measure(ReadOnlySpan<double> hessian)
    {
        var (valley, river, size) = (_basis.ValleySize, _basis.RiverSize, _basis.Size);
        var scale = Scale(hessian);
        Multiply(_basis.Valley, _scaled, _image, valley, size, transposed: false);
        Multiply(_image, _basis.Valley, ValleyBlock, valley, valley, transposed: true);
        Multiply(_image, _basis.River, Coupling, valley, river, transposed: true);
        Multiply(Coupling, Coupling, _gram, valley, valley, transposed: true, depth: river);
        Multiply(_basis.River, _scaled, _rest, river, size, transposed: false);
        Multiply(_rest, _basis.River, RiverBlock, river, river, transposed: true);
        var norms = new BlockNorms(
            scale * Norm(_valley, ValleyBlock),
            scale * Norm(_river, RiverBlock),
            scale * (valley == 0 ? 0 : Math.Sqrt(Norm(_valley, _gram))));
        Restore(ValleyBlock, scale);
        Restore(Coupling, scale);
        Restore(RiverBlock, scale);
        return norms;
    }

    /// <summary>
    /// The largest c with <c>c diag(lambda) &lt;= H_V</c> in Loewner's order, lambda being the eigenvalues of the basis in the
    /// valley: Assumption 3 with a lower bound that is a multiple of the valley Hessian to which the basis belongs. Where c
    /// is negative <c>H_V</c> has a negative eigenvalue, and no positive semidefinite lower bound exists at all. NaN
    /// without a valley, and where the ratio of curvatures leaves the finite numbers.
    /// </summary>
    public double LowerMultiple()
    {
        var size = _basis.ValleySize;
        if (size == 0)
        {
            return double.NaN;
        }

        var values = _basis.ValleyValues;
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                var ratio = ValleyBlock[(i * size) + j] / Math.Sqrt(values[i]) / Math.Sqrt(values[j]);
                if (!double.IsFinite(ratio))
                {
                    return double.NaN;
                }

                _gram[(i * size) + j] = ratio;
            }
        }

        Span<double> smallest = [0];
        Symmetrize(_gram, size);
        _valley.Values(_gram, 0, smallest);
        return smallest[0];
    }

    /// <summary>
    /// Divides by the largest magnitude, so that no square leaves the finite numbers where training is about to.
    /// </summary>
    private double Scale(ReadOnlySpan<double> hessian)
    {
        var largest = 0.0;
        foreach (var element in hessian)
        {
            largest = Math.Max(largest, Math.Abs(element));
        }

        for (var i = 0; i < _scaled.Length; i++)
        {
            _scaled[i] = largest > 0 ? hessian[i] / largest : 0;
        }

        return largest;
    }

    private static void Restore(double[] block, double scale)
    {
        for (var i = 0; i < block.Length; i++)
        {
            block[i] *= scale;
        }
    }

    private static double Norm(SymmetricEigensolver solver, double[] matrix)
    {
        if (solver.Size == 0)
        {
            return 0;
        }

        Span<double> low = [0];
        Span<double> high = [0];
        Symmetrize(matrix, solver.Size);
        solver.Values(matrix, 0, low);
        solver.Values(matrix, solver.Size - 1, high);
        return Math.Max(Math.Abs(low[0]), Math.Abs(high[0]));
    }

    /// <summary>Products of symmetric matrices are so up to rounding, which may be more than small ones have to show.</summary>
    private static void Symmetrize(double[] matrix, int size)
    {
        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < row; column++)
            {
                ref var below = ref matrix[(row * size) + column];
                ref var above = ref matrix[(column * size) + row];
                below = above = (0.5 * below) + (0.5 * above);
            }
        }
    }

    /// <summary><c>C = A B</c> or <c>A B'</c>, row-major; C is (rows, columns).</summary>
    private unsafe void Multiply(
        ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c, int rows, int columns, bool transposed, int? depth = null)
    {
        var inner = depth ?? _basis.Size;
        if (rows == 0 || columns == 0)
        {
            return;
        }

        fixed (double* left = a, right = b, product = c)
        {
            var second = transposed ? new MatrixView(right, inner).Transposed : new MatrixView(right, columns);
            _product.Multiply(new MatrixView(left, inner), second, product, columns, rows, columns, inner);
        }
    }
}
