using Looped.Kernels;

namespace Looped.Autodiff.Execution;

/// <summary>
/// Where each value of a program lies in one arena. Inputs and outputs have places of their own for the whole run; the
/// others share memory with values whose last use is past. Views lie where their operands lie.
/// </summary>
internal sealed class MemoryPlan
{
    private const long Alignment = 64;

    private readonly Dictionary<Value, (Block Block, Operand Relative)> _places = [];
    private readonly List<Step> _steps;
    private readonly List<Block> _blocks = [];

    private MemoryPlan(List<Step> steps) => _steps = steps;

    /// <summary>The steps, with the copies that some views need, in order.</summary>
    public IReadOnlyList<Step> Steps => _steps;

    /// <summary>Bytes of the arena: the peak memory of a run.</summary>
    public long Bytes { get; private set; }

    public static MemoryPlan Of(Program program)
    {
        var plan = new MemoryPlan([.. Fusion.Steps(program)]);
        plan.Place(program);
        plan.KeepOutputs(program);
        plan.FindLifetimes();
        plan.ShareDyingInputs();
        plan.Allocate();
        return plan;
    }

    /// <summary>A value's memory.</summary>
    public Operand Locate(Value value)
    {
        var (block, relative) = _places[value];
        return relative.At(relative.Offset + block.Root.Offset);
    }

    /// <summary>Whether a value is an input or a view of one's memory.</summary>
    public bool LiesInInput(Value value) => _places[value].Block.IsInput;

    private void Place(Program program)
    {
        foreach (var input in program.Inputs)
        {
            var block = Own(input.Value);
            (block.IsInput, block.IsPermanent) = (true, true);
        }

        var made = _steps.Select(step => step.Result).ToHashSet();
        foreach (var value in program.Instructions)
        {
            if (made.Contains(value))
            {
                Own(value);
            }
            else if (value.Operation is ViewOperation view)
            {
                var source = value.Operands[0];
                var (block, relative) = _places[source];
                if (view.View(relative, value.Type) is { } window)
                {
                    _places.Add(value, (block, window));
                }
                else
                {
                    Own(value);
                    _steps.Add(new CopyStep(value, source));
                }
            }
        }

        _steps.Sort((a, b) => a.Result.Id.CompareTo(b.Result.Id));
    }

    private void KeepOutputs(Program program)
    {
        foreach (var output in program.Outputs)
        {
            _places[output.Value].Block.IsPermanent = true;
        }
    }

    private Block Own(Value value)
    {
        var block = new Block(value.Type.Bytes);
        _blocks.Add(block);
        _places.Add(value, (block, new Operand(0, value.Type.Element, value.Shape)));
        return block;
    }

    private void FindLifetimes()
    {
        for (var s = 0; s < _steps.Count; s++)
        {
            var own = _places[_steps[s].Result].Block;
            (own.First, own.Last) = (s, s);
            foreach (var read in _steps[s].Reads)
            {
                _places[read].Block.Last = s;
            }
        }
    }

    /// <summary>An elementwise chain may write over an input that it is the last to read.</summary>
    private void ShareDyingInputs()
    {
        for (var s = 0; s < _steps.Count; s++)
        {
            var (chain, products) = _steps[s] switch
            {
                MapStepGroup map => (map, []),
                AccumulateStep sum => (sum.Others, sum.Products),
                _ => (null, []),
            };
            if (chain is null)
            {
                continue;
            }

            var own = _places[_steps[s].Result].Block;
            if (own.IsPermanent)
            {
                continue;
            }

            // Contractions read their factors after the chain has written.
            var factors = products.SelectMany(term => term.Product.Operands)
                .Select(factor => _places[factor].Block.Root)
                .ToHashSet();
            foreach (var input in chain.Inputs)
            {
                var (block, relative) = _places[input];
                var root = block.Root;
                if (!root.IsPermanent && root.Last == s && root.Bytes == own.Bytes && relative.IsContiguous &&
                    relative.Shape.Equals(_steps[s].Result.Shape) && !factors.Contains(root) &&
                    OnlyThisViewIsRead(chain.Inputs, input, root))
                {
                    own.MergeInto(root);
                    break;
                }
            }
        }
    }

    /// <summary>Another view of the same memory, read in another order, would see overwritten elements.</summary>
    private bool OnlyThisViewIsRead(IReadOnlyList<Value> inputs, Value kept, Block root) =>
        inputs.All(input => input == kept || _places[input].Block.Root != root);

    private void Allocate()
    {
        foreach (var block in _blocks.Where(block => block.IsPermanent))
        {
            block.Offset = Bytes;
            Bytes += block.Aligned;
        }

        // Best fit among the gaps that the blocks alive at the same time leave, largest blocks first.
        var placed = new List<Block>();
        var transient = _blocks.Where(block => !block.IsPermanent && block.Root == block)
            .OrderByDescending(block => block.Bytes)
            .ThenBy(block => block.First)
            .ToList();
        var start = Bytes;
        foreach (var block in transient)
        {
            var offset = start;
            var (best, bestGap) = (-1L, long.MaxValue);
            foreach (var other in placed.Where(block.Overlaps).OrderBy(other => other.Offset))
            {
                var gap = other.Offset - offset;
                if (gap >= block.Aligned && gap < bestGap)
                {
                    (best, bestGap) = (offset, gap);
                }

                offset = Math.Max(offset, other.Offset + other.Aligned);
            }

            block.Offset = best >= 0 ? best : offset;
            placed.Add(block);
            Bytes = Math.Max(Bytes, block.Offset + block.Aligned);
        }
    }

    /// <summary>Memory for one value, and for those that take it over.</summary>
    private sealed class Block(long bytes)
    {
        private Block? _mergedInto;

        public long Bytes { get; } = bytes;

        public long Aligned { get; } = (bytes + Alignment - 1) / Alignment * Alignment;

        public bool IsInput { get; set; }

        public bool IsPermanent { get; set; }

        public int First { get; set; }

        /// <summary>The last step that reads the block or one merged into it.</summary>
        public int Last { get; set; }

        public long Offset { get; set; }

        public Block Root => _mergedInto?.Root ?? this;

        public void MergeInto(Block root)
        {
            _mergedInto = root;
            root.Last = Math.Max(root.Last, Last);
        }

        public bool Overlaps(Block other) => First <= other.Last && other.First <= Last;
    }
}
