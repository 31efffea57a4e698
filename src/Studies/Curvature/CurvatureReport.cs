using System.Globalization;
using Looped.Analysis.Estimators;
using Looped.Studies.Algorithmic;
using Looped.Studies.Figures;
using Looped.Studies.Ledger;
using Looped.Studies.Reports;

namespace Looped.Studies.Curvature;

/// <summary>The report of measured runs.</summary>
internal static class CurvatureReport
{
    private static readonly Axis Steps = new("step") { WholeNumbers = true };

    public static string Build(IReadOnlyList<CurvatureFolder> runs, IReadOnlyList<LedgerRow> ledger)
    {
        var settings = runs[0].Settings;
        var report = new ReportBuilder("Curvature of decoder blocks through training").Lead(string.Create(
            CultureInfo.InvariantCulture,
            $"The Hessian of the training loss of {runs.Count} run{(runs.Count == 1 ? "" : "s")} on {runs[0].Run.Task.Name}, on one " +
            $"batch of {settings.Samples} samples of lengths up to {settings.Length}, by exact products. Each row is read at the loops " +
            $"that training allows at the checkpoint: one pass for Single and before a shift. Whiskers are 95 % intervals over " +
            $"probes, with the quadrature's bias."));
        if (ledger.Count > 0)
        {
            report.Section("Verdicts").Paragraph(
                "Rules and margins are those of the toy models. Intervals are over runs: of one run there is none, and the verdict " +
                "depends on more.").Verdicts(ledger);
        }

        report.Section("Through training").Figure(
            new Figure("Curvature through training", [
                Panel(runs, new Axis("matrix entropy", "nats"), record => record["entropy"]),
                Panel(runs, new Axis("trace"), record => record["trace"]),
                Panel(runs, new Axis("largest eigenvalue"), record => Exact(record.Top[0], record.Residuals[0])),
                Panel(runs, new Axis("gradient in the top space"), record => Exact(record.GradientShare, 0)),
                Panel(runs, new Axis("negative mass"), record => record["negative_mass"]),
                Panel(runs, new Axis("kappa above 1e-3") { Scale = Scale.Log10 }, record => record.Condition(1)),
            ]) { Columns = 2, PanelWidth = 380, PanelHeight = 220, CommonLegend = LegendPlacement.Above },
            $"The gradient's share is that of its squared length in the space of the {runs[0].Settings.Top} top eigenvectors; kappa is " +
            "of the eigenvalues above a thousandth of the largest.");
        foreach (var run in runs.Where(run => run.Records.Count > 0))
        {
            report.Section(Title(run)).Figure(Density(run), DensityCaption);
            report.Table(Numbers(run), "Estimates with the halves of their 95 % intervals.");
            report.Table(Traces(run), "Trace of each parameter's diagonal block, at the first and the last measurement.");
        }

        Table[] shifts = [.. runs.Select(Shift).OfType<Table>()];
        if (shifts.Length > 0)
        {
            report.Section("Across the shift").Paragraph(
                "The last measurement before loops begin and the first after: the loss itself changes between them, from one pass to loops.");
            foreach (var table in shifts)
            {
                report.Table(table);
            }
        }

        report.Section("Configuration").Configuration(
            CurvatureSettings.Options.Select(option => KeyValuePair.Create(option.Name, option.Get(settings)))
                .Concat(runs.Select((run, i) => KeyValuePair.Create($"run {i + 1}", run.RunPath))));
        return report.Build();
    }

    private const string DensityCaption =
        "Density of the spectrum under a Gaussian kernel, at the first, the middle and the last measurement.";

    private static string Title(CurvatureFolder run) =>
        string.Create(CultureInfo.InvariantCulture, $"{Label(run.Run.Paradigm)}, seed {run.Run.Seed}");

    private static string Label(Paradigm paradigm) => paradigm == Paradigm.Shift ? "SHIFT" : paradigm.ToString();

    private static Estimate Exact(double value, double residual) => new(value, 0, residual, 2);

