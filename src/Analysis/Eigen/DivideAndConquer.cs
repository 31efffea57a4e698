using System.Numerics;
using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric tridiagonal matrix by divide and conquer (Cuppen, <i>A divide and conquer
/// method for the symmetric tridiagonal eigenproblem</i>, 1981). The bulk of the work is matrix products.
/// </summary>
/// <remarks>
/// T is torn into blocks of about equal size, <c>T = diag(T_1, T_2, ..) + sum |e| u u'</c> with each u zero but for a 1
/// and the sign of e at a tear. The blocks are solved by <see cref="ImplicitQl"/>, then neighbours are merged, level by
/// level, by <see cref="RankOneUpdate{TLanes}"/>: many small merges at the same time, and the pieces of a large one.
/// </remarks>
internal sealed unsafe class DivideAndConquer<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int LeafSize = 32;

    // From so many merges on, they are the pieces that run at the same time.
    private const int ManyMerges = 4;

    private readonly int _size;
    private readonly int _levels;
    private readonly AlignedBuffer _rows;
    private readonly AlignedBuffer _leaves;
    private readonly int[] _order;
    private readonly MergeWorkspace _workspace;
    private readonly RankOneUpdate<TLanes> _shared;
    private readonly RankOneUpdate<TLanes>[] _alone;
    private readonly Pieces _solveLeaves;
    private readonly Pieces _mergeAll;
    private double* _diagonal;
    private double* _offDiagonal;
    private double _negligible;
    private int _level;

    /// <summary>The workspace for matrices of order n.</summary>
    /// <param name="n">Order.</param>
    /// <param name="scratch">
    /// At least <see cref="MergeWorkspace.ScratchLength"/> elements, which others may use between two calls.
    /// </param>
    /// <param name="team">Who does the work.</param>
    /// <param name="product">Products of the same team.</param>
    public DivideAndConquer(int n, AlignedBuffer scratch, WorkerTeam team, DenseProduct<TLanes> product)
    {
        _size = n;
        _levels = n <= LeafSize ? 0 : BitOperations.Log2((uint)((n - 1) / LeafSize)) + 1;
        _workspace = new MergeWorkspace(n, 1 << _levels, scratch);
        _rows = new AlignedBuffer(checked(n * _workspace.Stride));
        _leaves = new AlignedBuffer(team.Size * LeafSize * (LeafSize + 1));
        _order = new int[n];
        _shared = new RankOneUpdate<TLanes>(_workspace, team, product);
        _alone = new RankOneUpdate<TLanes>[team.Size];
        for (var worker = 0; worker < team.Size; worker++)
        {
            _alone[worker] = new RankOneUpdate<TLanes>(_workspace, new WorkerTeam(1), product.Share(worker));
        }

        _solveLeaves = new Pieces(team, SolveLeaf);
        _mergeAll = new Pieces(team, (node, worker) => Merge(_alone[worker], node, 0, n));
    }

    /// <summary>Eigenvector <c>Order[j]</c> of <see cref="Rows"/> belongs to the j-th eigenvalue, ascending.</summary>
    public ReadOnlySpan<int> Order => _order;

    /// <summary>The eigenvectors that were wanted, a row each, in no order.</summary>
    public MatrixView Rows => new(_rows.Pointer, _workspace.Stride);

    /// <summary>Replaces the diagonal by the eigenvalues, in the order of <see cref="Rows"/>.</summary>
    /// <param name="diagonal">The n diagonal elements.</param>
    /// <param name="offDiagonal">The n - 1 elements beside it.</param>
    /// <param name="negligible">Off-diagonal elements up to this magnitude are taken as zero.</param>
    /// <param name="first">The first eigenvalue, in ascending order, whose vector is wanted.</param>
    /// <param name="count">How many vectors are wanted.</param>
    /// <exception cref="InvalidOperationException">An iteration did not converge.</exception>
    public void Solve(double* diagonal, double* offDiagonal, double negligible, int first, int count)
    {
        _diagonal = diagonal;
        _offDiagonal = offDiagonal;
        _negligible = negligible;
        for (var leaf = 1; leaf < 1 << _levels; leaf++)
        {
            var tear = Start(_levels, leaf);
            var coupling = Math.Abs(offDiagonal[tear - 1]);
            diagonal[tear - 1] -= coupling;
            diagonal[tear] -= coupling;
        }

        _solveLeaves.Run(1 << _levels);
        for (_level = _levels - 1; _level >= 0; _level--)
        {
            var nodes = 1 << _level;
            if (nodes >= ManyMerges)
            {
                _mergeAll.Run(nodes);
                continue;
            }

            for (var node = 0; node < nodes; node++)
            {
                Merge(_shared, node, _level == 0 ? first : 0, _level == 0 ? count : _size);
            }
        }
    }

    /// <summary>Where a node of a level begins.</summary>
    private int Start(int level, int node) => (int)((long)_size * node >> level);

    private void SolveLeaf(int leaf, int worker)
    {
        var start = Start(_levels, leaf);
        var count = Start(_levels, leaf + 1) - start;
        var vectors = _leaves.Pointer + worker * LeafSize * (LeafSize + 1);
        var couplings = vectors + LeafSize * LeafSize;
        new Span<double>(vectors, LeafSize * LeafSize).Clear();
        for (var i = 0; i < count; i++)
        {
            vectors[i * LeafSize + i] = 1;
            couplings[i] = i < count - 1 ? _offDiagonal[start + i] : 0;
        }

        ImplicitQl.Solve<TLanes>(_diagonal + start, couplings, count, _negligible, vectors, LeafSize);
        for (var i = 0; i < count; i++)
        {
            var row = _rows.Pointer + (nint)(start + i) * _workspace.Stride + start;
            new Span<double>(vectors + i * LeafSize, count).CopyTo(new Span<double>(row, count));
            _order[start + i] = start + i;
        }

        Ordering.Insert(_order.AsSpan(start, count), _diagonal);
    }

    private void Merge(RankOneUpdate<TLanes> update, int node, int first, int count)
    {
        var start = Start(_level, node);
        var middle = Start(_level + 1, (2 * node) + 1);
        var end = Start(_level, node + 1);
        update.Merge(new MergeNode(
            start,
            end - start,
            middle - start,
            _workspace.Slot(start, node),
            _diagonal + start,
            _rows.Pointer + (nint)start * _workspace.Stride + start,
            Math.Abs(_offDiagonal[middle - 1]) > _negligible ? _offDiagonal[middle - 1] : 0,
            first,
            count), _order);
    }
}
