using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>
/// The merge step of <see cref="DivideAndConquer{TLanes}"/>: with the eigendecompositions of two neighbouring blocks the
/// whole is <c>diag(d) + 2 |e| z z'</c>, |z| = 1. Its values are the roots of <see cref="SecularEquation"/>; its vectors,
/// stable by the recomputed coupling of <see cref="SecularVectors"/>, are multiplied with those of the blocks.
/// </summary>
internal sealed unsafe class RankOneUpdate<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    // Rows, and columns, of a piece, and columns of one that moves rows.
    private const int PieceRows = 16;
    private const int PieceColumns = 64;
    private const int MovedColumns = 256;

    // A merge of fewer rows than these is done before another thread is awake.
    private const int Alone = 64;

    private readonly MergeWorkspace _workspace;
    private readonly Deflation _deflation;
    private readonly DenseProduct _product;
    private readonly AlignedBuffer _permuted;
    private readonly Pieces _gather;
    private readonly Pieces _move;
    private readonly Pieces _solve;
    private readonly Pieces _recompute;
    private readonly Pieces _form;
    private MergeNode _node;
    private double _strength;
    private int _topEnd;
    private int _bottomStart;
    private int _firstFormed;
    private int _endFormed;

    /// <summary>Merges by a team.</summary>
    /// <param name="workspace">Where: shared by merges of different nodes.</param>
    /// <param name="team">Who does it.</param>
    /// <param name="product">Products of the same team.</param>
    public RankOneUpdate(MergeWorkspace workspace, WorkerTeam team, DenseProduct product)
    {
        _workspace = workspace;
        _product = product;
        _deflation = new Deflation(workspace.Size);
        _permuted = new AlignedBuffer(team.Size * workspace.Stride);
        _gather = new Pieces(team, (piece, _) => Gather(piece));
        _move = new Pieces(team, (piece, _) => MoveDeflated(piece));
        _solve = new Pieces(team, (piece, _) => Solve(piece));
        _recompute = new Pieces(team, (piece, _) => Recompute(piece));
        _form = new Pieces(team, Form);
    }

    private ReadOnlySpan<int> Kept => _deflation.Kept;

    private double* Couplings => _workspace.Vector(0, _node.Slot);

    private double* Poles => _workspace.Vector(1, _node.Slot);

    private double* Weights => _workspace.Vector(2, _node.Slot);

    private double* Products => _workspace.Vector(3, _node.Slot);

    private Span<int> Grouped => _workspace.Grouped.AsSpan(_node.Start, _node.Count);

    /// <summary>Merges a node: afterwards its order is that of the whole.</summary>
    /// <param name="node">What to merge.</param>
    /// <param name="orders">The order of all rows; the two parts of the node's are right before.</param>
    /// <exception cref="InvalidOperationException">The secular equation did not converge.</exception>
    public void Merge(in MergeNode node, int[] orders)
    {
        _node = node;
        var order = orders.AsSpan(node.Start, node.Count);
        var values = node.Values - node.Start;
        Ordering.Merge(order, node.Half, values, Grouped);
        if (node.Coupling == 0)
        {
            for (var i = 0; i < node.Count; i++)
            {
                Row(i, node.Half, i < node.Half ? node.Count - node.Half : 0).Clear();
                Row(i, 0, i < node.Half ? 0 : node.Half).Clear();
            }

            return;
        }

        foreach (ref var row in order)
        {
            row -= node.Start;
        }

        _strength = 2 * Math.Abs(node.Coupling);
        Couple();
        _deflation.Run(order, node.Half, node.Values, Couplings, _strength, node.Rows, _workspace.Stride);
        var kept = Kept.Length;
        (_topEnd, _bottomStart) = Prepare();
        Run(_gather, kept);
        PlaceDeflated(order);
        Run(_move, kept < node.Count ? node.Count : 0, MovedColumns);
        Run(_solve, kept);
        for (var j = 0; j < kept; j++)
        {
            order[j] = node.Start + j;
        }

        // The roots ascend; among the deflated values a rotation may have changed the order a little.
        Ordering.Insert(order[kept..], values);
        Ordering.Merge(order, kept, values, _workspace.Positions.AsSpan(node.Start, node.Count));
        (_firstFormed, _endFormed) = Wanted(order);
        FormVectors(kept);
    }

    private Span<double> Row(int row, int column, int length) =>
        new(_node.Rows + (nint)row * _workspace.Stride + column, length);

    private void Run(Pieces phase, int rows, int size = PieceRows)
    {
        var pieces = (rows + size - 1) / size;
        if (_node.Count < Alone)
        {
            phase.RunAlone(pieces);
        }
        else
        {
            phase.Run(pieces);
        }
    }

    /// <summary>z: the last components of the first block's vectors and the first ones of the second's.</summary>
    private void Couple()
    {
        var scale = Math.Sqrt(0.5);
        for (var j = 0; j < _node.Count; j++)
        {
            var row = _node.Rows + (nint)j * _workspace.Stride + _node.Half;
            Couplings[j] = j < _node.Half ? scale * row[-1] : Math.CopySign(scale, _node.Coupling) * row[0];
        }
    }

    /// <summary>
    /// Sets out the secular equation, and the kept rows by support, so that each half of the coordinates needs one
    /// contiguous range of them: returns where those end that have the top half, and where those start that have the
    /// bottom half.
    /// </summary>
    private (int TopEnd, int BottomStart) Prepare()
    {
        var kept = Kept;
        var padded = AlignedBuffer.RoundUp(_node.Count);
        new Span<double>(Poles, padded).Fill(double.PositiveInfinity);
        new Span<double>(Weights, padded).Clear();
        for (var j = 0; j < kept.Length; j++)
        {
            (Poles[j], Weights[j]) = (_node.Values[kept[j]], Couplings[kept[j]]);
        }

        new Span<double>(Weights, padded).CopyTo(new Span<double>(Couplings, padded));
        for (var j = 0; j < kept.Length; j++)
        {
            Weights[j] *= Weights[j];
        }

        var filled = 0;
        var starts = (stackalloc int[3]);
        for (var group = Deflation.Support.Top; group <= Deflation.Support.Bottom; group++)
        {
            starts[(int)group] = filled;
            for (var j = 0; j < kept.Length; j++)
            {
                if (_deflation.SupportOf(kept[j]) == group)
                {
                    Grouped[filled++] = j;
                }
            }
        }

        return (starts[(int)Deflation.Support.Bottom], starts[(int)Deflation.Support.Both]);
    }

    /// <summary>
    /// Copies the kept rows out of the way, in groups: the top halves, and the bottom halves from row <c>Half</c> on. There
    /// is room: a kept row with both halves is what rotations have left of at least one row of each.
    /// </summary>
    private void Gather(int piece)
    {
        var kept = Kept;
        for (var j = piece * PieceRows; j < Math.Min((piece + 1) * PieceRows, kept.Length); j++)
        {
            var row = kept[Grouped[j]];
            if (j < _topEnd)
            {
                Row(row, 0, _node.Half).CopyTo(new Span<double>(Gathered(j), _node.Half));
            }

            if (j >= _bottomStart)
            {
                var length = _node.Count - _node.Half;
                Row(row, _node.Half, length).CopyTo(new Span<double>(Gathered(_node.Half + j - _bottomStart), length));
            }
        }
    }

    /// <summary>Moves the values of the deflated rows behind the kept ones and says where each row comes from and goes to.</summary>
    private void PlaceDeflated(Span<int> order)
    {
        var kept = Kept.Length;
        var places = _workspace.Positions.AsSpan(_node.Start, _node.Count);
        _deflation.Place(places, Grouped);
        for (var j = kept; j < _node.Count; j++)
        {
            order[j] = _node.Start + places[_deflation.Deflated[j - kept]];
            Products[j] = _node.Values[Grouped[j]];
        }

        new Span<double>(Products + kept, _node.Count - kept).CopyTo(new Span<double>(_node.Values + kept, _node.Count - kept));
    }

    private void MoveDeflated(int piece) => _deflation.Move(
        Grouped,
        piece * MovedColumns,
        Math.Min((piece + 1) * MovedColumns, _node.Count),
        _node.Half,
        _node.Rows,
        _workspace.Stride);

    private void Solve(int piece)
    {
        for (var i = piece * PieceRows; i < Math.Min((piece + 1) * PieceRows, Kept.Length); i++)
        {
            _node.Values[i] = SecularEquation.Solve<TLanes>(
                i, Kept.Length, Poles, Weights, _strength, SecularRow(i));
        }
    }

    /// <summary>The kept rows whose vectors are wanted: a range, since roots ascend.</summary>
    private (int First, int End) Wanted(ReadOnlySpan<int> order)
    {
        var (first, end) = (0, 0);
        for (var j = _node.First; j < Math.Min(_node.First + _node.Wanted, _node.Count); j++)
        {
            var row = order[j] - _node.Start;
            if (row < Kept.Length)
            {
                first = end == 0 ? row : first;
                end = row + 1;
            }
        }

        return (first, end);
    }

    private void FormVectors(int kept)
    {
        new Span<double>(Products, AlignedBuffer.RoundUp(kept)).Fill(1);
        Run(_recompute, kept, PieceColumns);
        var formed = _endFormed - _firstFormed;
        Run(_form, formed);
        var stride = _workspace.Stride;
        var secular = new MatrixView(SecularRow(_firstFormed), stride);
        var top = new MatrixView(Gathered(0), _workspace.GatheredStride);
        var bottom = new MatrixView(Gathered(_node.Half), _workspace.GatheredStride);
        var rows = _node.Rows + (nint)_firstFormed * stride;
        _product.Multiply(secular, top, rows, stride, formed, _node.Half, _topEnd);
        _product.Multiply(
            secular.From(0, _bottomStart),
            bottom,
            rows + _node.Half,
            stride,
            formed,
            _node.Count - _node.Half,
            kept - _bottomStart);
    }

    private void Recompute(int piece) => SecularVectors.RecomputeCouplings<TLanes>(
        SecularRow(0),
        _workspace.Stride,
        Kept.Length,
        Poles,
        Couplings,
        Products,
        piece * PieceColumns,
        Math.Min((piece + 1) * PieceColumns, AlignedBuffer.RoundUp(Kept.Length)));

    private void Form(int piece, int worker)
    {
        var end = Math.Min(_firstFormed + (piece + 1) * PieceRows, _endFormed);
        for (var i = _firstFormed + piece * PieceRows; i < end; i++)
        {
            SecularVectors.Form<TLanes>(
                SecularRow(i), Couplings, Grouped[..Kept.Length], _permuted.Pointer + worker * _workspace.Stride);
        }
    }

    private double* Gathered(int j) => _workspace.Gathered(_node.Start) + (nint)j * _workspace.GatheredStride;

    private double* SecularRow(int i) => _workspace.Secular(_node.Start) + (nint)i * _workspace.Stride;
}
