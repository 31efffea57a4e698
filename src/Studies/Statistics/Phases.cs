namespace Looped.Studies.Statistics;

/// <summary>What a curve does over a run of epochs.</summary>
/// <param name="First">Epoch at which it begins.</param>
/// <param name="Last">Epoch at which it ends.</param>
/// <param name="Change">What the curve rises by.</param>
public readonly record struct Phase(double First, double Last, double Change);

/// <summary>The phases that the paper names, found in one entropy curve.</summary>
/// <param name="Collapse">A fall before any rise; null where there is none.</param>
/// <param name="Diversification">The first rise after the collapse; null where there is none.</param>
/// <param name="Stabilisation">The flat end; null where the curve does not end flat.</param>
/// <param name="Cuts">The epochs at which the curve turns: between runs, not at its ends.</param>
public sealed record EntropyPhases(
    Phase? Collapse, Phase? Diversification, Phase? Stabilisation, IReadOnlyList<double> Cuts)
{
    /// <summary>A change by this share of the curve's start counts as a fall or a rise; less is flat.</summary>
    public const double Margin = 0.05;

    /// <summary>The rule in words.</summary>
    public const string Rule =
        "The curve is cut into the fewest straight lines whose residual is at most 2 % of its range (at most 8, least squares " +
        "over all cuts). A line falls or rises if it changes by more than 5 % of the curve's start, else it is flat. Neighbouring " +
        "lines of a kind are one run, and flat ones that together change by more than that fall or rise after all. Collapse: the " +
        "first falling run, if no rising one precedes it. Diversification: the first rising run after it. Stabilisation: the " +
        "last run, if it is flat.";

    /// <summary>The phases of a curve.</summary>
    /// <param name="epochs">Epochs, equally far apart (the last step may be shorter).</param>
    /// <param name="curve">The curve at these epochs; finite.</param>
    /// <exception cref="ArgumentException">They are not equally many, too few, or not finite.</exception>
    public static EntropyPhases Of(IReadOnlyList<double> epochs, IReadOnlyList<double> curve)
    {
        if (epochs.Count != curve.Count)
        {
            throw new ArgumentException($"{epochs.Count} epochs do not go with {curve.Count} points of a curve.");
        }

        double[] heights = [.. curve];
        var margin = Margin * Math.Abs(heights[0]);
        var lines = Segmentation.Of(heights);
        var runs = Runs(Runs(lines, Way), Way)
            .Select(run => (Sign: Way(run), Phase: new Phase(epochs[run.Start], epochs[run.End - 1], run.Change)))
            .ToList();
        var fall = runs.FindIndex(run => run.Sign < 0);
        var rise = runs.FindIndex(run => run.Sign > 0);
        var hasCollapse = fall >= 0 && (rise < 0 || fall < rise);
        return new EntropyPhases(
            hasCollapse ? runs[fall].Phase : null,
            hasCollapse && rise > fall ? runs[rise].Phase : null,
            runs[^1].Sign == 0 ? runs[^1].Phase : null,
            [.. runs.Skip(1).Select(run => run.Phase.First)]);

        int Way(Segment segment) => Math.Abs(segment.Change) > margin ? Math.Sign(segment.Change) : 0;
    }

    /// <summary>Neighbours of one kind as one, from the height at which the first begins to that at which the last ends.</summary>
    private static List<Segment> Runs(IReadOnlyList<Segment> segments, Func<Segment, int> kind)
    {
        var runs = new List<Segment>();
        var last = 0;
        foreach (var segment in segments)
        {
            if (runs.Count > 0 && kind(segment) == last)
            {
                runs[^1] = runs[^1] with { End = segment.End, Last = segment.Last };
            }
            else
            {
                runs.Add(segment);
                last = kind(segment);
            }
        }

        return runs;
    }
}
