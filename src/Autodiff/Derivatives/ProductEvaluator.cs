using System.Numerics;
using System.Runtime.InteropServices;
using Looped.Kernels;

namespace Looped.Autodiff;

/// <summary>
/// Products of K directions a run with a matrix that an objective has at each theta: the sum of its blocks' matrices. An
/// evaluation allocates nothing. Blocks are added in order, so that bits do not depend on the number of threads.
/// </summary>
/// <remarks>
/// An evaluator that keeps what theta determines does the model's own forward and backward pass once and not for every product
/// at the same theta, at the price of memory for every block of data; its bits may differ from one's that does not.
/// </remarks>
public abstract unsafe class ProductEvaluator : IParallelWork, IDisposable
{
    /// <summary>
    /// Blocks whose products are held at once. It bounds the memory of objectives of many blocks, and a team of so many
    /// threads still finds work for all.
    /// </summary>
    private const int BlocksOfRound = 8;

    /// <summary>Coordinates whose directions are turned over, or whose products are added, as one piece of work.</summary>
    private const int Piece = 8192;

    private readonly Objective _objective;
    private readonly WorkerTeam _team;
    private readonly BoundProgram[] _programs = [];
    private readonly (Executable.Slot Tangent, Executable.Slot Product)[][] _slots = [];
    private readonly Executable.Slot[][] _kept = [];
    private readonly StagedProducts[] _staged = [];
    private readonly int[] _revisions;
    private readonly double[][] _blockProducts;
    private readonly double[] _theta;
    private readonly double[] _tangents;
    private Phase _phase;
    private int _round;
    private int _blocks;
    private bool _isNew = true;
    private double* _vectors;
    private double* _products;

    /// <summary>Compiles products.</summary>
    /// <param name="objective">What the matrix belongs to.</param>
    /// <param name="program">Products of one block: given <c>tangent(w)</c>, an output for each parameter in order.</param>
    /// <param name="directions">K.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Who runs the blocks.</param>
    /// <param name="keeps">Whether what theta determines is kept for the next product.</param>
    private protected ProductEvaluator(
        Objective objective, Program program, int directions, IBackend backend, WorkerTeam team, bool keeps)
    {
        _objective = objective;
        _team = team;
        Directions = directions;
        var workers = Enumerable.Range(0, Workers(objective, team));
        var groups = objective.Layout.Groups;
        if (keeps)
        {
            var staged = program.StageTangents();
            _staged = [.. objective.Blocks.Select(_ => new StagedProducts(staged, objective.Layout, backend))];
            if (staged.Early is { } early)
            {
                _programs = [.. workers.Select(_ => new BoundProgram(early, objective.Layout, backend))];
                _kept = [.. _programs.Select(bound => staged.Kept.Select(bound.Output).ToArray())];
            }
        }
        else
        {
            _programs = [.. workers.Select(_ => new BoundProgram(program, objective.Layout, backend))];
            _slots =
            [
                .. _programs.Select(bound => groups.Select((group, g) => (
                    bound.Input($"tangent({group.Name})"), bound.Output(program.Outputs[g].Name))).ToArray()),
            ];
        }

        var size = checked(objective.Layout.Size * directions);
        _blockProducts = [.. Enumerable.Range(0, Math.Min(objective.Blocks.Count, BlocksOfRound))
            .Select(_ => new double[size])];
        _revisions = new int[objective.Blocks.Count];
        _theta = new double[objective.Layout.Size];
        _tangents = new double[size];
    }

    private enum Phase
    {
        Spread,
        Multiply,
        Gather,
    }

    /// <summary>K: directions of one evaluation.</summary>
    public int Directions { get; }

    /// <summary>Bytes of compiled programs, products and directions.</summary>
    public long Bytes => _programs.Sum(program => program.Bytes) + _staged.Sum(block => block.Bytes) +
        BufferBytes(_objective, Directions);

    /// <summary>Row k of <paramref name="products"/> becomes the product with row k of <paramref name="vectors"/>.</summary>
    /// <param name="theta">(P,).</param>
    /// <param name="vectors">(K,P), row-major.</param>
    /// <param name="products">(K,P), row-major.</param>
    /// <exception cref="ArgumentException">An array has another length.</exception>
    public void Evaluate(ReadOnlySpan<double> theta, ReadOnlySpan<double> vectors, Span<double> products)
    {
        _objective.Layout.Require(theta.Length, 1, nameof(theta));
        _objective.Layout.Require(vectors.Length, Directions, nameof(vectors));
        _objective.Layout.Require(products.Length, Directions, nameof(products));
        _isNew |= !theta.SequenceEqual(_theta);
        theta.CopyTo(_theta);
        var pieces = (_theta.Length + Piece - 1) / Piece;
        fixed (double* from = vectors, to = products)
        {
            _vectors = from;
            _products = to;
            Run(Phase.Spread, pieces);
            for (_round = 0; _round < _objective.Blocks.Count; _round += BlocksOfRound)
            {
                _blocks = Math.Min(BlocksOfRound, _objective.Blocks.Count - _round);
                Run(Phase.Multiply, _blocks);
                Run(Phase.Gather, pieces);
            }
        }

        _isNew = false;
    }

