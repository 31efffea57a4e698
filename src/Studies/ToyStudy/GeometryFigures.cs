using Looped.Analysis;
using Looped.Studies.Figures;
using Looped.Studies.Toy;

namespace Looped.Studies.ToyStudy;

/// <summary>The figures of valleys and of motion in valley and river, over the seeds of a world.</summary>
public static class GeometryFigures
{
    private static readonly Axis Epochs = new("epoch") { WholeNumbers = true };

    private static readonly (string Title, Func<ModelGeometry, MotionCourse> Of)[] Courses =
        [("run's optimizer", model => model.Trained), ("gradient descent", model => model.Descent)];

    /// <summary>All of them that the seeds were measured for.</summary>
    public static IEnumerable<NamedFigure> Of(WorldSeeds world)
    {
        if (!world.Seeds.Any(seed => seed.Course.Models.Any(model => model.SpectrumRows.Any())))
        {
            yield break;
        }

        var plan = GeometryPlan.Of(world);
        yield return new(
            "condition",
            Grid("Condition number of the valley", 2, [.. plan.Epsilons.Select(epsilon => Condition(world, epsilon))]),
            "Condition number of the Hessian on the valley, which begins at epsilon times the largest eigenvalue: it is at most " +
            "one over epsilon. " + SeedBand.Legend);
        yield return new(
            "assumption-1",
            Grid("Assumption 1", plan.Thresholds.Length, [.. AssumptionPanels(world)]),
            "Above: the eigenvalues of each valley under the threshold. Below: the share of seeds at which Looped has more of " +
            "them (a), and at which they are smaller one by one (b). " + SeedBand.Legend);
        if (!world.Seeds.Any(seed => seed.Geometry is not null))
        {
            yield break;
        }

        yield return new(
            "shares",
            Grid("Gradient and update in valley and river", 3, [.. Courses.SelectMany(course => SharePanels(world, course))]),
            "Share of squared length of the gradient and of the update in the valley, and of the update in the structural null " +
            "space, which is part of the river; above under the run's optimizer, below under gradient descent, which never " +
            "enters the null space. " +
            SeedBand.Legend);
        yield return new(
            "top-shares",
            Grid("Gradient in the leading eigenspace", 3, [.. Courses.SelectMany(course => TopPanels(world, course))]),
            "Share of the gradient's squared length in the span of the eigenvectors of the k largest eigenvalues. " + SeedBand.Legend);
        yield return new(
            "blocks",
            Grid("Blocks of the Hessian in the valley and river of each window's first step", 3, [.. BlockPanels(world)]),
            $"Largest spectral norms in each window of {plan.Window} steps, under the run's optimizer: of the valley's block, " +
            "the river's, and of their coupling, which is zero at the first step. " + SeedBand.Legend);
        yield return new(
            "hopping",
            Grid("Hopping", 2, [.. Courses.Select(course => Windows(
                world, course, new Axis("sign changes a step") { Range = new AxisRange(0, 1) }, window => window.Hopping))]),
            "How often a valley coordinate of the update changes its sign from step to step, the mean over the valley's " +
            $"coordinates in windows of {plan.Window} steps. " + SeedBand.Legend);
        yield return new(
            "river",
            Grid("Distance along the river", 2, [.. Courses.SelectMany(course => RiverPanels(world, course))]),
            "Length of the path along the river up to the end of each window: with the structural null space (left) and without " +
            "(right). " +
            SeedBand.Legend);
        yield return new(
            "dominant-bulk",
            Grid(
                "Training on the dominant subspace and off it",
                2,
                [.. CourseFigures.Models.Select(model => DescentPanel(world, model.Name, model.Title))]),
            $"Loss under gradient descent with step {plan.DescentRate:0.###}: whole, on the projection of the gradient on the " +
            $"{plan.Dominant} leading eigenvectors of the present Hessian (Dom), and on the rest (Bulk). A training that " +
            "diverged counts as above the picture. " + SeedBand.Legend);
        yield return new(
            "force",
            Grid("Cumulative force of the valley on the river", 2, [.. Courses.SelectMany(course => ForcePanels(world, course))]),
            $"Medians over seeds of the force in each window of {plan.Window} steps: along the path that was taken, along the " +
            "unforced valley that the theorem speaks of, and the bounds: the paper's by the trace norm and the sharp one by the " +
            "spectral norm, with the spectrum of the window's first Hessian, and the paper's with the lower bound of Assumption " +
            "3 where that holds. The step is the learning rate: of the run's optimizer it is nominal, and the theorem speaks of " +
            "gradient descent alone.");
        foreach (var figure in SurfaceFigures.Of(world))
        {
            yield return figure;
        }
    }

    private static Figure Grid(string title, int columns, Panel[] panels) => new(title, [.. panels])
    {
        Columns = columns,
        PanelWidth = columns == 2 ? 400 : 300,
        PanelHeight = 220,
        CommonLegend = LegendPlacement.Above,
    };

