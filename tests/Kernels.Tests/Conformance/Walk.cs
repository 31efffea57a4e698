using Looped.Tensors;

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

    /// <summary>All indices of a shape, in row-major order.</summary>
    public static IEnumerable<int[]> Indices(Shape shape)
    {
        var strides = shape.Strides();
        for (var i = 0L; i < shape.Size; i++)
        {
            yield return [.. shape.Select((extent, axis) => (int)(i / strides[axis] % extent))];
        }
    }

    /// <summary>An operand's elements by index.</summary>
    public static Func<IReadOnlyList<int>, double> Elements(ArenaImage image, Operand operand) => index =>
    {
        var offset = 0L;
        for (var axis = 0; axis < operand.Shape.Rank; axis++)
        {
            offset += index[axis] * operand.Strides[axis];
        }

        return image.Read(operand.Offset + (offset * operand.Type.Size()), operand.Type);
    };
}
