namespace Looped.Analysis;

/// <summary>
/// Assumption 1 on two measured spectra. Each model's valley is cut by its own criteria; its low-curvature set are the
/// eigenvalues of the valley below one threshold for both. (a) Looped's set is the larger one. (b) Its i-th smallest value
/// is at most Single's, for each i of Single's set.
/// </summary>
/// <param name="SingleCount">Size of Single's low-curvature set.</param>
/// <param name="LoopedCount">Size of Looped's.</param>
/// <param name="Compared">How many pairs (b) compares: as many as both have.</param>
/// <param name="Smaller">In how many of them Looped's value is at most Single's.</param>
public readonly record struct AssumptionOne(int SingleCount, int LoopedCount, int Compared, int Smaller)
{
    /// <summary>Whether (a) holds.</summary>
    public bool Dimension => LoopedCount > SingleCount;

    /// <summary>Whether (b) holds: Looped has a value for each of Single's, and at least one, none of them larger.</summary>
    public bool Dominance => Compared > 0 && Compared == SingleCount && Smaller == Compared;

    /// <summary>Tests two spectra.</summary>
    /// <param name="single">Single's eigenvalues, ascending.</param>
    /// <param name="looped">Looped's eigenvalues, ascending.</param>
    /// <param name="criteria">Where a valley begins.</param>
    /// <param name="threshold">Below this an eigenvalue of the valley is low, in the units of the Hessian.</param>
    /// <exception cref="ArgumentException">An eigenvalue is not finite.</exception>
    public static AssumptionOne Test(
        ReadOnlySpan<double> single, ReadOnlySpan<double> looped, ValleyCriteria criteria, double threshold)
    {
        var low = Low(single, criteria, threshold);
        var other = Low(looped, criteria, threshold);
        var compared = Math.Min(low.Length, other.Length);
        var smaller = 0;
        for (var i = 0; i < compared; i++)
        {
            smaller += other[i] <= low[i] ? 1 : 0;
        }

        return new AssumptionOne(low.Length, other.Length, compared, smaller);
    }

    private static ReadOnlySpan<double> Low(ReadOnlySpan<double> values, ValleyCriteria criteria, double threshold)
    {
        var valley = values[^ValleyGeometry.Measure(values, criteria).Size..];
        var count = 0;
        while (count < valley.Length && valley[count] < threshold)
        {
            count++;
        }

        return valley[..count];
    }
}
