using Looped.Analysis.Theory;
using Looped.Studies.Figures;
using Looped.Studies.Toy;
using static Looped.Studies.Theory.FigureParts;

namespace Looped.Studies.Theory;

/// <summary>The figures of Theorems 1 and 2.</summary>
internal static class ForceFigures
{
    private const int Bins = 40;

    /// <summary>Points of a scatter, at most, so that the page stays small.</summary>
    private const int MostPoints = 600;

    public static IEnumerable<NamedFigure> Of(TheoryResult result)
    {
        yield return new(
            "T1-course",
            Course("Setting 1: the force and its bounds through the steps", result.QuadraticCourses),
            "One pair of quadratic landscapes under Assumption 1, without hopping. The unforced force stays within both bounds and " +
            "levels off; the whole force leaves it where the river starts to push the valley. Dashed upright: the steps in which the " +
            "saddle's negative direction doubles.");
        yield return new(
            "T1-steps",
            StepErrors(result.Quadratic, result.QuadraticCourses, hasHorizon: true),
            "The proof's approximate steps under Setting 1. Left: the neglected forced term over the unforced force, and what is left of " +
            "the valley, on the pair above. Middle: the neglected term on all landscapes against K over the saddle's doubling. Right: " +
            "the cosine of force and river gradient; the proof of Corollary 2 needs it positive.");
        yield return new(
            "T1-corollaries",
            Corollaries(result.Quadratic, "Setting 1"),
            "How often V exceeds U: the bound (Corollary 1), the force itself, and the loss (Corollary 2: V lower), with exact 95 % " +
            "intervals. Early: before the saddle doubles. At rest: nothing is left of either valley's own decay.");
        yield return new(
            "T1-bounds",
            Bounds(result),
            "The force over the paper's bound on all landscapes, before the saddle doubles: a claim to the right of one is refuted. The " +
            "bound adds up what no one direction has, hence the distance of the unforced force.");
        if (result.Optimizers.Count > 0)
        {
            yield return new(
                "T1-rules",
                Rules(result.Optimizers),
                "The force over gradient descent's bound under three update rules, before the saddle doubles. Momentum reaches the same " +
                "limit sooner and overshoots it; Adam's steps have one size whatever the curvature, so no bound by the spectrum holds.");
        }

        if (result.General.Count > 0)
        {
            yield return new(
                "T2-course",
                Course("Setting 2: the force and its bounds through the steps", result.GeneralCourses),
                "As figure T1-course, with a loss whose Hessian changes from place to place and a coupling that saturates.");
            yield return new(
                "T2-steps",
                StepErrors(result.General, result.GeneralCourses, hasHorizon: false),
                "The proof's approximate steps under Setting 2. Left: as before, with the error of the local Hessian times the position in " +
                "place of the gradient. Middle: the neglected forced term on all landscapes. Right: cosine of force and river gradient.");
        }

        if (result.Sequences.Count > 0)
        {
            yield return new(
                "T2-sequences",
                Sequences(result.Sequences),
                "Theorem 2 (a) on Hessians and couplings that its assumptions allow. Left: the force over the bound. Right: how a step " +
                "stretches a vector beyond what the lower bound's step would; the proof takes it to be at most one.");
        }
    }

    private static Figure Course(string title, IReadOnlyList<ForceCourse> courses) => new(title, [.. courses.Select(CoursePanel)])
    {
        Columns = 2,
        SharedY = true,
        PanelWidth = 400,
        PanelHeight = 260,
        CommonLegend = LegendPlacement.Above,
    };

    private static Panel CoursePanel(ForceCourse course)
    {
        var x = course.Points.Select(point => (double)point.Steps).ToArray();
        var series = new List<Series>
        {
            Curve("paper's bound", Palette.Vermillion, LineStyle.Dashed, point => point.Outcome.Bound),
            Curve("sharp bound", Palette.Orange, LineStyle.Dashed, point => point.Outcome.SharpBound),
            Curve("unforced force", Palette.Blue, LineStyle.Solid, point => point.Outcome.Unforced),
            Curve("whole force", Palette.Green, LineStyle.Solid, point => point.Outcome.Force),
        };
        if (course.Horizon <= x[^1])
        {
            series.Add(ReferenceLine.Vertical(course.Horizon, "saddle doubles"));
        }

        return new Panel(Steps, new Axis("force") { Scale = Scale.Log10 }, [.. series])
        {
            Title = course.Shape == "U" ? "U-shaped (Single-Attn)" : "V-shaped (Looped-Attn)",
        };

        Line Curve(string label, Rgb colour, LineStyle style, Func<ForceCoursePoint, double> value) =>
            new(label, x, course.Points.Select(value)) { Colour = colour, Style = style };
    }

