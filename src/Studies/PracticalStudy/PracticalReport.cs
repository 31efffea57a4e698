using System.Globalization;
using Looped.Studies.Algorithmic;
using Looped.Studies.Ledger;
using Looped.Studies.Reports;
using Looped.Studies.Toy;

namespace Looped.Studies.PracticalStudy;

/// <summary>The report of a practical study.</summary>
internal static class PracticalReport
{
    public static string Build(
        PracticalStudyRun run,
        IReadOnlyList<LedgerRow> ledger,
        IReadOnlyList<(TaskSeeds Task, IReadOnlyList<NamedFigure> Figures)> tasks,
        TimeSpan elapsed)
    {
        var report = new ReportBuilder("Looped decoders on algorithmic tasks: one pass, loops, and SHIFT")
            .Lead(
                "The same decoder, with the same parameters and the same samples, is trained in one pass, in loops, and by SHIFT from " +
                "the one to the other, and asked for inputs longer than any that it was trained on. " + Summary(run, ledger));
        report.Section("Verdicts").Paragraph(
            "Each rule was fixed before the numbers. Intervals are 95 %, over seeds; what two models measured under one seed is " +
            "compared under that seed. Few seeds give wide intervals: 'not supported' may be want of evidence.");
        report.Verdicts(ledger, "Claims of the paper, judged on each task.");
        foreach (var (task, figures) in tasks)
        {
            report.Section($"Task: {task.Task.Name}");
            report.Table(PracticalFigures.Ends(task), PracticalFigures.EndCaption);
            foreach (var (_, figure, caption) in figures)
            {
                report.Figure(figure, caption);
            }

            report.Table(PracticalFigures.CostTable(task), PracticalFigures.CostCaption);
        }

        report.Section("Configuration").Configuration(
            PracticalStudySettings.Options.Select(option => KeyValuePair.Create(option.Name, option.Get(run.Settings)))
                .Append(KeyValuePair.Create("version", ToyFiles.Version))
                .Append(KeyValuePair.Create(
                    "wall time of this call",
                    string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.0} s, {run.LoadedCount} runs read back"))));
        report.Paragraph("Numbers that are auto, as the scale decides them for each task:");
        report.Table(Resolved(tasks));
        return report.Build();
    }

    private static string Summary(PracticalStudyRun run, IReadOnlyList<LedgerRow> ledger)
    {
        var counts = Enum.GetValues<Verdict>()
            .Select(verdict => $"{ledger.Count(row => row.Verdict == verdict)} {verdict.InWords()}");
        var diverged = run.Cells.Where(cell => cell.Divergence is not null).Select(cell => cell.Cell.Name).ToList();
        return $"Of {ledger.Count} verdicts: {string.Join(", ", counts)}." +
            (diverged.Count == 0 ? string.Empty : $" Training diverged and counts for nothing in {string.Join(", ", diverged)}.") +
            (run.IsComplete ? string.Empty : " The study was stopped; this is what was measured so far.");
    }

    private static Table Resolved(IReadOnlyList<(TaskSeeds Task, IReadOnlyList<NamedFigure> Figures)> tasks)
    {
        var settings = tasks
            .Select(task => PracticalStudySettings.Paradigms.SelectMany(task.Task.Runs).First().Settings)
            .ToList();
        var auto = AlgorithmicSettings.Options.Where(option => settings.Any(one => option.Get(one) != option.Get(one.Resolve())));
        return new Table(
            ["setting", .. settings.Select(one => one.Task.Name)],
            [.. auto.Select(option => (IReadOnlyList<Cell>)[option.Name, .. settings.Select(one => (Cell)option.Get(one.Resolve()))])]);
    }
}
