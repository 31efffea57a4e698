using Looped.Analysis;
using Looped.Studies.Reports;
using Looped.Studies.Statistics;

namespace Looped.Studies.ToyStudy;

/// <summary>The tables of motion in valley and river, over the seeds of a world; empty where nothing was measured.</summary>
public static class GeometryTables
{
    /// <summary>What the table of motion shows.</summary>
    public const string MotionCaption =
        "Medians over seeds. Null: the dimension that no gradient reaches at any theta, by the rank of gradients and " +
        "Hessian-vector products stacked at random theta. Distances run along the river of each window's first step, in the " +
        "length of theta, with the structural null space and without; displacements are those of whole windows, summed.";

    /// <summary>What the table of force shows.</summary>
    public const string ForceCaption =
        "Windows of all seeds, by eta times the largest eigenvalue at their first step, of which the theorem asks that it is " +
        "below 2. Coupling: the median of sup ||H_RV|| (Assumption 2). Assumption 3: the share of windows in which a multiple " +
        "of the first valley Hessian that is not negative lies below all later ones in Loewner's order, and the median of the " +
        "largest such multiple. Within: the share of windows in which the force along the unforced valley is within the sharp " +
        "bound, and so within the paper's, with the spectrum of that multiple, where Assumption 3 holds; and the same of the " +
        "force along the path that was taken. Force, sharp and paper's: medians of the force along the path and of the bounds " +
        "with the first spectrum.";

    private static readonly (string Title, Func<ModelGeometry, MotionCourse> Of)[] Courses =
        [("run's optimizer", model => model.Trained), ("gradient descent", model => model.Descent)];

    private static readonly (string Title, Func<double, bool> Holds)[] Ranges =
        [("up to 1", product => product <= 1), ("1 to 2", product => product is > 1 and < 2), ("2 and more", product => product >= 2)];

    /// <summary>Null space, hopping and distances.</summary>
    public static Table Motion(WorldSeeds world)
    {
        var rows = new List<IReadOnlyList<Cell>>();
        foreach (var (title, models) in Models(world))
        {
            foreach (var (rule, course) in Courses)
            {
                rows.Add(
                [
                    title,
                    rule,
                    models[0].ParameterCount,
                    Middle(models.Select(model => (double)model.NullDimension), "0"),
                    Middle(models.Select(model => Middle(course(model).Windows.Select(window => window.Hopping))), "0.000"),
                    Sum(window => window.RiverPath),
                    Sum(window => window.FreeRiverPath),
                    Sum(window => window.RiverDisplacement),
                    Sum(window => window.FreeRiverDisplacement),
                ]);

                Cell Sum(Func<WindowRow, double> length) =>
                    Middle(models.Select(model => course(model).Windows.Sum(length)), "0.00");
            }
        }

        return new Table(
            [
                "model", "update rule", "parameters", "null", "hopping", "distance", "without null", "displacement", "without null",
            ],
            rows);
    }

    /// <summary>Assumptions 2 and 3 and the bounds on the cumulative force.</summary>
    public static Table Force(WorldSeeds world)
    {
        var rows = new List<IReadOnlyList<Cell>>();
        foreach (var (title, models) in Models(world))
        {
            foreach (var (rule, course) in Courses)
            {
                var forces = models.SelectMany(model => course(model).Windows).Select(window => window.Force).ToList();
                foreach (var (range, holds) in Ranges)
                {
                    var here = forces.Where(force => holds(force.RateTimesLargest)).ToList();
                    if (here.Count > 0)
                    {
                        rows.Add([title, rule, range, here.Count, .. Cells(here)]);
                    }
                }
            }
        }

        return new Table(
            [
                "model", "update rule", "eta lambda", "windows", "coupling", "Assumption 3", "multiple", "within, unforced",
                "within, path", "force", "sharp", "paper's",
            ],
            rows);
    }

    private static IEnumerable<Cell> Cells(List<ForceRow> forces)
    {
        var bounded = forces.Where(force => force.LowerMultiple >= 0).ToList();
        return
        [
            Cell.Number(Middle(forces.Select(force => force.Coupling))),
            Share(forces, force => force.LowerMultiple >= 0),
            Cell.Number(Middle(forces.Select(force => force.LowerMultiple)), "0.00"),
            Share(bounded, force => force.Unforced <= force.LowerSharp),
            Share(bounded, force => force.Measured <= force.LowerSharp),
            Cell.Number(Middle(forces.Select(force => force.Measured))),
            Cell.Number(Middle(forces.Select(force => force.FirstSharp))),
            Cell.Number(Middle(forces.Select(force => force.FirstTrace))),
        ];
    }

    private static Cell Share(List<ForceRow> forces, Func<ForceRow, bool> holds) => Cell.Number(
        forces.Count == 0 ? double.NaN : forces.Count(holds) / (double)forces.Count, "0.00");

    private static IEnumerable<(string Title, List<ModelGeometry> Models)> Models(WorldSeeds world) => CourseFigures.Models
        .Select(model => (
            model.Title, world.Seeds.Select(seed => seed.Geometry?.Model(model.Name)).OfType<ModelGeometry>().ToList()))
        .Where(found => found.Item2.Count > 0);

    private static Cell Middle(IEnumerable<double> values, string format) => Cell.Number(Middle(values), format);

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        return sorted.Length == 0 ? double.NaN : Bootstrap.Quantile(sorted, 0.5);
    }
}
