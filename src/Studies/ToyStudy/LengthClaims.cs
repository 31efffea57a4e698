using System.Globalization;
using Looped.Models.Data;
using Looped.Studies.Ledger;
using Looped.Studies.Statistics;
using static Looped.Studies.Statistics.Rules;

namespace Looped.Studies.ToyStudy;

/// <summary>The claims on longer sequences (G1, G2), judged over seeds.</summary>
internal static class LengthClaims
{
    /// <summary>Lengths with a smaller share of simple sequences do not count for their accuracy.</summary>
    public const double LeastShare = 0.01;

    /// <summary>A rank correlation of accuracy and length down to this is no steady fall.</summary>
    private const double SteadyFall = -0.5;

    /// <summary>The rows; none where no seed measured longer sequences.</summary>
    public static IEnumerable<LedgerRow> Judge(WorldSeeds world)
    {
        if (world.Seeds.FirstOrDefault(seed => seed.Lengths is not null)?.Lengths is not { } some)
        {
            yield break;
        }

        yield return JudgeG1(world, some, trained: true);
        if (Longer(some, trained: false).Any())
        {
            yield return JudgeG1(world, some, trained: false);
        }

        yield return JudgeG2(world);
    }

    /// <summary>
    /// Sequences longer than those of training whose last step uses the matrix that training's last step does, or another.
    /// </summary>
    public static IEnumerable<LengthRow> Longer(LengthPart part, bool trained) => part.Rows.Where(row =>
        row.Length > part.Training.Length && (row.Matrix == part.Training.Matrix) == trained);

    private static LedgerRow JudgeG1(WorldSeeds world, LengthPart some, bool trained)
    {
        var lengths = string.Join(", ", Longer(some, trained).Select(row => row.Length));
        var simple = Mean(row => row.SimpleShare >= LeastShare, accuracy => accuracy.Simple);
        var all = Mean(_ => true, accuracy => accuracy.Total);
        var which = some.Training.Matrix == 0 ? string.Empty
            : trained ? ", the last step using the matrix that training's does"
            : ", the last step using a matrix that training's never does";
        return world.Row(
            trained ? "G1" : "G1-other",
            $"Looped generalises better to longer sequences{which}.",
            "accuracy on simple sequences, Looped less Single, mean over the lengths that have some " +
            $"(lengths {lengths}; on all sequences {all})",
            simple,
            "Simple: information content at most the largest in the training set. Lengths with a share of simple sequences below " +
            $"{LeastShare.ToString(CultureInfo.InvariantCulture)} do not count. Supported if the difference, formed under each " +
            "seed, lies above zero.",
            Above(simple));

        Interval Mean(Func<LengthRow, bool> counts, Func<SimpleAccuracies, double> accuracy) =>
            Bootstrap.Mean(world.Each(seed => seed.Lengths is not { } part ? double.NaN : Longer(part, trained)
                .Where(counts)
                .Select(row => accuracy(row.Accuracies.Looped) - accuracy(row.Accuracies.Single))
                .DefaultIfEmpty(double.NaN)
                .Average()));
    }

    private static LedgerRow JudgeG2(WorldSeeds world)
    {
        var both = Correlation(accuracies => (accuracies.Single.Total + accuracies.Looped.Total) / 2, Every);
        var single = Correlation(accuracies => accuracies.Single.Total, Every);
        var looped = Correlation(accuracies => accuracies.Looped.Total, Every);
        var trained = Correlation(
            accuracies => (accuracies.Single.Total + accuracies.Looped.Total) / 2,
            (part, row) => row.Matrix == part.Training.Matrix);
        var best = Correlation(accuracies => accuracies.Full.Total, Every);
        var isCyclic = world.World.Dynamics == Dynamics.Cyclic;
        return world.Row(
            "G2",
            isCyclic
                ? "On cyclic data accuracy does not fall steadily with length."
                : "Accuracy does not fall steadily with length (the paper says so of cyclic data, and expects a fall on others).",
            "rank correlation (Kendall's tau) of length and accuracy on all sequences, mean of both models' accuracies " +
            $"(Single {single}, Looped {looped}, the best by the full context {best}" +
            (isCyclic ? $"; lengths whose last step uses the trained matrix {trained})" : ")"),
            both,
            $"A steady fall has tau = -1. Supported if tau lies above {SteadyFall.ToString(CultureInfo.InvariantCulture)}.",
            Above(both, SteadyFall));

        static bool Every(LengthPart part, LengthRow row) => true;

        Interval Correlation(
            Func<LengthAccuracies, double> accuracy, Func<LengthPart, LengthRow, bool> counts) =>
            Bootstrap.Mean(world.Each(seed =>
            {
                if (seed.Lengths is not { } part)
                {
                    return double.NaN;
                }

                LengthRow[] rows = [.. part.Rows.Where(row => counts(part, row))];
                return KendallTau(
                    [.. rows.Select(row => (double)row.Length)], [.. rows.Select(row => accuracy(row.Accuracies))]);
            }));
    }

    /// <summary>
    /// Kendall's tau-b of pairs: concordant less discordant ones over the geometric mean of those that are not tied in
    /// either; NaN where all are tied or a number is not finite.
    /// </summary>
    private static double KendallTau(double[] x, double[] y)
    {
        var (sum, inX, inY) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (a, b) = (x[i] - x[j], y[i] - y[j]);
                if (!double.IsFinite(a) || !double.IsFinite(b))
                {
                    return double.NaN;
                }

                sum += Math.Sign(a) * Math.Sign(b);
                inX += Math.Abs(Math.Sign(a));
                inY += Math.Abs(Math.Sign(b));
            }
        }

        return sum / Math.Sqrt(inX * inY);
    }
}