    private static Figure StepErrors(
        IReadOnlyList<ForceInstance> instances, IReadOnlyList<ForceCourse> courses, bool hasHorizon)
    {
        var lines = new List<Series>();
        foreach (var course in courses)
        {
            var x = course.Points.Select(point => (double)point.Steps).ToArray();
            var style = course.Shape == "U" ? LineStyle.Dashed : LineStyle.Solid;
            Add($"forced term, {course.Shape}", Palette.Green, point => point.Outcome.ForcedShare);
            Add($"valley left, {course.Shape}", Palette.Blue, point => point.Outcome.ValleyLeft);
            if (!hasHorizon)
            {
                Add($"local Hessian, {course.Shape}", Palette.Purple, point => point.ForcingError);
            }

            void Add(string label, Rgb colour, Func<ForceCoursePoint, double> value) =>
                lines.Add(new Line(label, x, course.Points.Select(value)) { Colour = colour, Style = style });
        }

        var shown = instances.Take(MostPoints).ToList();
        var early = instances.Where(i => i.Early).ToList();
        return new Figure("The approximate steps of the proof", [
            new Panel(Steps, new Axis("relative size") { Scale = Scale.Log10, Range = new AxisRange(1e-6, 1e4) }, [.. lines])
            {
                Title = "on one pair",
            },
            new Panel(
                hasHorizon ? new Axis("K / steps in which the saddle doubles") { Scale = Scale.Log10 } : Steps,
                new Axis("forced term / unforced force") { Scale = Scale.Log10, Range = new AxisRange(1e-6, 1e6) },
                [
                    Cloud("U", Palette.SkyBlue, i => i.U.ForcedShare),
                    Cloud("V", Palette.Vermillion, i => i.V.ForcedShare),
                    ReferenceLine.Horizontal(1),
                ]) { Title = "forced term, all landscapes" },
            Histograms(
                hasHorizon ? "direction, before the saddle doubles" : "direction",
                new Axis("cosine of force and river gradient") { Range = new AxisRange(-1, 1) },
                Bins,
                ("U", Palette.SkyBlue, [.. early.Select(i => i.U.Alignment)]),
                ("V", Palette.Vermillion, [.. early.Select(i => i.V.Alignment)])),
        ])
        {
            Columns = 3,
            PanelWidth = 290,
            PanelHeight = 250,
        };

        Points Cloud(string label, Rgb colour, Func<ForceInstance, double> value) => new(
            label, shown.Select(i => hasHorizon ? i.Steps / i.Horizon : i.Steps), shown.Select(value)) { Colour = colour, Size = 2.5 };
    }

    private static Figure Corollaries(IReadOnlyList<ForceInstance> instances, string title)
    {
        (string Name, Func<ForceInstance, bool> Where, Func<ForceInstance, double> Lead)[] groups =
        [
            ("bound, ηλ ≤ 1", i => !i.Hops, i => ForceChecks.Lead(i, o => o.Bound)),
            ("bound, hopping", i => i.Hops, i => ForceChecks.Lead(i, o => o.Bound)),
            ("force, early", i => i.Early, i => ForceChecks.Lead(i, o => o.Force)),
            ("loss, early, moving", i => i.Early && !i.Settled, i => i.U.Loss - i.V.Loss),
            ("loss, early, at rest", i => i.Early && i.Settled, i => i.U.Loss - i.V.Loss),
            ("loss, late", i => !i.Early, i => i.U.Loss - i.V.Loss),
        ];
        return new Figure($"{title}: in how many landscapes V exceeds U", new Panel(
            CategoryAxis([.. groups.Select(group => group.Name)]),
            new Axis("share of landscapes") { Range = new AxisRange(0, 1.02) },
            [
                Shares("Assumption 1 holds", Palette.Blue, -0.08, dominated: true),
                Shares("Assumption 1 fails", Palette.Vermillion, 0.08, dominated: false),
                ReferenceLine.Horizontal(0.5),
            ]))
        {
            PanelWidth = 820,
            PanelHeight = 240,
        };

        Points Shares(string label, Rgb colour, double shift, bool dominated)
        {
            var checks = groups.Select(group => Check.Positive(
                "", CheckRole.Remark, "", "", instances.Where(i => i.Dominated == dominated && group.Where(i)).Select(group.Lead)))
                .ToList();
            return new Points(
                label,
                checks.Select((_, i) => i + shift),
                checks.Select(check => 1 - check.Share),
                checks.Select(check => 1 - check.Interval.High),
                checks.Select(check => 1 - check.Interval.Low)) { Colour = colour };
        }
    }

