namespace Looped.Kernels.Tests.Conformance;

/// <summary>Strided index arithmetic.</summary>
internal static class Walk
{
    /// <summary>The offsets of all indices of a shape under some strides, in row-major order.</summary>
    public static long[] Offsets(IReadOnlyList<int> extents, ReadOnlySpan<long> strides)
    {
        long[] offsets = [0];
        for (var axis = 0; axis < extents.Count; axis++)
        {
            var next = new long[offsets.Length * extents[axis]];
            for (var i = 0; i < next.Length; i++)
            {
                next[i] = offsets[i / extents[axis]] + (i % extents[axis] * strides[axis]);
            }

            offsets = next;
        }

        return offsets;
    }

    /// <summary>The offsets of all indices over labels, for an operand whose axes carry labels.</summary>
    public static long[] Offsets(
        IReadOnlyList<int> labels, IReadOnlyDictionary<int, int> extents, Operand operand, IReadOnlyList<int> axes)
    {
        var strides = new long[labels.Count];
        for (var axis = 0; axis < axes.Count; axis++)
        {
            for (var i = 0; i < labels.Count; i++)
            {
                strides[i] += labels[i] == axes[axis] ? operand.Strides[axis] : 0;
            }
        }

        return Offsets([.. labels.Select(label => extents[label])], strides);
    }
}
