using Looped.Kernels.Calls;

namespace Looped.Kernels.Cuda;

/// <summary>
/// Registers for the values of a chain, inputs first: a value gives its register up to the step that uses it last, so that
/// long chains need few.
/// </summary>
internal sealed class MapRegisters
{
    private readonly byte[] _of;

    public MapRegisters(MapCall call)
    {
        var inputs = call.Inputs.Count;
        var last = new int[inputs + call.Steps.Count];
        Array.Fill(last, -1);
        for (var s = 0; s < call.Steps.Count; s++)
        {
            foreach (var argument in Arguments(call.Steps[s]))
            {
                last[argument] = s;
            }
        }

        _of = new byte[last.Length];
        var free = new SortedSet<byte>();
        for (var value = 0; value < last.Length; value++)
        {
            var step = value - inputs;
            if (step >= 0)
            {
                foreach (var argument in Arguments(call.Steps[step]).Where(argument => last[argument] == step))
                {
                    free.Add(_of[argument]);
                }
            }

            if (free.Count > 0)
            {
                _of[value] = free.Min;
                free.Remove(free.Min);
            }
            else
            {
                _of[value] = checked((byte)Count++);
            }
        }
    }

    /// <summary>How many registers there are.</summary>
    public int Count { get; private set; }

    /// <summary>The register of a value.</summary>
    public byte this[int value] => _of[value];

    private static IEnumerable<int> Arguments(MapStep step)
    {
        yield return step.A;
        if (step.Arity > 1)
        {
            yield return step.B;
        }

        if (step.Arity > 2)
        {
            yield return step.C;
        }
    }
}
