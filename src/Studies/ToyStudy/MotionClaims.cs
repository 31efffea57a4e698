using System.Globalization;
using Looped.Studies.Ledger;
using Looped.Studies.Statistics;
using static Looped.Studies.Statistics.Rules;

namespace Looped.Studies.ToyStudy;

/// <summary>The claims on motion in valley and river and on where it ends (H1, F1), judged over seeds.</summary>
public static class MotionClaims
{
    /// <summary>A training that makes less than this share of its way along the river in the last quarter of it is trapped.</summary>
    private const double TrappedShare = 0.05;

    /// <summary>The two rows; none where no seed has its geometry measured.</summary>
    public static IEnumerable<LedgerRow> Judge(WorldSeeds world) =>
        world.Seeds.Any(seed => seed.Geometry is not null) ? [JudgeH1(world), JudgeF1(world)] : [];

    private static LedgerRow JudgeH1(WorldSeeds world)
    {
        var plan = GeometryPlan.Of(world);
        var (trained, descent) = (MotionOf(world, model => model.Trained), MotionOf(world, model => model.Descent));
        return world.Row(
            "H1",
            "Looped hops (its steps change sign in the valley) and travels further along the river; Single is trapped.",
            "hopping rate of Looped less that of Single under the run's optimizer, in sign changes a step and valley coordinate " +
            $"({trained.Text}; under gradient descent: hopping {descent.Hopping}, {descent.Text})",
            trained.Hopping,
            $"Windows of {plan.Window} steps, valley and river of the first step's Hessian. Hopping: the mean over windows and " +
            "valley coordinates. Distance: the length of the path along the river, Looped over Single in decades, with the " +
            "structural null space and without. Trapped: Single makes less than " +
            $"{TrappedShare.ToString(CultureInfo.InvariantCulture)} of its distance (without the null space) in the last quarter " +
            "of the windows. Supported if hopping and both distances are above zero and Single is trapped, both under the run's " +
            $"optimizer and under gradient descent with step {plan.DescentRate.ToString(CultureInfo.InvariantCulture)} (the same " +
            "for both models); depends if only some of this holds.",
            All(trained.Verdicts.Concat(descent.Verdicts)));
    }

    private static LedgerRow JudgeF1(WorldSeeds world)
    {
        var trace = FlatnessDifference(world, values => values.Sum());
        var largest = FlatnessDifference(world, values => values[^1]);
        var overEpochs = Bootstrap.Mean(world.Each(OverEpochs));
        double[] curvature = LogDifferences(world, values => values.Sum());
        double[] accuracy = world.Each(seed => TestAccuracy(seed, "looped") - TestAccuracy(seed, "single"));
        var overSeeds = Bootstrap.Of(world.Seeds.Count, drawn => RankCorrelation.Spearman(
            [.. drawn.Select(i => curvature[i])], [.. drawn.Select(i => accuracy[i])]));
        if (world.Seeds.Count < Bootstrap.LeastForResampling)
        {
            // Resamples of a few seeds agree with each other whatever was measured.
            overSeeds = overSeeds with { Low = double.NaN, High = double.NaN };
        }

        return world.Row(
            "F1",
            "Looped ends in a flatter minimum (trace, largest eigenvalue), and flatter goes with better test accuracy.",
            $"log10 of the Hessian's trace at the end, Looped less Single (largest eigenvalue {largest}; rank correlation of " +
            $"trace and test accuracy over epochs {overEpochs}, and over seeds, of the differences between the models, {overSeeds})",
            trace,
            $"End: the mean over the last 10 % of epochs. Test accuracy: on {GeometryPlan.Of(world).TestSamples} fresh draws of " +
            "the training law. Over epochs: Spearman's coefficient after the first 10 % of epochs, the mean of both models; an " +
            "accuracy that stands still has none. Supported if both differences and both correlations are below zero; depends " +
            "if only some are.",
            All(Below(trace), Below(largest), Below(overEpochs), Below(overSeeds)));
    }

