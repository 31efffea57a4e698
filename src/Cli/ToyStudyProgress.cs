using System.Globalization;
using Looped.Studies.ToyStudy;

namespace Looped.Cli;

/// <summary>Shows how far a toy study is.</summary>
internal static class ToyStudyProgress
{
    /// <summary>Returns when the study is done or <paramref name="interrupted"/> is set.</summary>
    public static void Show(ToyStudyRun study, bool quiet, WaitHandle interrupted) => StudyProgress.Show(
        study.Wait,
        () => State(study),
        () => study.Measurements.Sum(measurement => measurement.Progress),
        study.Measurements.Count,
        quiet,
        interrupted);

    private static string State(ToyStudyRun study)
    {
        var under = study.Measurements
            .Where(measurement => measurement.Result is null && measurement.Progress > 0)
            .Select(measurement => string.Create(
                CultureInfo.InvariantCulture,
                $"{Name(measurement.Cell)} {100 * measurement.Progress:0} %"));
        var done = study.Measurements.Count(measurement => measurement.Result is not null);
        return $"{done} of {study.Measurements.Count} runs done" +
            (study.LoadedCount > 0 ? $" ({study.LoadedCount} read back)" : string.Empty) +
            string.Concat(under.Select(text => ", " + text));
    }

    private static string Name(StudyCell cell) => string.Create(
        CultureInfo.InvariantCulture,
        $"{cell.World.Name} seed {cell.Settings.Seed}{(cell.Variation == Variation.None ? string.Empty : " " + cell.Variation.Name)}");
}
