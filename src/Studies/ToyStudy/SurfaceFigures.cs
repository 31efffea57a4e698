using Looped.Studies.Figures;
using Looped.Studies.Toy;

namespace Looped.Studies.ToyStudy;

/// <summary>Slices of the loss about the end of training, of one seed that stands for the others.</summary>
internal static class SurfaceFigures
{
    /// <summary>Losses beyond this above the lowest are drawn as this: the loss grows with a high power of theta.</summary>
    private const double Height = 2;

    /// <summary>The figures; none where no seed has slices of both models.</summary>
    public static IEnumerable<NamedFigure> Of(WorldSeeds world)
    {
        if (Representative(world) is not { } seed)
        {
            yield break;
        }

        var models = CourseFigures.Models
            .Select(model => (model.Title, model.Colour, Surface: seed.Geometry!.Model(model.Name)!.Surface!)).ToList();
        var subtitle = $"seed {seed.Settings.Seed}";
        yield return new(
            "slices",
            new Figure("Slices of the loss", [
                Slice("leading eigenvector", surface => surface.Leading),
                Slice("second eigenvector", surface => surface.Second),
                new Panel(
                    new Axis("part of the way"),
                    new Axis("loss", "nats"),
                    [
                        .. models.Select(model => new Line(
                            model.Title,
                            model.Surface.Straight.Select((_, i) => i / (model.Surface.Straight.Count - 1.0)),
                            model.Surface.Straight) { Colour = model.Colour }),
                    ]) { Title = "from start to end" },
            ])
            {
                Columns = 3,
                PanelWidth = 300,
                PanelHeight = 240,
                CommonLegend = LegendPlacement.Above,
                Subtitle = subtitle,
            },
            "The loss about the end of training along the two leading eigenvectors of the Hessian there, less the loss at the " +
            "end, and on the straight line from the initialisation to the end. " + Choice);
        yield return new(
            "surfaces",
            new Figure("Surfaces of the loss", [
                .. models.Select(model => Plane(
                    $"{model.Title}: leading eigenvectors",
                    model.Surface.Offsets,
                    model.Surface.Offsets,
                    model.Surface.Eigenplane,
                    [new Points(null, [0], [0]) { Colour = Palette.Vermillion }])),
                .. models.Select(model => Plane(
                    $"{model.Title}: path, {100 * model.Surface.PathShares.Sum():0} % of it",
                    model.Surface.GridX,
                    model.Surface.GridY,
                    model.Surface.Pathplane,
                    [new Line(null, model.Surface.PathX, model.Surface.PathY) { Colour = Palette.Vermillion }])),
            ]) { Columns = 2, PanelWidth = 340, PanelHeight = 300, Subtitle = subtitle },
            "The loss in the plane of the two leading eigenvectors at the end of training (above) and in that of the two " +
            "principal directions of the path (below), with the path projected on it; the end is at the origin. Losses more " +
            $"than {Height} above the lowest have its colour. " + Choice);

        Panel Slice(string title, Func<LossSurface, IReadOnlyList<double>> losses) => new(
            new Axis("distance from the end", "length of theta"),
            new Axis("loss above the end", "nats") { Range = new AxisRange(-0.1, Height) },
            [
                .. models.Select(model => new Line(
                    model.Title,
                    model.Surface.Offsets,
                    losses(model.Surface).Select(loss => loss - losses(model.Surface)[model.Surface.Offsets.Count / 2]))
                {
                    Colour = model.Colour,
                }),
            ]) { Title = title };
    }

    private const string Choice = "The seed is the one with the median difference of the models' final losses.";

    /// <summary>The seed with the median difference of final losses.</summary>
    private static SeedResult? Representative(WorldSeeds world)
    {
        SeedResult[] sorted =
        [
            .. world.Seeds
                .Where(seed => CourseFigures.Models.All(model => seed.Geometry?.Model(model.Name)?.Surface is not null))
                .OrderBy(seed => seed.Geometry!.Model("looped")!.Trained.Loss[^1] - seed.Geometry.Model("single")!.Trained.Loss[^1]),
        ];
        return sorted.Length == 0 ? null : sorted[(sorted.Length - 1) / 2];
    }

    private static Panel Plane(
        string title, IReadOnlyList<double> x, IReadOnlyList<double> y, IReadOnlyList<double> losses, Series[] marks)
    {
        var lowest = losses.Where(double.IsFinite).Min();
        var cells = new double[y.Count, x.Count];
        for (var row = 0; row < y.Count; row++)
        {
            for (var column = 0; column < x.Count; column++)
            {
                cells[row, column] = Math.Min(losses[(row * x.Count) + column], lowest + Height);
            }
        }

        return new Panel(
            new Axis("first direction"),
            new Axis("second direction"),
            [new HeatMap(cells, "loss") { X = Edges(x), Y = Edges(y) }, .. marks]) { Title = title, Legend = LegendPlacement.None };
    }

    /// <summary>From the edge of the first cell to that of the last.</summary>
    private static AxisRange Edges(IReadOnlyList<double> centres)
    {
        var half = (centres[^1] - centres[0]) / (centres.Count - 1) / 2;
        return new AxisRange(centres[0] - half, centres[^1] + half);
    }
}
