using Looped.Tensors;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Nested loops over a shape for several operands at once: axes of extent one dropped, and neighbouring axes merged
/// where every operand steps through both as through one, so that kernels see the fewest and longest loops.
/// </summary>
internal sealed class LoopNest
{
    private LoopNest(long[] extents, long[][] strides)
    {
        Extents = extents;
        Strides = strides;
    }

    /// <summary>Extents of the loops, outermost first.</summary>
    public long[] Extents { get; }

    /// <summary><c>Strides[operand][loop]</c>, in elements.</summary>
    public long[][] Strides { get; }

    public int Rank => Extents.Length;

    /// <summary>Loops over a shape; one array of strides an operand, each of the shape's rank.</summary>
    public static LoopNest Over(ReadOnlySpan<long> extents, params long[][] strides)
    {
        var keptExtents = new List<long>();
        var kept = strides.Select(_ => new List<long>()).ToArray();
        for (var axis = 0; axis < extents.Length; axis++)
        {
            if (extents[axis] == 1)
            {
                continue;
            }

            var merges = keptExtents.Count > 0;
            for (var operand = 0; merges && operand < strides.Length; operand++)
            {
                merges = kept[operand][^1] == strides[operand][axis] * extents[axis];
            }

            if (merges)
            {
                keptExtents[^1] *= extents[axis];
            }
            else
            {
                keptExtents.Add(extents[axis]);
            }

            for (var operand = 0; operand < strides.Length; operand++)
            {
                if (merges)
                {
                    kept[operand][^1] = strides[operand][axis];
                }
                else
                {
                    kept[operand].Add(strides[operand][axis]);
                }
            }
        }

        return new LoopNest([.. keptExtents], [.. kept.Select(list => list.ToArray())]);
    }

    /// <summary>Loops over operands of one shape.</summary>
    public static LoopNest Over(Shape shape, params Operand[] operands) =>
        Over(
            [.. shape.Select(extent => (long)extent)],
            [.. operands.Select(operand => operand.Strides.ToArray())]);

    /// <summary>Whether an operand's elements lie in the order of the loops, without gaps.</summary>
    public bool IsFlat(int operand)
    {
        var expected = 1L;
        for (var loop = Rank - 1; loop >= 0; loop--)
        {
            if (Strides[operand][loop] != expected)
            {
                return false;
            }

            expected *= Extents[loop];
        }

        return true;
    }
}

/// <summary>
/// Walks loops without allocating: counters, and for each operand the offset of the present position.
/// </summary>
internal sealed class Odometer(long[] extents, long[][] strides)
{
    private readonly long[] _counters = new long[extents.Length];

    /// <summary>Offsets of the present position, one an operand, in elements.</summary>
    public long[] Offsets { get; } = new long[strides.Length];

    /// <summary>Number of positions.</summary>
    public long Count { get; } = extents.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>Positions from the present one to the end of the innermost loop, this one counted.</summary>
    public long Left => extents.Length == 0 ? 1 : extents[^1] - _counters[^1];

    /// <summary>How far an operand steps in the innermost loop.</summary>
    public long Step(int operand) => extents.Length == 0 ? 0 : strides[operand][^1];

    /// <summary>Back to the first position.</summary>
    public void Reset()
    {
        Array.Clear(_counters);
        Array.Clear(Offsets);
    }

    /// <summary>To the next position; after the last, to the first again.</summary>
    public void Next() => Next(1);

    /// <summary>So many positions on, at most to the end of the innermost loop.</summary>
    public void Next(long count)
    {
        for (var loop = extents.Length - 1; loop >= 0; loop--, count = 1)
        {
            for (var operand = 0; operand < strides.Length; operand++)
            {
                Offsets[operand] += count * strides[operand][loop];
            }

            if ((_counters[loop] += count) < extents[loop])
            {
                return;
            }

            _counters[loop] = 0;
            for (var operand = 0; operand < strides.Length; operand++)
            {
                Offsets[operand] -= strides[operand][loop] * extents[loop];
            }
        }
    }
}
