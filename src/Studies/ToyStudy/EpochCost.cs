using System.Diagnostics;
using Looped.Models.Training;

namespace Looped.Studies.ToyStudy;

/// <summary>What an epoch of training costs.</summary>
/// <param name="Seconds">Wall time; not a number where it was not measured.</param>
/// <param name="Flops">Counted floating-point operations: gradients and updates.</param>
public readonly record struct EpochCost(double Seconds, double Flops)
{
    private const int WarmUp = 20;
    private const int Rounds = 1000;

    /// <summary>Of slow models fewer epochs are timed, but not fewer than eleven.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The costs of two trainers' epochs. Wall times are medians over epochs of the two by turns, so that what else the
    /// machine does meets both alike and its outliers neither.
    /// </summary>
    /// <param name="first">A trainer; it is trained on.</param>
    /// <param name="second">Another; it is trained on.</param>
    /// <param name="updates">Updates in an epoch.</param>
    public static (EpochCost First, EpochCost Second) Measure(Trainer first, Trainer second, int updates)
    {
        var times = (First: new List<double>(), Second: new List<double>());
        var start = Stopwatch.GetTimestamp();
        for (var round = -WarmUp; round < Rounds; round++)
        {
            var (one, other) = (Time(first), Time(second));
            if (round >= 0)
            {
                times.First.Add(one);
                times.Second.Add(other);
            }

            if (round >= 10 && Stopwatch.GetElapsedTime(start) > Patience)
            {
                break;
            }
        }

        return (
            new EpochCost(Median(times.First), updates * (double)first.UpdateFlops),
            new EpochCost(Median(times.Second), updates * (double)second.UpdateFlops));
    }

    private static double Time(Trainer trainer)
    {
        var start = Stopwatch.GetTimestamp();
        trainer.RunEpoch();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }
}
