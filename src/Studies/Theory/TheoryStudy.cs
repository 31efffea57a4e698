using System.Diagnostics;
using Looped.Analysis.Theory;
using Looped.Tensors;

namespace Looped.Studies.Theory;

/// <summary>How far a study is.</summary>
/// <param name="Part">The part that runs, in a few words.</param>
/// <param name="Done">Its instances that are done.</param>
/// <param name="Total">All of its instances.</param>
public readonly record struct TheoryProgress(string Part, int Done, int Total);

/// <summary>
/// The theory's statements checked on random landscapes and on the attention models. Instances run in parallel and each
/// draws from its own number, so that results do not depend on the threads.
/// </summary>
public sealed class TheoryStudy(TheorySettings settings)
{
    /// <summary>Landscapes a descent by other update rules is made on: a share of the others.</summary>
    private const int OptimizerShare = 8;

    private int _done;
    private string _part = "starting";
    private int _total;

    /// <summary>How far it is; may be asked from other threads.</summary>
    public TheoryProgress Progress => new(Volatile.Read(ref _part), Volatile.Read(ref _done), Volatile.Read(ref _total));

    /// <summary>Runs all parts, or those that end before it is stopped.</summary>
    /// <param name="cancellation">Stops it; the parts done so far are the result.</param>
    public TheoryResult Run(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var result = new TheoryResult(settings);
        try
        {
            foreach (var part in Parts(cancellation))
            {
                result = part(result);
            }

            result = result with { IsComplete = true };
        }
        catch (OperationCanceledException)
        {
            // The parts that were done stand.
        }

        return result with { Elapsed = Stopwatch.GetElapsedTime(start) };
    }

    private IEnumerable<Func<TheoryResult, TheoryResult>> Parts(CancellationToken cancellation)
    {
        var count = settings.Instances;
        yield return result => result with
        {
            QuadraticCourses = ForceCourse.Of(settings.Seed, general: false),
            Quadratic = Run("quadratic landscapes", count, i => ForceInstance.Of(
                LandscapeDraw.Quadratic(Random("quadratic", i), dominated: i % 2 == 0, hops: i / 2 % 2 == 1))),
        };
        yield return result => result with
        {
            GeneralCourses = ForceCourse.Of(settings.Seed, general: true),
            General = Run("general landscapes", count, i => ForceInstance.Of(
                LandscapeDraw.General(Random("general", i), dominated: i % 2 == 0, hops: i / 2 % 2 == 1))),
        };
        yield return result => result with
        {
            Sequences = Run("time-varying valleys", count, i => SequenceInstance.Of(
                Random("sequence", i), hops: i % 2 == 1, (CouplingLaw)(i / 2 % 2))),
        };
        yield return result => result with
        {
            Optimizers =
            [
                .. Run("update rules", Math.Max(2, count / OptimizerShare), i => OptimizerInstance.Of(LandscapeDraw.Quadratic(
                    Random("rules", i), dominated: true, hops: i % 2 == 1, OptimizerInstance.Valley, OptimizerInstance.River)))
                    .SelectMany(rules => rules),
            ],
        };
        yield return result =>
        {
            // The widest models take longest, so they come first.
            var widths = ModelRun.Widths.OrderDescending().ToArray();
            var models = Run("attention models", widths.Length * settings.Seeds, i =>
                ModelRun.Of(settings, i % settings.Seeds, widths[i / settings.Seeds], cancellation));
            return result with
            {
                Lemmas = [.. models.SelectMany(model => model.Lemmas)],
                Alignments = [.. models.SelectMany(model => model.Alignments)],
                Rivers = [.. models.SelectMany(model => model.Rivers)],
            };
        };

        T[] Run<T>(string part, int total, Func<int, T> run)
        {
            Volatile.Write(ref _done, 0);
            Volatile.Write(ref _total, total);
            Volatile.Write(ref _part, part);
            return Instances.Run(total, settings.Threads, run, () => Interlocked.Increment(ref _done), cancellation);
        }

        Philox Random(string purpose, int i) => new(settings.Seed, $"theory, {purpose} {i}");
    }
}
