namespace Looped.Analysis;

/// <summary>Sorts indices by the values that they point to.</summary>
internal static unsafe class Ordering
{
    /// <summary>Insertion: for a few indices, or for an order that is nearly right.</summary>
    public static void Insert(Span<int> order, double* values)
    {
        for (var i = 1; i < order.Length; i++)
        {
            var index = order[i];
            var place = i;
            for (; place > 0 && values[order[place - 1]] > values[index]; place--)
            {
                order[place] = order[place - 1];
            }

            order[place] = index;
        }
    }

    /// <summary>Merges an order whose parts before and after the split are each right.</summary>
    public static void Merge(Span<int> order, int split, double* values, Span<int> scratch)
    {
        var first = scratch[..split];
        order[..split].CopyTo(first);
        var (i, j) = (0, split);
        for (var k = 0; i < split; k++)
        {
            // What is written never overtakes what is still to be read.
            order[k] = j < order.Length && values[order[j]] < values[first[i]] ? order[j++] : first[i++];
        }
    }
}
