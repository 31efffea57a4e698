using System.Globalization;
using Looped.Studies.Ledger;
using Looped.Studies.Reports;
using Looped.Studies.Statistics;
using Looped.Studies.Toy;

namespace Looped.Studies.ToyStudy;

/// <summary>The report of a study.</summary>
internal static class StudyReport
{
    /// <summary>All figures of a world.</summary>
    public static IEnumerable<NamedFigure> Figures(WorldSeeds world) =>
        [.. CourseFigures.Of(world), .. GeometryFigures.Of(world), .. ShiftFigures.Of(world), .. LengthFigures.Of(world)];

    public static string Build(
        ToyStudyRun run,
        StudyLedger ledger,
        IReadOnlyList<(WorldSeeds World, IReadOnlyList<NamedFigure> Figures)> worlds,
        TimeSpan elapsed)
    {
        var report = new ReportBuilder("Single- and Looped-attention over seeds: each toy claim with its verdict")
            .Lead(
                "Two toy models learn a Markov language of three symbols, under several seeds of data, matrices, embedding and " +
                "initialisation, in two worlds. Every recorded epoch has the exact full Hessian of the loss. " + Summary(run, ledger));
        report.Section("Verdicts").Paragraph(
            "Each rule was fixed before the numbers. Intervals are 95 %, over seeds: bootstrap-t of means, with what two models " +
            "measured under one seed compared under that seed; Wilson's for shares of seeds. A result against the paper is a result.");
        foreach (var group in worlds)
        {
            report.Subsection($"World: {group.World.World.Name}").Verdicts(
                ledger.Rows.Where(row => row.Settings["world"] == group.World.World.Name),
                $"Claims of the paper, judged on {group.World.Seeds.Count} seeds of the world {group.World.World.Name}.");
        }

        if (ledger.Varied.Count > 0)
        {
            Sweep(report, ledger);
        }

        foreach (var (world, figures) in worlds)
        {
            report.Section($"World: {world.World.Name}").Paragraph(Describe(world.World));
            report.Table(PhaseTable(world), EntropyPhases.Rule);
            report.Table(ShiftFigures.Table(world), ShiftFigures.TableCaption);
            report.Table(LengthFigures.Table(world), LengthFigures.TableCaption);
            if (world.Seeds.Any(seed => seed.Geometry is not null))
            {
                report.Table(GeometryTables.Motion(world), GeometryTables.MotionCaption);
                report.Table(GeometryTables.Force(world), GeometryTables.ForceCaption);
            }

            foreach (var (_, figure, caption) in figures)
            {
                report.Figure(figure, caption);
            }
        }

        report.Section("Configuration").Configuration(
            ToyStudySettings.Options.Select(option => KeyValuePair.Create(option.Name, option.Get(run.Settings)))
                .Append(KeyValuePair.Create("version", ToyFiles.Version))
                .Append(KeyValuePair.Create(
                    "wall time of this call",
                    string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.0} s, {run.LoadedCount} runs read back"))));
        return report.Build();
    }

    private static string Describe(StudyWorld world) =>
        (world.Dynamics switch
        {
            Models.Data.Dynamics.Cyclic =>
                "Step t uses matrix ((t - 1) mod 3) + 1, so that the last token tells all that can be told of the target: a lookup of " +
                "it is optimal.",
            Models.Data.Dynamics.Mixture =>
                "Each sequence draws one of the three chains and keeps it, so that the whole context matters.",
            _ => "Every step uses the same matrix.",
        }) + (world.Positions ? " Each position adds a fixed term to the embedding." : " Positions have no terms of their own.");

    private static string Summary(ToyStudyRun run, StudyLedger ledger)
    {
        var counts = Enum.GetValues<Verdict>()
            .Select(verdict => $"{ledger.Rows.Count(row => row.Verdict == verdict)} {verdict.InWords()}");
        var diverged = run.Results().Sum(result => result.Result.Course.Models.Count(model => model.Divergence is not null));
        return $"Of {ledger.Rows.Count} verdicts: {string.Join(", ", counts)}." +
            (diverged == 0 ? string.Empty : $" {diverged} trainings diverged and count up to their last finite epoch.") +
            (run.IsComplete ? string.Empty : " The study was stopped; this is what was measured so far.");
    }

    private static Table PhaseTable(WorldSeeds world)
    {
        var rows = new List<IReadOnlyList<Cell>>();
        foreach (var (name, title, _) in CourseFigures.Models)
        {
            var found = world.Seeds.Select(seed => CourseClaims.Phases(seed.Course.Model(name))).OfType<EntropyPhases>().ToList();
            foreach (var (phase, of) in new (string, Func<EntropyPhases, Phase?>)[]
            {
                ("collapse", phases => phases.Collapse),
                ("diversification", phases => phases.Diversification),
                ("stabilisation", phases => phases.Stabilisation),
            })
            {
                var shown = found.Select(of).OfType<Phase>().ToList();
                rows.Add(
                [
                    title,
                    phase,
                    $"{shown.Count} of {found.Count}",
                    Middle(shown.Select(p => p.First)),
                    Middle(shown.Select(p => p.Last)),
                    Middle(shown.Select(p => p.Change), "0.00"),
                ]);
            }
        }

        return new Table(
            ["model", "phase", "seeds that show it", "first epoch", "last epoch", "change of entropy (nats)"], rows);

        static Cell Middle(IEnumerable<double> values, string format = "0")
        {
            double[] sorted = [.. values.Order()];
            if (sorted.Length == 0)
            {
                return string.Empty;
            }

            var (low, middle, high) = (sorted[0], Bootstrap.Quantile(sorted, 0.5), sorted[^1]);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{middle.ToString(format, CultureInfo.InvariantCulture)} ({low.ToString(format, CultureInfo.InvariantCulture)} to {high.ToString(format, CultureInfo.InvariantCulture)})");
        }
    }

    private static void Sweep(ReportBuilder report, StudyLedger ledger)
    {
        report.Section("Where verdicts flip").Paragraph(
            "Each setting was changed on its own and the claims were judged again, on up to three seeds with a spectrum at every " +
            "tenth epoch, and compared with the unchanged settings on as many. Three seeds give wide intervals: a flip to 'not " +
            "supported' may be want of evidence.");
        var variations = ledger.Varied.Select(flip => (flip.Variation, flip.World)).Distinct().ToList();
        var ids = ledger.Varied.Select(flip => flip.Id).Distinct().ToList();
        report.Table(
            new Table(
                ["setting", "world", .. ids],
                [
                    .. variations.Select(key => (IReadOnlyList<Cell>)
                    [
                        key.Variation.Name,
                        key.World.Name,
                        .. ids.Select(id => (Cell)Mark(ledger.Varied.FirstOrDefault(
                            flip => flip.Id == id && flip.World == key.World && flip.Variation == key.Variation))),
                    ]),
                ]),
            "Verdicts under each changed setting; an asterisk marks those that differ from the unchanged settings.");

        string Mark(Flip? flip) => flip is null ? string.Empty
            : flip.Row.Verdict.InWords() + (ledger.Flips.Contains(flip) ? " *" : string.Empty);
    }
}
