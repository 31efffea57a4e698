using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Chains of elementwise functions over one index space that run in turn over each block of it, which gives what they give
/// one after the other, but reads what they share, and what one makes for the next, from memory once: an update of Adam is
/// three chains of four operands.
/// </summary>
internal sealed class MapGroup : KernelCall
{
    /// <summary>More steps would not keep their registers in the first-level cache.</summary>
    private const int MaxSteps = 24;

    /// <summary>Bytes of a result from which on no cache would keep it for whoever reads it next.</summary>
    private const long FarBytes = 1 << 24;

    private readonly Operand[] _inputs;
    private readonly IReadOnlyList<MapCall> _chains;

    private MapGroup(IReadOnlyList<MapCall> chains, bool isFar)
    {
        (_chains, IsFar) = (chains, isFar);
        var inputs = new List<Operand>();
        for (var chain = 0; chain < chains.Count; chain++)
        {
            foreach (var input in chains[chain].Inputs)
            {
                if (Maker(chain, input) < 0 && !inputs.Exists(other => IsSame(other, input)))
                {
                    inputs.Add(input);
                }
            }
        }

        _inputs = [.. inputs];
        var steps = new List<MapStep>();
        var results = new List<int>();
        for (var chain = 0; chain < chains.Count; chain++)
        {
            var (own, first) = (chains[chain].Inputs, inputs.Count + steps.Count);
            int[] given =
            [
                .. own.Select(input => Maker(chain, input) is var maker and >= 0
                    ? results[maker]
                    : inputs.FindIndex(other => IsSame(other, input))),
            ];
            steps.AddRange(chains[chain].Steps.Select(step => step with
            {
                A = Register(step.A, step.Arity > 0),
                B = Register(step.B, step.Arity > 1),
                C = Register(step.C, step.Arity > 2),
            }));
            results.Add(inputs.Count + steps.Count - 1);

            int Register(int register, bool isRead) =>
                !isRead ? 0 : register < given.Length ? given[register] : first + register - given.Length;
        }

        (Steps, Results) = (steps, results);
    }

    /// <summary>The steps of all chains; their arguments number the group's inputs first, then its steps.</summary>
    public IReadOnlyList<MapStep> Steps { get; }

    /// <summary>The registers of the chains' last steps.</summary>
    public IReadOnlyList<int> Results { get; }

    /// <summary>Where each of them goes. It may be where an input lies that later chains do not read.</summary>
    public IReadOnlyList<Operand> Outputs => [.. _chains.Select(chain => chain.Output)];

    /// <summary>Whether a result, before it was cut into pieces, was larger than caches.</summary>
    public bool IsFar { get; }

    /// <inheritdoc/>
    public override string Name => string.Join(", ", _chains.Select(chain => chain.Name));

    /// <summary>What the chains read and do not make, each once.</summary>
    public override IReadOnlyList<Operand> Inputs => _inputs;

    /// <summary>The last chain's output, of the shape of all.</summary>
    public override Operand Output => _chains[^1].Output;

    /// <summary>The calls, with chains of real numbers in groups as large as may be.</summary>
    public static IEnumerable<KernelCall> Join(IReadOnlyList<KernelCall> calls)
    {
        var chains = new List<MapCall>();
        foreach (var call in calls)
        {
            var map = call is MapCall chain && chain.Output.Type.IsFloat() ? chain : null;
            if (chains.Count > 0 && (map is null || !CanJoin(chains, map)))
            {
                yield return Of([.. chains]);
                chains.Clear();
            }

            if (map is null)
            {
                yield return call;
            }
            else
            {
                chains.Add(map);
            }
        }

        if (chains.Count > 0)
        {
            yield return Of(chains);
        }
    }

    /// <summary>Chains of one index space.</summary>
    public static MapGroup Of(IReadOnlyList<MapCall> chains) =>
        new(chains, chains[0].Output.Shape.Size * chains[0].Output.Type.Size() >= FarBytes);

    /// <inheritdoc/>
    public override KernelCall Slice(int axis, int start, int count) =>
        new MapGroup([.. _chains.Select(chain => chain.Slice(axis, start, count))], IsFar);

    /// <summary>
    /// Whether a chain may run block by block with those before it, and spares memory traffic: operands lie in the order of
    /// the indices or are one number, what one writes and another reads or writes is the same or apart, and something
    /// is shared.
    /// </summary>
    private static bool CanJoin(List<MapCall> chains, MapCall next)
    {
        var output = chains[0].Output;
        Operand[] before = [.. chains.SelectMany(chain => chain.Inputs.Append(chain.Output))];
        Operand[] written = [.. chains.Select(chain => chain.Output)];
        return next.Output.Type == output.Type && next.Output.Shape.Equals(output.Shape)
            && chains.Sum(chain => chain.Steps.Count) + next.Steps.Count <= MaxSteps
            && before.Append(next.Output).Concat(next.Inputs).All(operand => operand.IsContiguous || IsNumber(operand))
            && before.All(operand => IsSameOrApart(operand, next.Output))
            && written.All(operand => next.Inputs.All(input => IsSameOrApart(operand, input)))
            && next.Inputs.Any(input => Array.Exists(before, operand => operand.IsContiguous && IsSame(operand, input)));
    }

    /// <summary>The last chain before another that makes an operand; minus one if none does.</summary>
    private int Maker(int chain, Operand operand)
    {
        while (--chain >= 0 && !IsSame(_chains[chain].Output, operand))
        {
        }

        return chain;
    }

    private static bool IsSame(Operand a, Operand b) => a.Offset == b.Offset && a.Strides.SequenceEqual(b.Strides);

    private static bool IsNumber(Operand operand) => operand.Strides.IndexOfAnyExcept(0) < 0;

    private static bool IsSameOrApart(Operand a, Operand b) =>
        (a.IsContiguous && b.IsContiguous && IsSame(a, b)) || End(a) <= b.Offset || End(b) <= a.Offset;

    /// <summary>The byte after a contiguous operand or a number.</summary>
    private static long End(Operand operand) =>
        operand.Offset + ((operand.IsContiguous ? operand.Shape.Size : 1) * operand.Type.Size());
}
