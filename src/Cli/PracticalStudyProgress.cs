using System.Globalization;
using Looped.Studies.PracticalStudy;

namespace Looped.Cli;

/// <summary>Shows how far a practical study is.</summary>
internal static class PracticalStudyProgress
{
    /// <summary>Returns when the study is done or <paramref name="interrupted"/> is set.</summary>
    public static void Show(PracticalStudyRun study, bool quiet, WaitHandle interrupted) => StudyProgress.Show(
        study.Wait, () => State(study), () => study.Cells.Sum(cell => cell.Progress), study.Cells.Count, quiet, interrupted);

    private static string State(PracticalStudyRun study)
    {
        var under = study.Cells
            .Select(cell => (cell.Cell.Name, cell.IsDone, cell.Progress))
            .Where(cell => !cell.IsDone && cell.Progress > 0)
            .Select(cell => string.Create(CultureInfo.InvariantCulture, $", {cell.Name} {100 * cell.Progress:0} %"));
        return $"{study.Cells.Count(cell => cell.IsDone)} of {study.Cells.Count} runs done" +
            (study.LoadedCount > 0 ? $" ({study.LoadedCount} read back)" : string.Empty) +
            string.Concat(under);
    }
}
