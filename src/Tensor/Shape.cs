using System.Collections;

namespace Looped.Tensors;

/// <summary>
/// The extents of a tensor's axes, outermost first; <c>()</c> is a scalar. Immutable, equal by value.
/// </summary>
public sealed class Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    /// <summary>The shape of a scalar.</summary>
    public static readonly Shape Scalar = new();

    private readonly int[] _extents;

    /// <summary>A shape of these extents.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An extent is negative.</exception>
    public Shape(params ReadOnlySpan<int> extents)
    {
        foreach (var extent in extents)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(extent, nameof(extents));
        }

        _extents = extents.ToArray();
    }

    /// <summary>Number of axes.</summary>
    public int Rank => _extents.Length;

    int IReadOnlyCollection<int>.Count => _extents.Length;

    /// <summary>Number of elements: the product of the extents.</summary>
    public long Size
    {
        get
        {
            var size = 1L;
            foreach (var extent in _extents)
            {
                size *= extent;
            }

            return size;
        }
    }

    /// <summary>Extent of an axis.</summary>
    public int this[int axis] => _extents[axis];

    /// <summary>The extents as a span.</summary>
    public ReadOnlySpan<int> Extents => _extents;

    /// <summary>Row-major strides, in elements.</summary>
    public long[] Strides()
    {
        var strides = new long[Rank];
        var stride = 1L;
        for (var axis = Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= _extents[axis];
        }

        return strides;
    }

    /// <summary>This shape with one more, innermost, axis.</summary>
    public Shape Append(int extent) => new([.. _extents, extent]);

    /// <summary>This shape without its innermost axis.</summary>
    public Shape DropLast() => new(_extents.AsSpan(0, Rank - 1));

    /// <summary>
    /// The common shape of two operands that are broadcast against each other: axes aligned from the innermost, an
    /// extent of one stretched to the other's. Null when they do not fit.
    /// </summary>
    public static Shape? Broadcast(Shape left, Shape right)
    {
        var rank = Math.Max(left.Rank, right.Rank);
        var extents = new int[rank];
        for (var axis = 0; axis < rank; axis++)
        {
            var a = axis < rank - left.Rank ? 1 : left[axis - (rank - left.Rank)];
            var b = axis < rank - right.Rank ? 1 : right[axis - (rank - right.Rank)];
            if (a != b && a != 1 && b != 1)
            {
                return null;
            }

            extents[axis] = a == 1 ? b : a;
        }

        return new Shape(extents);
    }

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _extents.AsSpan().SequenceEqual(other._extents);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var extent in _extents)
        {
            hash.Add(extent);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_extents).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As the field writes shapes: <c>(27,3,8)</c>.</summary>
    public override string ToString() => $"({string.Join(',', _extents)})";
}
