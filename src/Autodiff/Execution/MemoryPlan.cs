using Looped.Kernels;

namespace Looped.Autodiff.Execution;

/// <summary>
/// Where each value of a program lies in one arena. Inputs and outputs have places of their own for the whole run; the
/// others share memory with values whose last use is past. Views lie where their operands lie. An output that becomes an
/// input of the next run takes that input's place where an elementwise chain, the last to read it, can write over it.
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

    /// <summary>The plan of a program.</summary>
    /// <param name="program">What is to run.</param>
    /// <param name="carries">Outputs that become inputs of the next run.</param>
    public static MemoryPlan Of(Program program, IReadOnlyList<(Value Output, Value Input)> carries)
    {
        var plan = new MemoryPlan([.. Fusion.Steps(program)]);
        plan.Place(program);
        plan.KeepOutputs(program);
        plan.FindLifetimes();
        plan.ShareCarriedInputs(program, carries);
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

    private void ShareCarriedInputs(Program program, IReadOnlyList<(Value Output, Value Input)> carries)
    {
        foreach (var (output, input) in carries)
        {
            var (own, block) = (_places[output].Block, _places[input].Block);
            if (_steps.FindIndex(step => step.Result == output) is var s and >= 0 && own.Root == own &&
                !own.IsInput && CanOverwrite(s, input) &&
                !program.Outputs.Any(other => _places[other.Value].Block == block))
            {
                own.MergeInto(block);
            }
        }
    }

    /// <summary>An elementwise chain may write over an input that it is the last to read.</summary>
    private void ShareDyingInputs()
    {
        for (var s = 0; s < _steps.Count; s++)
        {
            var own = _places[_steps[s].Result].Block;
            if (own.IsPermanent)
            {
                continue;
            }

            foreach (var input in Chain(_steps[s]).Chain?.Inputs ?? [])
            {
                if (!_places[input].Block.Root.IsPermanent && CanOverwrite(s, input))
                {
                    own.MergeInto(_places[input].Block.Root);
                    break;
                }
            }
        }
    }

    /// <summary>Whether a step is a chain that reads a value last, element by element, and fills its memory.</summary>
    private bool CanOverwrite(int step, Value input)
    {
        var (chain, products) = Chain(_steps[step]);
        if (chain is null || !chain.Inputs.Contains(input))
        {
            return false;
        }

        // Contractions read their factors after the chain has written.
        var (block, relative) = _places[input];
        var root = block.Root;
        return root.Last == step && root.Bytes == _places[_steps[step].Result].Block.Bytes && relative.IsContiguous &&
            relative.Shape.Equals(_steps[step].Result.Shape) &&
            !products.SelectMany(term => term.Product.Operands).Any(factor => _places[factor].Block.Root == root) &&
            OnlyThisViewIsRead(chain.Inputs, input, root);
    }

    private static (MapStepGroup? Chain, IReadOnlyList<(Value Product, double Sign)> Products) Chain(Step step) =>
        step switch
        {
            MapStepGroup map => (map, []),
            AccumulateStep sum => (sum.Others, sum.Products),
            _ => (null, []),
        };

    /// <summary>Another view of the same memory, read in another order, would see overwritten elements.</summary>
    private bool OnlyThisViewIsRead(IReadOnlyList<Value> inputs, Value kept, Block root) =>
        inputs.All(input => input == kept || _places[input].Block.Root != root);

    private void Allocate()
    {
        foreach (var block in _blocks.Where(block => block.IsPermanent && block.Root == block))
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