    private static Panel Condition(WorldSeeds world, double epsilon) => new(
        Epochs,
        new Axis("condition number") { Scale = Scale.Log10 },
        [
            .. CourseFigures.Models.SelectMany(model => SpectrumBand(world, model, row =>
                Math.Pow(10, ValleyClaims.LogCondition(row.Spectrum!.Values, GeometryPlan.Of(world).Criteria(epsilon))))),
        ]) { Title = FormattableString.Invariant($"epsilon {epsilon:0e0}") };

    private static IEnumerable<Series> SpectrumBand(
        WorldSeeds world, (string Name, string Title, Rgb Colour) model, Func<ToyRow, double> value)
    {
        var seeds = world.Seeds.Select(seed => (seed.Course.Model(model.Name)?.SpectrumRows ?? []).ToList()).ToList();
        return SeedBand.Of(
            model.Title,
            model.Colour,
            [.. seeds.MaxBy(rows => rows.Count)!.Select(row => (double)row.Epoch)],
            [.. seeds.Select(rows => rows.Select(value).ToArray())]);
    }

    private static IEnumerable<Panel> AssumptionPanels(WorldSeeds world)
    {
        var plan = GeometryPlan.Of(world);
        var tests = plan.Thresholds
            .Select(threshold => world.Seeds.Select(seed => ValleyClaims.AssumptionOneOf(seed, threshold).ToList()).ToList()).ToList();
        foreach (var (threshold, seeds) in plan.Thresholds.Zip(tests))
        {
            double[] epochs = [.. seeds.MaxBy(rows => rows.Count)!.Select(row => (double)row.Epoch)];
            Func<AssumptionOne, int>[] counts = [test => test.SingleCount, test => test.LoopedCount];
            yield return new Panel(
                Epochs,
                new Axis("eigenvalues"),
                [
                    .. CourseFigures.Models.Zip(counts).SelectMany(pair => SeedBand.Of(
                        pair.First.Title,
                        pair.First.Colour,
                        epochs,
                        [.. seeds.Select(rows => rows.Select(row => (double)pair.Second(row.Test)).ToArray())])),
                ]) { Title = FormattableString.Invariant($"under {threshold}") };
        }

        foreach (var seeds in tests)
        {
            var longest = seeds.MaxBy(rows => rows.Count)!;
            yield return new Panel(
                Epochs,
                new Axis("share of seeds") { Range = new AxisRange(0, 1) },
                [
                    Held("(a) more", Palette.Green, test => test.Dimension),
                    Held("(b) smaller", Palette.Purple, test => test.Dominance),
                ]);

            Line Held(string label, Rgb colour, Func<AssumptionOne, bool> holds) => new(
                label,
                longest.Select(row => (double)row.Epoch),
                longest.Select((_, i) => seeds.Where(rows => i < rows.Count).Average(rows => holds(rows[i].Test) ? 1.0 : 0)))
            {
                Colour = colour,
            };
        }
    }

    private static IEnumerable<Panel> SharePanels(WorldSeeds world, (string Title, Func<ModelGeometry, MotionCourse> Of) course)
    {
        var share = new Axis("share") { Range = new AxisRange(0, 1) };
        yield return Motion(world, course, "gradient in valley", share, row => row.Gradient.Valley);
        yield return Motion(world, course, "update in valley", share, row => row.Update.Valley);
        yield return Motion(world, course, "update in null space", share, row => row.Update.Null);
    }

    private static IEnumerable<Panel> TopPanels(WorldSeeds world, (string Title, Func<ModelGeometry, MotionCourse> Of) course) =>
        GeometrySchedule.TopCounts.Select((k, i) => Motion(
            world, course, $"top {k}", new Axis("share") { Range = new AxisRange(0, 1) }, row => row.Top[i]));

    private static IEnumerable<Panel> BlockPanels(WorldSeeds world)
    {
        (string Title, Func<BlockNorms, double> Norm)[] blocks =
            [("valley", norms => norms.Valley), ("river", norms => norms.River), ("coupling", norms => norms.Coupling)];
        return blocks.Select(block => Panel(
            world,
            new Axis("spectral norm") { Scale = Scale.Log10 },
            block.Title,
            model => model.Trained.Windows.Select(window => (double)window.Epoch),
            model => model.Trained.Windows.Select(window => model.Trained.Rows
                .Skip(window.Epoch).Take(window.Force.Steps).Max(row => block.Norm(row.Blocks)))));
    }

