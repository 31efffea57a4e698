using System.Collections;
using System.Runtime.CompilerServices;

namespace Looped.Autodiff;

/// <summary>A short list of integers (axes, labels) that is equal by value, so that equal operations are equal.</summary>
[CollectionBuilder(typeof(IndexList), nameof(Create))]
public readonly struct IndexList : IReadOnlyList<int>, IEquatable<IndexList>
{
    private readonly int[]? _items;

    private IndexList(int[] items) => _items = items;

    /// <inheritdoc/>
    public int Count => Items.Length;

    private int[] Items => _items ?? [];

    /// <inheritdoc/>
    public int this[int index] => Items[index];

    /// <summary>A list of these integers.</summary>
    public static IndexList Create(ReadOnlySpan<int> items) => new(items.ToArray());

    /// <summary>This list with one more integer.</summary>
    public IndexList Append(int item) => new([.. Items, item]);

    /// <inheritdoc/>
    public bool Equals(IndexList other) => Items.AsSpan().SequenceEqual(other.Items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IndexList other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in Items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Items);
}
