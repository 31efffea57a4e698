using System.Collections.Immutable;
using Looped.Analysis.Theory;
using Looped.Studies.Figures;
using Looped.Studies.Toy;
using static Looped.Studies.Theory.FigureParts;

namespace Looped.Studies.Theory;

/// <summary>The figures of Lemmas 1 to 3, of Theorem 3 and of the two rivers.</summary>
internal static class ModelFigures
{
    /// <summary>Points of a scatter, at most, so that the page stays small.</summary>
    private const int MostPoints = 1500;

    private static readonly Rgb[] WidthColours = [Palette.SkyBlue, Palette.Orange, Palette.Blue];

    public static IEnumerable<NamedFigure> Of(TheoryResult result)
    {
        if (result.Lemmas.Count == 0)
        {
            yield break;
        }

        yield return new(
            "L1",
            Errors("Lemma 1 against automatic differentiation", result.Lemmas, row => row.SingleErrors),
            "The largest error over the samples of each world, relative to the gradient of a residual p − y of length one; the line is " +
            "the claim's 1e-12. Area: 5 % to 95 % of the worlds.");
        yield return new(
            "L2",
            Errors("Lemma 2 against automatic differentiation with frozen states", result.Lemmas, row => row.FrozenErrors),
            "As above, for the looped model with the states that each loop reads held fixed.");
        yield return new(
            "L2-full",
            Frozen(result.Lemmas),
            "What Lemma 2 leaves out: the angle from its gradient to the full one of the mean loss, in W_K and W_Q, and the ratio of " +
            "their lengths, along Looped-Attn's training. Line: median of the worlds; area: 5 % to 95 %.");
        yield return new(
            "L3",
            Residuals(result.Lemmas),
            "The residual of Lemma 3 over the looped gradient: median and 5 % to 95 % of samples and worlds, at initialisation and at the " +
            "end of training. Own p: as stated. One p: the looped model's in both. Projected: g in the range that the pseudo-inverse " +
            "inverts, which leaves the lemma true up to rounding. On the mean loss nothing does.");
        yield return new(
            "T3",
            Alignments(result.Alignments),
            "Cosine of Single- and Looped-Attn's gradients of the mean loss in W_K and W_Q along each model's training: each model's own p " +
            "with states frozen, the full gradient, and one p in both. Line: median of the worlds; area: 5 % to 95 %.");
        yield return new(
            "T3-conditions",
            Conditions(result.Alignments),
            "The same cosine (own p, states frozen) against what Theorem 3 assumes: off-diagonal norm of the weights (Assumption 4) and " +
            "negative part of the composite (Assumption 5). Dashed: what counts as nearly. Random and trained weights are far from both.");
        if (result.Rivers.Count > 0)
        {
            yield return new(
                "rivers",
                Rivers(result.Rivers),
                "Two readings of 'river' on exact Hessians. Above: where the gradient lies under Definition 1, threshold a thousandth of the " +
                "largest eigenvalue; river is all that is not valley. Below: its alignment with the one direction of the smallest " +
                "eigenvalue, Wen et al.'s river, and that eigenvalue's distance from the next. Medians and 5 % to 95 % of the worlds.");
        }
    }

    private static Figure Errors(string title, IReadOnlyList<LemmaRow> rows, Func<LemmaRow, double[]> errors) => new(
        title,
        new Panel(Epochs, new Axis("error") { Scale = Scale.Log10 }, [
            .. ModelRun.Widths.SelectMany((width, i) => Spread(
                $"d = {width}",
                WidthColours[i],
                rows.Where(row => row.Width == width).Select(row => ((double)row.Epoch, errors(row).Max())))),
            ReferenceLine.Horizontal(1e-12, "1e−12"),
        ])) { PanelHeight = 220 };

    private static Figure Frozen(IReadOnlyList<LemmaRow> rows) => new("Lemma 2's gradient and the full one", [
        new Panel(
            Epochs,
            new Axis("angle", "degrees") { Range = new AxisRange(0, 180) },
            Widths(row => Math.Acos(Math.Clamp(row.FullCosine, -1, 1)) * 180 / Math.PI, rows)),
        new Panel(
            Epochs,
            new Axis("length, frozen / full") { Scale = Scale.Log10 },
            Widths(row => row.NormRatio, rows)),
    ]) { Columns = 2, PanelWidth = 400, PanelHeight = 240, CommonLegend = LegendPlacement.Above };

    private static ImmutableArray<Series> Widths(
        Func<LemmaRow, double> value, IReadOnlyList<LemmaRow> rows) =>
    [
        .. ModelRun.Widths.SelectMany((width, i) => Spread(
            $"d = {width}",
            WidthColours[i],
            rows.Where(row => row.Width == width).Select(row => ((double)row.Epoch, value(row))))),
    ];

    private static Figure Residuals(IReadOnlyList<LemmaRow> rows) => new("Lemma 3: residual over the looped gradient", new Panel(
        CategoryAxis("own p", "one p", "projected", "own p, mean", "one p, mean", "projected, mean"),
        new Axis("relative residual") { Scale = Scale.Log10 },
        [
            .. ModelRun.Widths.Select((width, i) =>
            {
                var some = rows.Where(row => row.Width == width).ToList();
                double[] Of(Func<LemmaRow, LemmaResiduals[]> scope, Func<LemmaResiduals, double> value) =>
                    [.. some.SelectMany(scope).Select(value)];
                return Categories($"d = {width}", WidthColours[i], (i - 1) * 0.12, [
                    Of(row => row.Residuals, r => r.Own),
                    Of(row => row.Residuals, r => r.Shared),
                    Of(row => row.Residuals, r => r.Projected),
                    Of(row => row.MeanResiduals, r => r.Own),
                    Of(row => row.MeanResiduals, r => r.Shared),
                    Of(row => row.MeanResiduals, r => r.Projected),
                ]);
            }),
        ])) { PanelWidth = 760, PanelHeight = 260 };

