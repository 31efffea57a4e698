using System.Numerics;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Which block of scratch memory holds each register of some chains: inputs that are not used where they lie, and results
/// of steps as long as a later step reads them.
/// </summary>
internal static class MapSlots
{
    /// <summary>A block for each register; registers that lie elsewhere have one that nothing uses.</summary>
    /// <param name="steps">Their arguments number the inputs first, then the steps that they were made of.</param>
    /// <param name="registers">Number of registers.</param>
    /// <param name="isInPlace">For each input whether it is used where it lies.</param>
    /// <param name="count">Number of blocks.</param>
    public static int[] Of<T>(ReadOnlySpan<ChainStep<T>> steps, int registers, bool[] isInPlace, out int count)
        where T : unmanaged, INumberBase<T>
    {
        var slots = new int[registers];
        var lastUse = new int[registers];
        for (var s = 0; s < steps.Length; s++)
        {
            lastUse[steps[s].A] = lastUse[steps[s].B] = lastUse[steps[s].C] = s;
        }

        count = 0;
        for (var i = 0; i < isInPlace.Length; i++)
        {
            slots[i] = isInPlace[i] ? 0 : count++;
        }

        var free = new Stack<int>();
        for (var s = 0; s < steps.Length; s++)
        {
            slots[steps[s].Result] = free.TryPop(out var slot) ? slot : count++;
            foreach (var earlier in steps[..s])
            {
                if (lastUse[earlier.Result] == s)
                {
                    free.Push(slots[earlier.Result]);
                }
            }
        }

        return slots;
    }
}
