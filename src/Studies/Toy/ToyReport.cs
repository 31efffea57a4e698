using System.Globalization;
using Looped.Studies.Ledger;
using Looped.Studies.Reports;

namespace Looped.Studies.Toy;

/// <summary>The report of a toy run.</summary>
internal static class ToyReport
{
    public static string Build(ToyResult result, IReadOnlyList<NamedFigure> figures, IReadOnlyList<LedgerRow> ledger)
    {
        var report = new ReportBuilder("Single- and Looped-attention: the Hessian through training")
            .Lead(
                "Two toy models learn a Markov language of three symbols. At every recorded epoch the exact full Hessian of the " +
                "loss is formed and its whole spectrum taken. " + Summary(result));
        report.Section("Verdicts")
            .Paragraph(
                "Each rule was fixed before the numbers. The verdicts speak of this one seed and these settings; an interval needs " +
                "several seeds.")
            .Verdicts(ledger, "Claims of the paper, judged on this run.");
        report.Section("At the end of training").Table(EndTable(result), "The last epoch of each model beside what is attainable.");
        report.Section("Through training");
        foreach (var (_, figure, caption) in figures)
        {
            report.Figure(figure, caption);
        }

        report.Section("Where the time went")
            .Table(TimeTable(result), "Seconds of each part; the models run at the same time where there are two threads.");
        report.Section("What is stated and what is rebuilt")
            .Paragraph(
                "The text of the paper that this study follows lacks its formulas and most of its numbers. What it states is kept; the " +
                "rest is our reading of it, and can be set.")
            .Bullets(
                "Stated: three symbols, the first three tokens predict the fourth; linear self-attention; three loops; Adam; fixed " +
                "embedding; uniform first symbol and three random transition matrices; groups of the lowest and highest 40 % by " +
                "information content; sampling in proportion to a power of the probability.",
                "Rebuilt: width, learning rate, initialisation, number of samples, the power, the concentration of the matrices and how " +
                "the three are used, the factor of attention and the gate, the formulas of matrix entropy and mutual information, and " +
                "the threshold between valley and river.",
                $"Mutual information here: the {result.Settings.Information.ToString().ToLowerInvariant()} reading.",
                $"Valley: eigenvalues above {result.Settings.Epsilon.ToString(CultureInfo.InvariantCulture)}" +
                (result.Settings.EpsilonMode == Analysis.EpsilonMode.Relative ? " of the largest." : "."));
        report.Section("Configuration").Configuration(
            ToySettings.Options.Select(option => KeyValuePair.Create(option.Name, option.Get(result.Settings)))
                .Append(KeyValuePair.Create("version", ToyFiles.Version))
                .Append(KeyValuePair.Create("backend", result.Backend)));
        return report.Build();
    }

    private static string Summary(ToyResult result)
    {
        var parts = result.Models.Where(model => model.Rows.Count > 0).Select(model => string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Title} ({model.ParameterCount} parameters) ended at loss {Loss(model.Rows[^1]).Text} and accuracy " +
            $"{100 * model.Rows[^1].Accuracy.Total:0.0} %"));
        var diverged = result.Models.Where(model => model.Divergence is not null)
            .Select(model => $" {model.Title} diverged: {model.Divergence}.")
            .ToList();
        return string.Join("; ", parts) + "." + string.Concat(diverged) +
            (result.IsComplete || diverged.Count > 0 ? string.Empty : " The run was stopped before its last epoch.");
    }

    private static Table EndTable(ToyResult result)
    {
        var rows = new List<IReadOnlyList<Cell>>();
        foreach (var model in result.Models.Where(model => model.Rows.Count > 0))
        {
            var last = model.Rows[^1];
            rows.Add(
            [
                model.Title,
                last.Epoch,
                Loss(last),
                .. Shares(last.Accuracy),
                last.Spectrum?.Entropy ?? double.NaN,
                last.Spectrum?.Valley.Size ?? double.NaN,
                last.Spectrum?.Valley.ConditionNumber ?? double.NaN,
            ]);
        }

        foreach (var (name, ceiling) in new[]
        {
            ("best by last token", result.Ceilings.LastToken),
            ("best by bag and last token", result.Ceilings.Bag),
            ("best by full context", result.Ceilings.Full),
        })
        {
            rows.Add([name, Empty, Empty, .. Shares(ceiling), Empty, Empty, Empty]);
        }

        return new Table(
            ["", "epoch", "loss (nats)", "accuracy", "low IC", "high IC", "entropy (nats)", "valley size", "condition"],
            rows);

        static Cell[] Shares(Models.Data.Accuracies a) =>
            [Cell.Number(a.Total, "0.000"), Cell.Number(a.Low, "0.000"), Cell.Number(a.High, "0.000")];
    }

    private static Cell Loss(ToyRow row) => row.Loss < 1e4 ? Cell.Number(row.Loss, "0.0000") : Cell.Number(row.Loss);

    private static Cell Empty => string.Empty;

    private static Table TimeTable(ToyResult result) => new(
        ["", "compilation", "training", "Hessians", "decompositions", "measures", "sum"],
        [
            .. result.Models.Select(model => (IReadOnlyList<Cell>)
            [
                model.Title,
                .. new[]
                {
                    model.Times.Compilation,
                    model.Times.Training,
                    model.Times.Hessian,
                    model.Times.Decomposition,
                    model.Times.Measures,
                    model.Times.Compilation + model.Times.Training + model.Times.Hessian + model.Times.Decomposition +
                        model.Times.Measures,
                }.Select(time => Cell.Number(time.TotalSeconds, "0.000")),
            ]),
            ["whole run, wall clock", Empty, Empty, Empty, Empty, Empty, Cell.Number(result.Elapsed.TotalSeconds, "0.000")],
        ]);
}
