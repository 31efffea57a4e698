using System.Globalization;
using Looped.Studies.Ledger;
using Looped.Studies.Reports;
using Looped.Studies.Toy;

namespace Looped.Studies.Theory;

/// <summary>The report of a check of the theory.</summary>
internal static class TheoryReport
{
    private static readonly (string Id, string Heading, string Text)[] Claims =
    [
        (
            "T1",
            "Theorem 1: quadratic loss",
            "Pairs of landscapes L = ½ v'H_V v + v'H_VR r − h'r that differ in the spectrum of H_V alone, with a common start. Step size " +
            "one: only its products with eigenvalues, coupling and river gradient matter. The coupling makes the loss a saddle, so " +
            "every statement is judged before and after its negative direction has doubled."),
        (
            "T2",
            "Theorem 2: general loss",
            "The same with a loss whose valley Hessian changes from place to place above a constant lower bound and whose coupling " +
            "saturates; and valleys that follow no loss, with any Hessians and couplings that Assumptions 2 and 3 allow."),
        (
            "L1",
            "Lemma 1: Single-Attn's gradients",
            "Closed forms against automatic differentiation, on every distinct sample and on the mean loss, along training."),
        (
            "L2",
            "Lemma 2: Looped-Attn's gradients",
            "The lemma sums over loops and holds the states that each loop reads fixed. It is compared with the gradient of a program " +
            "that does so too, and with the model's own gradient, through all loops."),
        (
            "L3",
            "Lemma 3: the preconditioner",
            "P = γ(I + sum of M_t M_0⁺), built of Kronecker products and a pseudo-inverse. Three gaps are taken apart: the two models have " +
            "different p; M_0 has at most the rank of the three tokens; and the mean of products is not the product of means."),
        (
            "T3",
            "Theorem 3: a shared upstream",
            "The two models' gradients at one theta: for weights drawn near Assumptions 4 and 5, at random initialisation, and along both " +
            "models' training. Nearly: off-diagonal norm, negative part and asymmetry of the composites at most a twentieth."),
    ];