    private static IEnumerable<Panel> RiverPanels(WorldSeeds world, (string Title, Func<ModelGeometry, MotionCourse> Of) course)
    {
        var axis = new Axis("distance", "length of theta") { Scale = Scale.Log10 };
        yield return Running("all", window => window.RiverPath);
        yield return Running("without the null space", window => window.FreeRiverPath);

        Panel Running(string title, Func<WindowRow, double> length) => Panel(
            world,
            axis,
            $"{course.Title}: {title}",
            model => course.Of(model).Windows.Select(window => (double)window.Epoch + window.Force.Steps),
            model =>
            {
                var sum = 0.0;
                return course.Of(model).Windows.Select(window => sum += length(window));
            });
    }

    private static Panel DescentPanel(WorldSeeds world, string name, string title)
    {
        double[] epochs = [.. Enumerable.Range(0, world.Seeds[0].Settings.Epochs + 1).Select(epoch => (double)epoch)];
        var models = world.Seeds.Select(seed => seed.Geometry?.Model(name)).OfType<ModelGeometry>().ToList();
        var start = models.Max(model => model.Descent.Loss[0]);
        var floor = models.Min(model => model.Descent.Loss.Min());
        var top = Math.Max(1.2 * start, floor + 0.1);
        return new Panel(
            Epochs,
            new Axis("loss", "nats") { Range = new AxisRange(0.98 * floor, top) },
            [
                .. Curves("whole", Palette.Black, model => model.Descent.Loss),
                .. Curves("Dom", Palette.Orange, model => model.DominantLoss),
                .. Curves("Bulk", Palette.Green, model => model.BulkLoss),
            ]) { Title = title };

        // What diverged stays above the picture, lest the median be that of the others.
        IEnumerable<Series> Curves(string label, Rgb colour, Func<ModelGeometry, IReadOnlyList<double>> losses) => SeedBand.Of(
            label,
            colour,
            epochs,
            [
                .. models.Select(losses).Select(course =>
                    epochs.Select((_, i) => i < course.Count ? Math.Min(course[i], 2 * top) : 2 * top).ToArray()),
            ]);
    }

    private static IEnumerable<Panel> ForcePanels(WorldSeeds world, (string Title, Func<ModelGeometry, MotionCourse> Of) course)
    {
        (string Label, Rgb Colour, Func<ForceRow, double> Of)[] curves =
        [
            ("force on the path", Palette.Black, force => force.Measured),
            ("unforced", Palette.Green, force => force.Unforced),
            ("sharp bound", Palette.SkyBlue, force => force.FirstSharp),
            ("paper's bound", Palette.Purple, force => force.FirstTrace),
            ("paper's bound, Assumption 3", Palette.Orange, force => force.LowerTrace),
        ];
        return CourseFigures.Models.Select(model =>
        {
            var seeds = world.Seeds.Select(seed => seed.Geometry?.Model(model.Name)).OfType<ModelGeometry>()
                .Select(found => course.Of(found).Windows).ToList();
            double[] epochs = [.. seeds.MaxBy(windows => windows.Count)!.Select(window => (double)window.Epoch)];
            return new Panel(
                Epochs,
                new Axis("force") { Scale = Scale.Log10 },
                [
                    .. curves.SelectMany(curve => SeedBand.Of(
                        curve.Label,
                        curve.Colour,
                        epochs,
                        [.. seeds.Select(windows => windows.Select(window => curve.Of(window.Force)).ToArray())]).OfType<Line>()),
                ]) { Title = $"{model.Title}, {course.Title}" };
        });
    }

    private static Panel Motion(
        WorldSeeds world,
        (string Title, Func<ModelGeometry, MotionCourse> Of) course,
        string title,
        Axis y,
        Func<MotionRow, double> value) => Panel(
            world,
            y,
            $"{course.Title}: {title}",
            model => course.Of(model).Rows.Select(row => (double)row.Epoch),
            model => course.Of(model).Rows.Select(value));

    private static Panel Windows(
        WorldSeeds world, (string Title, Func<ModelGeometry, MotionCourse> Of) course, Axis y, Func<WindowRow, double> value) =>
        Panel(
            world,
            y,
            course.Title,
            model => course.Of(model).Windows.Select(window => (double)window.Epoch),
            model => course.Of(model).Windows.Select(value));

    /// <summary>Both models' curves over the seeds.</summary>
    private static Panel Panel(
        WorldSeeds world,
        Axis y,
        string title,
        Func<ModelGeometry, IEnumerable<double>> x,
        Func<ModelGeometry, IEnumerable<double>> value) => new(
            Epochs,
            y,
            [
                .. CourseFigures.Models.SelectMany(model =>
                {
                    var seeds = world.Seeds.Select(seed => seed.Geometry?.Model(model.Name)).OfType<ModelGeometry>().ToList();
                    double[][] epochs = [.. seeds.Select(seed => x(seed).ToArray())];
                    return SeedBand.Of(
                        model.Title,
                        model.Colour,
                        epochs.MaxBy(list => list.Length) ?? [],
                        [.. seeds.Select(seed => value(seed).ToArray())]);
                }),
            ]) { Title = title };
}
