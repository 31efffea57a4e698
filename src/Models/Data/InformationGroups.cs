namespace Looped.Models.Data;

/// <summary>
/// The samples of lowest and of highest information content: of the N samples ordered by (IC, sequence index), the
/// first and the last so many. A distinct sequence that straddles a cut belongs to its group with a part of its count,
/// so that a group always weighs exactly its fraction of N. Immutable.
/// </summary>
public sealed class InformationGroups
{
    private readonly double[] _low;
    private readonly double[] _high;

    /// <summary>The two groups of a set.</summary>
    /// <param name="set">The samples.</param>
    /// <param name="fraction">The share of the samples in each group, above 0 and at most one half.</param>
    /// <exception cref="ArgumentException">The fraction is out of its range.</exception>
    public InformationGroups(SequenceSet set, double fraction = 0.4)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (!(fraction is > 0 and <= 0.5))
        {
            throw new ArgumentException(
                $"The fraction {fraction} of a group is not allowed; it must be above 0 and at most 0.5.");
        }

        Set = set;
        Weight = fraction * set.SampleCount;

        var order = Enumerable.Range(0, set.Count).ToArray();
        Array.Sort(order, (a, b) => (set.InformationContents[a], a).CompareTo((set.InformationContents[b], b)));
        _low = Fill(order);
        Array.Reverse(order);
        _high = Fill(order);
    }

    /// <summary>The samples.</summary>
    public SequenceSet Set { get; }

    /// <summary>The number of samples in each group, which need not be whole.</summary>
    public double Weight { get; }

    /// <summary>How many of its samples each distinct sequence has in the group of lowest IC.</summary>
    public ReadOnlySpan<double> Low => _low;

    /// <summary>How many of its samples each distinct sequence has in the group of highest IC.</summary>
    public ReadOnlySpan<double> High => _high;

    private double[] Fill(int[] order)
    {
        var weights = new double[order.Length];
        var left = Weight;
        foreach (var sequence in order)
        {
            weights[sequence] = Math.Min(left, Set.Counts[sequence]);
            left -= weights[sequence];
        }

        return weights;
    }
}