    public static string Build(
        TheoryResult result, IReadOnlyList<Check> checks, IReadOnlyList<LedgerRow> ledger, IReadOnlyList<NamedFigure> figures)
    {
        var report = new ReportBuilder("The theory of valleys and loops, checked by computation").Lead(Summary(result, ledger));
        report.Section("Verdicts")
            .Paragraph("Each rule was fixed before the numbers. Below, each part of a claim stands on its own.")
            .Verdicts(ledger, "The paper's theorems and lemmas.");
        foreach (var (id, heading, text) in Claims)
        {
            var some = checks.Where(check => check.Claim == id && check.Instances > 0).ToList();
            report.Section(heading).Paragraph(text);
            foreach (var (role, title, caption) in new[]
            {
                (CheckRole.Claim, "What is claimed", "Parts of the claim: one violation refutes."),
                (CheckRole.Repair, "Under a condition that it does not state", "The claim with a condition added."),
                (CheckRole.Step, "Approximate steps of the proof", "What the proof takes to be so, and how often it is not."),
                (CheckRole.Remark, "Beside it", "What else was seen."),
            })
            {
                if (some.Any(check => check.Role == role))
                {
                    report.Subsection(title).Table(Table(some.Where(check => check.Role == role)), caption);
                }
            }

            foreach (var (_, figure, caption) in figures.Where(figure => figure.Name.StartsWith(id, StringComparison.Ordinal)))
            {
                report.Figure(figure, caption);
            }

            if (id == "T3" && result.Alignments.Count > 0)
            {
                report.Subsection("By matrix").Table(
                    ByMatrix(result.Alignments),
                    "Share of worlds whose mean gradients point the same way, share of samples that do, and the median cosine of the mean.");
            }
        }

        if (result.Rivers.Count > 0)
        {
            var (_, figure, caption) = figures.Single(figure => figure.Name == "rivers");
            report.Section("Two readings of 'river'")
                .Paragraph(
                    "The paper's Definition 1 calls every direction river whose eigenvalue is below a threshold, negative ones and the null " +
                    "space of the architecture with them. Wen et al. (2024), whom it follows, call a curve a river on which the gradient " +
                    "is parallel to the eigenvector of the smallest eigenvalue, parted from the others by a gap.")
                .Figure(figure, caption)
                .Table(RiverTable(result.Rivers), "Medians over the worlds, for each threshold in units of the largest eigenvalue.");
        }

        report.Section("Configuration").Configuration(
            TheorySettings.Options.Select(option => KeyValuePair.Create(option.Name, option.Get(result.Settings)))
                .Append(KeyValuePair.Create("version", ToyFiles.Version))
                .Append(KeyValuePair.Create(
                    "seconds", result.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture))));
        return report.Build();
    }

    private static string Summary(TheoryResult result, IReadOnlyList<LedgerRow> ledger) =>
        "Sections 4.3, F and G of the paper as statements that a machine can refute: each is computed on many random instances, with the " +
        "steps that its proof takes for granted beside it. " +
        string.Join("; ", ledger.Select(row => $"{row.Id} {row.Verdict.InWords()}")) + "." +
        (result.IsComplete ? string.Empty : " The run was stopped before its last part.");

    private static Table Table(IEnumerable<Check> checks) => new(
        ["statement", "violations", "instances", "share", "95 % interval", "worst margin", "what it is"],
        checks.Select(check => (IReadOnlyList<Cell>)
        [
            check.Statement,
            check.Violations,
            check.Instances,
            Cell.Number(check.Share, "0.0000"),
            $"{Cell.Number(check.Interval.Low, "0.0000").Text} … {Cell.Number(check.Interval.High, "0.0000").Text}",
            check.WorstMargin,
            check.Margin,
        ]));

    private static Table ByMatrix(IReadOnlyList<AlignmentRow> rows)
    {
        var groups = new (string Name, List<AlignmentRow> Rows)[]
        {
            (
                "Assumptions 4 and 5 hold",
                [.. rows.Where(row => row.Conditions is { HoldsFour: true, HoldsFive: true })]),
            ("random initialisation", [.. rows.Where(row => row.Epoch == 0 && row.Case == "single training")]),
            ("Single-Attn's training", [.. rows.Where(row => row.Epoch > 0 && row.Case == "single training")]),
            ("Looped-Attn's training", [.. rows.Where(row => row.Epoch > 0 && row.Case == "looped training")]),
        };
        var cells =
            from theGroup in groups
            where theGroup.Rows.Count > 0
            from part in Enum.GetValues<AlignedPart>()
            from gradient in Enum.GetValues<AlignedGradient>()
            let alignments = theGroup.Rows.Select(row => row.Of(part, gradient)).ToList()
            select (IReadOnlyList<Cell>)
            [
                theGroup.Name,
                part switch
                {
                    AlignedPart.Key => "W_K",
                    AlignedPart.Query => "W_Q",
                    AlignedPart.Attention => "W_K and W_Q",
                    _ => "all",
                },
                gradient switch
                {
                    AlignedGradient.Frozen => "own p, frozen",
                    AlignedGradient.Full => "own p, full",
                    _ => "one p, frozen",
                },
                Cell.Number(alignments.Count(a => a.Mean > 0) / (double)alignments.Count, "0.000"),
                Cell.Number(1 - (alignments.Sum(a => a.Negative) / (double)alignments.Sum(a => a.Samples)), "0.000"),
                Cell.Number(FigureParts.Quantile(alignments.Select(a => a.Mean), 0.5), "0.000"),
            ];
        return new Table(["where", "matrices", "gradients", "means aligned", "samples aligned", "median cosine"], cells);
    }

    private static Table RiverTable(IReadOnlyList<RiverRow> rows)
    {
        var cells =
            from model in new[] { "single", "looped" }
            from epoch in new[] { 0, rows.Max(row => row.Epoch) }
            from threshold in Enumerable.Range(0, RiverRow.Thresholds.Count)
            let some = rows.Where(row => row.Model == model && row.Epoch == epoch).Select(row => row.Readings[threshold]).ToList()
            select (IReadOnlyList<Cell>)
            [
                model == "single" ? "Single-Attn" : "Looped-Attn",
                epoch,
                RiverRow.Thresholds[threshold],
                FigureParts.Quantile(some.Select(r => (double)r.Valley.Size), 0.5),
                FigureParts.Quantile(some.Select(r => (double)r.Negative), 0.5),
                FigureParts.Quantile(some.Select(r => (double)r.Null), 0.5),
                FigureParts.Quantile(some.Select(r => r.Valley.ConditionNumber), 0.5),
                FigureParts.Quantile(some.Select(r => r.GradientInValley), 0.5),
                FigureParts.Quantile(some.Select(r => r.Alignment), 0.5),
                FigureParts.Quantile(some.Select(r => r.FlattestAlignment), 0.5),
                FigureParts.Quantile(some.Select(r => r.Gap), 0.5),
            ];
        return new Table(
            [
                "model", "epoch", "epsilon", "valley", "negative", "near zero", "kappa", "gradient in valley", "|cos| smallest",
                "|cos| least curved", "gap",
            ],
            cells);
    }
}