    /// <summary>What H1 asks of one way of training.</summary>
    private static Motion MotionOf(WorldSeeds world, Func<ModelGeometry, MotionCourse> course)
    {
        var (single, looped) = (Each("single", Hopping), Each("looped", Hopping));
        var free = LogRatio(window => window.FreeRiverPath);
        var all = LogRatio(window => window.RiverPath);
        return new Motion(
            Bootstrap.Difference(looped, single),
            Bootstrap.Mean(all),
            Bootstrap.Mean(free),
            Bootstrap.Mean(Each("single", LateShare)),
            Bootstrap.Mean(Each("looped", LateShare)),
            Bootstrap.Mean(single),
            Bootstrap.Mean(looped));

        // A training that diverged has no distance that could be compared.
        double[] Each(string name, Func<IReadOnlyList<Analysis.WindowRow>, double> measure) => world.Each(seed =>
            seed.Geometry?.Model(name) is { } model && course(model).Loss.Count > seed.Settings.Epochs
                ? measure(course(model).Windows)
                : double.NaN);

        double[] LogRatio(Func<Analysis.WindowRow, double> length) =>
        [
            .. Each("looped", windows => windows.Sum(length))
                .Zip(Each("single", windows => windows.Sum(length)), (further, less) => Math.Log10(further / less)),
        ];

        static double Hopping(IReadOnlyList<Analysis.WindowRow> windows)
        {
            var rates = windows.Select(window => window.Hopping).Where(double.IsFinite).ToList();
            return rates.Count == 0 ? double.NaN : rates.Average();
        }

        static double LateShare(IReadOnlyList<Analysis.WindowRow> windows) =>
            windows.Skip(windows.Count * 3 / 4).Sum(window => window.FreeRiverPath) / windows.Sum(window => window.FreeRiverPath);
    }

    private static Interval FlatnessDifference(WorldSeeds world, Func<double[], double> curvature) =>
        Bootstrap.Mean(LogDifferences(world, curvature));

    private static double[] LogDifferences(WorldSeeds world, Func<double[], double> curvature)
    {
        return world.Each(seed => Late(seed, "looped") - Late(seed, "single"));

        // The logarithm of a trace that is not positive is not finite, and the seed does not count.
        double Late(SeedResult seed, string name)
        {
            var late = (seed.Course.Model(name)?.SpectrumRows ?? [])
                .Where(row => row.Epoch > 0.9 * seed.Settings.Epochs)
                .Select(row => curvature(row.Spectrum!.Values)).ToList();
            return late.Count == 0 ? double.NaN : Math.Log10(late.Average());
        }
    }

    private static double OverEpochs(SeedResult seed)
    {
        double[] found =
        [
            .. CourseFigures.Models.Select(model => Correlation(model.Name)).Where(double.IsFinite),
        ];
        return found.Length == 0 ? double.NaN : found.Average();

        double Correlation(string name)
        {
            if (seed.Geometry?.Model(name) is not { } geometry || seed.Course.Model(name) is not { } course)
            {
                return double.NaN;
            }

            var late = course.SpectrumRows.Where(row => row.Epoch > seed.Settings.Epochs / 10).ToList();
            return RankCorrelation.Spearman(
                [.. late.Select(row => row.Spectrum!.Values.Sum())],
                [.. late.Select(row => geometry.TestAccuracy[row.Epoch])]);
        }
    }

    private static double TestAccuracy(SeedResult seed, string name) =>
        seed.Geometry?.Model(name)?.TestAccuracy is { Count: > 0 } accuracy
            ? accuracy.Skip(accuracy.Count - Math.Max(1, accuracy.Count / 10)).Average()
            : double.NaN;

    private sealed record Motion(
        Interval Hopping,
        Interval Distance,
        Interval FreeDistance,
        Interval SingleLate,
        Interval LoopedLate,
        Interval SingleHopping,
        Interval LoopedHopping)
    {
        public string Text =>
            $"Single {SingleHopping}, Looped {LoopedHopping}; distance {Distance}, without the null space {FreeDistance}; share " +
            $"of the last quarter Single {SingleLate}, Looped {LoopedLate}";

        public IEnumerable<Verdict> Verdicts =>
            [Above(Hopping), Above(Distance), Above(FreeDistance), Below(SingleLate, TrappedShare)];
    }
}