    private static Figure Alignments(IReadOnlyList<AlignmentRow> rows)
    {
        return new Figure("Theorem 3 along training", [
            Along("single training", "on Single-Attn's way"), Along("looped training", "on Looped-Attn's way"),
        ])
        {
            Columns = 2,
            SharedY = true,
            PanelWidth = 400,
            PanelHeight = 250,
            CommonLegend = LegendPlacement.Above,
        };

        Panel Along(string name, string title) => new(
            Epochs,
            new Axis("cosine") { Range = new AxisRange(-1, 1) },
            [
                .. Spread("own p, states frozen", Palette.Blue, Cosines(name, AlignedGradient.Frozen)),
                .. Spread("own p, full gradient", Palette.Vermillion, Cosines(name, AlignedGradient.Full)),
                .. Spread("one p, states frozen", Palette.Green, Cosines(name, AlignedGradient.OneP)),
                ReferenceLine.Horizontal(0),
            ]) { Title = title };

        IEnumerable<(double, double)> Cosines(string name, AlignedGradient gradient) => rows.Where(row => row.Case == name)
            .Select(row => ((double)row.Epoch, row.Of(AlignedPart.Attention, gradient).Mean));
    }

    private static Figure Conditions(IReadOnlyList<AlignmentRow> rows)
    {
        (string Label, Rgb Colour, List<AlignmentRow> Rows)[] groups =
        [
            ("nearly diagonal", Palette.Blue, Some(row => row.Case == "nearly diagonal")),
            ("initialisation", Palette.Orange, Some(row => row.Case == "single training" && row.Epoch == 0)),
            ("trained", Palette.Vermillion, Some(row => row.Epoch > 0)),
        ];
        return new Figure("Theorem 3 against its assumptions", [
            Against("Assumption 4: off-diagonal / diagonal norm", Scale.SymmetricLog(0.01), c => c.OffDiagonal),
            Against("Assumption 5: negative part / norm", Scale.SymmetricLog(0.01), c => Math.Max(0, c.NegativePart)),
        ])
        {
            Columns = 2,
            SharedY = true,
            PanelWidth = 400,
            PanelHeight = 260,
            CommonLegend = LegendPlacement.Above,
        };

        List<AlignmentRow> Some(Func<AlignmentRow, bool> where)
        {
            var all = rows.Where(where).ToList();
            var stride = 1 + (all.Count / MostPoints);
            return [.. all.Where((_, i) => i % stride == 0)];
        }

        Panel Against(string label, Scale scale, Func<AlignmentConditions, double> condition) => new(
            new Axis(label) { Scale = scale },
            new Axis("cosine") { Range = new AxisRange(-1, 1) },
            [
                .. groups.Select(group => new Points(
                    group.Label,
                    group.Rows.Select(row => condition(row.Conditions)),
                    group.Rows.Select(row => row.Of(AlignedPart.Attention, AlignedGradient.Frozen).Mean))
                {
                    Colour = group.Colour,
                    Size = 2.5,
                }),
                ReferenceLine.Vertical(AlignmentConditions.Tolerance, "nearly"),
                ReferenceLine.Horizontal(0),
            ]);
    }

    private static Figure Rivers(IReadOnlyList<RiverRow> rows)
    {
        var panels = new List<Panel>();
        foreach (var (model, title) in new[] { ("single", "Single-Attn"), ("looped", "Looped-Attn") })
        {
            panels.Add(new Panel(Epochs, new Axis("share of the gradient") { Range = new AxisRange(0, 1.02) }, [
                .. Spread("valley", Palette.Vermillion, Over(model, r => r.GradientInValley)),
                .. Spread("river, negative curvature", Palette.Purple, Over(model, r => r.GradientInNegative)),
                .. Spread("river, near zero", Palette.Blue, Over(model, r => r.GradientInNull)),
            ]) { Title = $"{title}, Definition 1" });
        }

        foreach (var (model, title) in new[] { ("single", "Single-Attn"), ("looped", "Looped-Attn") })
        {
            panels.Add(new Panel(Epochs, new Axis("|cosine|, gap") { Range = new AxisRange(0, 1.02) }, [
                .. Spread("gradient · smallest eigenvector", Palette.Green, Over(model, r => r.Alignment)),
                .. Spread("gradient · least curved eigenvector", Palette.SkyBlue, Over(model, r => r.FlattestAlignment)),
                .. Spread("gap / largest magnitude", Palette.Orange, Over(model, r => r.Gap)),
            ]) { Title = $"{title}, Wen et al." });
        }

        return new Figure("Two rivers", [.. panels]) { Columns = 2, PanelWidth = 400, PanelHeight = 220 };

        IEnumerable<(double, double)> Over(string model, Func<RiverReadings, double> value) =>
            rows.Where(row => row.Model == model).Select(row => ((double)row.Epoch, value(row.Readings[0])));
    }
}