    /// <summary>Forgets what it keeps, so that the next evaluation computes all of it anew.</summary>
    public void Forget() => _isNew = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var program in _programs)
        {
            program.Dispose();
        }

        foreach (var block in _staged)
        {
            block.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    void IParallelWork.Run(int item, int worker)
    {
        var start = item * Piece;
        switch (_phase)
        {
            case Phase.Spread:
                Spread(start, Math.Min(start + Piece, _theta.Length));
                break;
            case Phase.Multiply:
                Multiply(item, worker);
                break;
            default:
                Gather(start, Math.Min(start + Piece, _theta.Length));
                break;
        }
    }

    /// <summary>The axis of so many directions; a single direction needs none.</summary>
    private protected static int? Axis(int directions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(directions);
        return directions == 1 ? null : directions;
    }

    /// <summary>About what <see cref="Bytes"/> will be, before anything is compiled.</summary>
    private protected static long Predict(
        Objective objective, Program program, int directions, WorkerTeam team, bool keeps)
    {
        var workers = Workers(objective, team);
        var buffers = BufferBytes(objective, directions);
        if (!keeps)
        {
            return (workers * ProgramReport.Of(program).PeakBytes) + buffers;
        }

        var staged = program.StageTangents();
        var early = staged.Early is null ? 0 : ProgramReport.Of(staged.Early).PeakBytes;
        return (workers * early) + (objective.Blocks.Count * ProgramReport.Of(staged.Late).PeakBytes) + buffers;
    }

    private static int Workers(Objective objective, WorkerTeam team) => objective.Blocks.Count == 1 ? 1 : team.Size;

    private static long BufferBytes(Objective objective, int directions) =>
        (Math.Min(objective.Blocks.Count, BlocksOfRound) + 1L) * directions * objective.Layout.Size * sizeof(double);

    private void Run(Phase phase, int items)
    {
        _phase = phase;
        _team.Run(this, items);
    }

    /// <summary>Turns vectors over, so that the directions of a coordinate lie side by side.</summary>
    private void Spread(int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            for (var k = 0; k < Directions; k++)
            {
                _tangents[(i * Directions) + k] = _vectors[((long)k * _theta.Length) + i];
            }
        }
    }

    private void Multiply(int item, int worker)
    {
        var block = _round + item;
        if (_staged.Length > 0)
        {
            Prepare(block, worker);
            WriteTangents(_staged[block].Slots);
            _staged[block].Execute();
            ReadProducts(_staged[block].Slots, item);
        }
        else
        {
            _programs[worker].WriteTheta(_theta);
            WriteTangents(_slots[worker]);
            _programs[worker].Execute(_objective.Blocks[block]);
            ReadProducts(_slots[worker], item);
        }
    }

    /// <summary>Runs the early stage of a block where theta or the data are not those of the last time.</summary>
    private void Prepare(int block, int worker)
    {
        var data = _objective.Blocks[block];
        if (!_isNew && _revisions[block] == data.Revision)
        {
            return;
        }

        if (_programs.Length > 0)
        {
            _programs[worker].WriteTheta(_theta);
            _programs[worker].Execute(data);
        }

        _staged[block].Prepare(_theta, data, _kept.Length > 0 ? _kept[worker] : []);
        _revisions[block] = data.Revision;
    }

    private void WriteTangents((Executable.Slot Tangent, Executable.Slot Product)[] slots)
    {
        var groups = _objective.Layout.Groups;
        for (var g = 0; g < groups.Count; g++)
        {
            slots[g].Tangent.Write(Part(_tangents, groups[g]));
        }
    }

    private void ReadProducts((Executable.Slot Tangent, Executable.Slot Product)[] slots, int item)
    {
        var groups = _objective.Layout.Groups;
        for (var g = 0; g < groups.Count; g++)
        {
            slots[g].Product.Read(Part(_blockProducts[item], groups[g]));
        }
    }

    /// <summary>Adds the blocks of a round in order, turns them back over and adds them to those of the rounds before.</summary>
    private void Gather(int start, int end)
    {
        var sum = _blockProducts[0].AsSpan(start * Directions, (end - start) * Directions);
        for (var block = 1; block < _blocks; block++)
        {
            Add(_blockProducts[block].AsSpan(start * Directions, sum.Length), sum);
        }

        for (var k = 0; k < Directions; k++)
        {
            var row = new Span<double>(_products + ((long)k * _theta.Length) + start, end - start);
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = sum[(i * Directions) + k] + (_round > 0 ? row[i] : 0);
            }
        }
    }

    private static void Add(ReadOnlySpan<double> source, Span<double> target)
    {
        var from = MemoryMarshal.Cast<double, Vector<double>>(source);
        var to = MemoryMarshal.Cast<double, Vector<double>>(target);
        for (var i = 0; i < to.Length; i++)
        {
            to[i] += from[i];
        }

        for (var i = to.Length * Vector<double>.Count; i < target.Length; i++)
        {
            target[i] += source[i];
        }
    }

    private Span<double> Part(double[] all, ParameterGroup group) =>
        all.AsSpan(group.Offset * Directions, group.Size * Directions);
}
