namespace Looped.Studies.PracticalStudy;

/// <summary>What a curve of training cost to come to an accuracy.</summary>
public static class CostToReach
{
    /// <summary>
    /// The cost at the first point whose accuracy is at least a level; NaN where none is. Points are not interpolated: a level
    /// counts as reached when it was measured.
    /// </summary>
    /// <param name="curve">Cost and accuracy, in the order of training; an accuracy that is NaN was not measured.</param>
    /// <param name="level">The accuracy to reach.</param>
    public static double Of(IEnumerable<(double Cost, double Accuracy)> curve, double level)
    {
        foreach (var (cost, accuracy) in curve)
        {
            if (accuracy >= level)
            {
                return cost;
            }
        }

        return double.NaN;
    }
}

/// <summary>What the switch from one pass to loops cost a run.</summary>
/// <param name="Step">The first step that loops.</param>
/// <param name="Drop">Training accuracy before it, mean over the last rows, less that of the first step that loops.</param>
/// <param name="Recovery">Steps until the mean over as many rows is back; infinite where it never is.</param>
/// <param name="Left">Steps that were left.</param>
public sealed record SwitchCost(long Step, double Drop, double Recovery, long Left)
{
    /// <summary>Rows that an accuracy is a mean of: single batches are noisy.</summary>
    public const int Rows = 5;

    /// <summary>Back means so near to the accuracy before.</summary>
    public const double Margin = 0.01;

    /// <summary>The cost in a run by its curve; null where it never goes over to loops, or does so before it is measured.</summary>
    public static SwitchCost? Of(IReadOnlyList<CurveRow> rows)
    {
        var first = 0;
        while (first < rows.Count && rows[first].Loops == 1)
        {
            first++;
        }

        if (first < Rows || first == rows.Count)
        {
            return null;
        }

        var before = Mean(first - Rows);
        var back = Enumerable.Range(first, Math.Max(0, rows.Count - Rows - first + 1))
            .Where(row => Mean(row) >= before - Margin)
            .Select(row => (double)(rows[row].Step - rows[first].Step))
            .FirstOrDefault(double.PositiveInfinity);
        return new SwitchCost(
            rows[first].Step, before - rows[first].Accuracy, back, rows[^1].Step - rows[first].Step);

        double Mean(int row) => rows.Skip(row).Take(Rows).Average(each => each.Accuracy);
    }
}
