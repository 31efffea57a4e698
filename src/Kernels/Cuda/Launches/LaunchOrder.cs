using System.Collections;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Cuda;

/// <summary>
/// Which calls must wait for which: one that touches memory waits for those before it that write there, one that writes also
/// for those that read there, and calls with scratch memory, which all share, come one after the other. All others may run at
/// the same time.
/// </summary>
internal sealed class LaunchOrder
{
    private readonly List<Entry> _entries = [];

    /// <summary>What a call waits for.</summary>
    /// <param name="call">The next call.</param>
    /// <param name="usesScratch">Whether it uses scratch memory.</param>
    /// <param name="last">The number of its last launch.</param>
    /// <returns>Numbers of launches; those that others among them wait for are left out.</returns>
    public IReadOnlyList<int> Add(KernelCall call, bool usesScratch, int last)
    {
        // Calls for this backend alone change operands that they also read.
        var changesInputs = call is AdamCall or TridiagonalCall or RestoreCall or SmallEigenCall;
        List<Span> written = [Span.Of(call.Output)];
        written.AddRange(changesInputs ? call.Inputs.Select(Span.Of) : []);
        if (call is SmallEigenCall { Vectors: { } vectors })
        {
            written.Add(Span.Of(vectors));
        }

        var entry = new Entry(
            [.. written], [.. call.Inputs.Select(Span.Of)], usesScratch, last, new BitArray(_entries.Count));
        var waits = new List<int>();
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            var earlier = _entries[i];
            if (entry.Before[i] || !entry.MustWaitFor(earlier))
            {
                continue;
            }

            waits.Add(earlier.Last);
            entry.Before[i] = true;
            for (var j = 0; j < i; j++)
            {
                entry.Before[j] |= earlier.Before[j];
            }
        }

        _entries.Add(entry);
        return waits;
    }

    /// <summary>Bytes from the first to the last element of an operand.</summary>
    private readonly record struct Span(long Start, long End)
    {
        public static Span Of(Operand operand)
        {
            var last = 0L;
            for (var axis = 0; axis < operand.Shape.Rank; axis++)
            {
                last += (operand.Shape[axis] - 1) * operand.Strides[axis];
            }

            return operand.Shape.Size == 0
                ? default
                : new Span(operand.Offset, operand.Offset + ((last + 1) * operand.Type.Size()));
        }

        public bool Meets(Span other) => Start < other.End && other.Start < End;
    }

    /// <summary>A call: what it touches, its last launch, and all calls that are over before it begins.</summary>
    private sealed record Entry(Span[] Written, Span[] Read, bool UsesScratch, int Last, BitArray Before)
    {
        public bool MustWaitFor(Entry earlier) =>
            (UsesScratch && earlier.UsesScratch) || Meet(Written, earlier.Written) || Meet(Written, earlier.Read) ||
            Meet(Read, earlier.Written);

        private static bool Meet(Span[] left, Span[] right)
        {
            foreach (var a in left)
            {
                foreach (var b in right)
                {
                    if (a.Meets(b))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
    }
}