    private static Figure Bounds(TheoryResult result)
    {
        var panels = new List<Panel>();
        foreach (var (title, instances) in new[] { ("Setting 1", result.Quadratic), ("Setting 2", result.General) })
        {
            var outcomes = instances.Where(i => i.Early).SelectMany(i => new[] { i.U, i.V }).ToList();
            if (outcomes.Count > 0)
            {
                panels.Add(WithLimit(Histograms(
                    title,
                    new Axis("force / bound") { Scale = Scale.Log10 },
                    Bins,
                    ("unforced force", Palette.Blue, [.. outcomes.Select(o => o.Unforced / o.Bound)]),
                    ("whole force", Palette.Green, [.. outcomes.Select(o => o.Force / o.Bound)]))));
            }
        }

        return Histogrammed("The force over the paper's bound", panels);
    }

    private static Figure Rules(IReadOnlyList<OptimizerInstance> instances)
    {
        Rgb[] colours = [Palette.Blue, Palette.Orange, Palette.Purple];
        return Histogrammed("The force over gradient descent's bound, by update rule", [
            WithLimit(Histograms(
                "",
                new Axis("force / bound") { Scale = Scale.Log10 },
                Bins,
                [
                    .. OptimizerInstance.Rules.Select((rule, i) => (
                        rule.Name,
                        colours[i],
                        instances.Where(o => o.Rule == rule.Name && o.Early)
                            .SelectMany(o => new[] { o.ForceOverBoundU, o.ForceOverBoundV }).ToArray())),
                ])),
        ]);
    }

    private static Figure Sequences(IReadOnlyList<SequenceInstance> instances)
    {
        return Histogrammed("Theorem 2 (a) at its word", [
            WithLimit(Histograms(
                "force over bound",
                new Axis("force / bound") { Scale = Scale.Log10 },
                Bins,
                Group("random coupling, ηλ ≤ 1", Palette.SkyBlue, hops: false, CouplingLaw.Random),
                Group("worst coupling, ηλ ≤ 1", Palette.Blue, hops: false, CouplingLaw.Aligned),
                Group("random coupling, hopping", Palette.Orange, hops: true, CouplingLaw.Random),
                Group("worst coupling, hopping", Palette.Vermillion, hops: true, CouplingLaw.Aligned))),
            WithLimit(Histograms(
                "the Loewner order and lengths",
                new Axis("largest stretch of a step") { Scale = Scale.Log10 },
                Bins,
                ("ηλ ≤ 1", Palette.Blue, [.. instances.Where(i => !i.Hops).Select(i => i.Outcome.StepGrowth)]),
                ("hopping", Palette.Vermillion, [.. instances.Where(i => i.Hops).Select(i => i.Outcome.StepGrowth)]))),
        ]);

        (string, Rgb, double[]) Group(string label, Rgb colour, bool hops, CouplingLaw coupling) => (
            label,
            colour,
            [.. instances.Where(i => i.Hops == hops && i.Coupling == coupling).Select(i => i.Outcome.ForceOverBound)]);
    }

    private static Figure Histogrammed(string title, IEnumerable<Panel> panels) => new(title, [.. panels])
    {
        Columns = 2,
        PanelWidth = 400,
        PanelHeight = 240,
    };

    /// <summary>The panel with the line at which a bound is reached.</summary>
    private static Panel WithLimit(Panel panel) => panel with { Series = panel.Series.Add(ReferenceLine.Vertical(1, "bound")) };
}