    /// <summary>A quantity of all runs: colours tell paradigms apart.</summary>
    private static Panel Panel(IReadOnlyList<CurvatureFolder> runs, Axis axis, Func<CurvatureRecord, Estimate> measure)
    {
        var series = new List<Series>();
        foreach (var run in runs)
        {
            double[] steps = [.. run.Records.Select(record => (double)record.Step)];
            Estimate[] values = [.. run.Records.Select(measure)];
            var colour = Palette.At((int)run.Run.Paradigm);
            series.Add(new Line(Label(run.Run.Paradigm), steps, values.Select(value => value.Value)) { Colour = colour });
            series.Add(new Points(
                Label(run.Run.Paradigm),
                steps,
                values.Select(value => value.Value),
                values.Select(value => value.Low),
                values.Select(value => value.High)) { Colour = colour });
        }

        return new Panel(Steps, axis, [.. series]);
    }

    private static Figure Density(CurvatureFolder run)
    {
        List<CurvatureRecord> records = [.. run.Records];
        return new Figure(
            "Spectral density",
            new Panel(
                new Axis("eigenvalue"),
                new Axis("density") { Scale = Scale.Log10, Range = DensityRange(records) },
                [
                    .. new[] { 0, records.Count / 2, records.Count - 1 }.Distinct().Select(i => new Line(
                        $"step {records[i].Step}", records[i].Density.Grid, records[i].Density.Density)),
                ]));
    }

    /// <summary>Six decades under the highest peak: the tails of the kernel below that say nothing.</summary>
    private static AxisRange DensityRange(IEnumerable<CurvatureRecord> records)
    {
        var peak = records.Max(record => record.Density.Density.Max());
        return new AxisRange(1e-6 * peak, 2 * peak);
    }

    private static Table Numbers(CurvatureFolder run) => new(
        ["step", "loops", "loss", "entropy", "±", "trace", "±", "largest", "gradient in top", "negative mass", "near zero", "products"],
        run.Records.Select(record => (IReadOnlyList<Cell>)
        [
            record.Step, record.Loops, record.Loss, record["entropy"].Value, record["entropy"].Margin, record["trace"].Value,
            record["trace"].Margin, record.Top[0], record.GradientShare, record["negative_mass"].Value,
            record["near_zero_share"].Value, record.Products,
        ]));

    private static Table Traces(CurvatureFolder run)
    {
        var (first, last) = (run.Records.First(), run.Records.Last());
        return new Table(
            ["parameter", $"step {first.Step}", "±", $"step {last.Step}", "±"],
            first.Traces.Zip(last.Traces, (before, after) => (IReadOnlyList<Cell>)
                [before.Name, before.Trace.Value, before.Trace.Margin, after.Trace.Value, after.Trace.Margin]));
    }

    /// <summary>What changes at a shift; null where a run has not been measured on both sides.</summary>
    private static Table? Shift(CurvatureFolder run)
    {
        var before = run.Records.LastOrDefault(record => record.Loops == 1);
        var after = run.Records.FirstOrDefault(record => record.Loops > 1);
        if (run.Run.Paradigm != Paradigm.Shift || before is null || after is null)
        {
            return null;
        }

        (string Name, Func<CurvatureRecord, double> Measure)[] rows =
        [
            ("loss", record => record.Loss),
            ("matrix entropy", record => record["entropy"].Value),
            ("trace", record => record["trace"].Value),
            ("largest eigenvalue", record => record.Top[0]),
            ("gradient in the top space", record => record.GradientShare),
            ("negative mass", record => record["negative_mass"].Value),
            ("share near zero", record => record["near_zero_share"].Value),
            ("kappa above 1e-3", record => record.Condition(1).Value),
        ];
        return new Table(
            [Title(run), $"step {before.Step}, one pass", $"step {after.Step}, {after.Loops} loops"],
            rows.Select(row => (IReadOnlyList<Cell>)[row.Name, row.Measure(before), row.Measure(after)]));
    }
}
