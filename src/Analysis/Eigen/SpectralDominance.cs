namespace Looped.Analysis;

/// <summary>Whether one spectrum dominates another: the k-th largest value is at least the other's, for each k.</summary>
/// <param name="Holds">Whether it does, to the tolerance.</param>
/// <param name="SmallestMargin">The smallest of the differences; negative where the order is broken.</param>
/// <param name="Index">Where it is smallest, counted from 0 in ascending order; -1 for empty spectra.</param>
/// <param name="Violations">How many differences are below minus the tolerance.</param>
public sealed record SpectralDominance(bool Holds, double SmallestMargin, int Index, int Violations)
{
    /// <summary>Tests whether a dominates b.</summary>
    /// <param name="a">n values in any order.</param>
    /// <param name="b">n values in any order.</param>
    /// <param name="tolerance">How far a value may fall short and still count as equal.</param>
    /// <exception cref="ArgumentException">The lengths differ, a value is not a number, or the tolerance is negative.</exception>
    public static SpectralDominance Test(ReadOnlySpan<double> a, ReadOnlySpan<double> b, double tolerance = 0)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"The spectra must be of one length, not of {a.Length} and {b.Length} values.");
        }

        if (!(tolerance >= 0))
        {
            throw new ArgumentException("The tolerance must not be negative.", nameof(tolerance));
        }

        var (above, below) = (Sorted(a, nameof(a)), Sorted(b, nameof(b)));
        var (smallest, index, violations) = (double.PositiveInfinity, -1, 0);
        for (var j = 0; j < above.Length; j++)
        {
            var margin = above[j] - below[j];
            violations += margin < -tolerance ? 1 : 0;
            (smallest, index) = margin < smallest || index < 0 ? (margin, j) : (smallest, index);
        }

        return new SpectralDominance(violations == 0, smallest, index, violations);
    }

    private static double[] Sorted(ReadOnlySpan<double> values, string name)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);

        // Those that are not numbers come first.
        return sorted.Length > 0 && double.IsNaN(sorted[0])
            ? throw new ArgumentException("A spectrum must consist of numbers.", name)
            : sorted;
    }
}
