using Looped.Analysis;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Models.Optimizers;
using Looped.Models.Training;
using Looped.Studies.Figures;
using Looped.Studies.Toy;
using Looped.Studies.ToyStudy;

namespace Looped.Studies.Tests.ToyStudy;

/// <summary>The geometry of small trainings, against the same trainings on their own.</summary>
public class GeometryExperimentTests
{
    private const int Epochs = 12;

    private static readonly GeometryPlan Plan = new()
    {
        Window = 5,
        DescentRate = 0.3,
        Dominant = 2,
        TestSamples = 200,
        SlicePoints = 5,
    };

    private static readonly ToySettings Settings = new() { Width = 3, Epochs = Epochs, Samples = 300, Threads = 1, Seed = 4 };

    [Fact]
    public void Gradient_descent_Dom_and_Bulk_start_where_the_run_does_and_go_their_own_ways()
    {
        var (part, course) = Measure(Settings);
        foreach (var (model, run) in part.Models.Zip(course.Models))
        {
            Assert.Equal(run.Name, model.Name);
            Assert.Equal(run.Rows.Select(row => row.Loss), model.Trained.Loss);
            Assert.All(
                [model.Descent.Loss, model.DominantLoss, model.BulkLoss],
                losses => Assert.Equal((Epochs + 1, run.Rows[0].Loss), (losses.Count, losses[0])));
            Assert.Equal(DescentLosses(model.Name), model.Descent.Loss);
            Assert.NotEqual(model.DominantLoss[^1], model.BulkLoss[^1]);
            Assert.Equal((0.01, 0.3), (model.Trained.Rate, model.Descent.Rate));
            Assert.Equal([0, 5, 10], model.Trained.Windows.Select(window => window.Epoch));
        }

        static List<double> DescentLosses(string name)
        {
            var world = new ToyWorld(Settings);
            var settings = Settings.Model(Enum.Parse<ToyArchitecture>(name, ignoreCase: true));
            var objective = ToyObjective.Of(settings, world.Contexts, world.Embedding);
            using var team = new WorkerTeam(1);
            using var trainer = new Trainer(
                objective,
                new GradientDescent(0.3),
                ToyObjective.Initialize(settings, objective.Layout, Settings.Seed),
                new CpuBackend(),
                team);
            var losses = new List<double> { trainer.Loss };
            while (trainer.Epoch < Epochs)
            {
                trainer.RunEpoch();
                losses.Add(trainer.Loss);
            }

            return losses;
        }
    }

    [Fact]
    public void Updates_of_gradient_descent_never_enter_the_structural_null_space_and_Adams_do()
    {
        // With d = 4 and three symbols one input direction of each of three matrices is idle, and the logits' shift.
        var model = Measure(Settings with { Width = 4 }).Part.Model("single")!;
        Assert.Equal((3 * 4) + 4, model.NullDimension);
        Assert.All(model.Descent.Rows.Skip(1), row => Assert.Equal(0, row.Update.Null, 1e-12));
        Assert.All(model.Trained.Rows.Skip(1), row => Assert.InRange(row.Update.Null, 1e-6, 1));
        Assert.All(model.Trained.Rows, row => Assert.Equal(0, row.Gradient.Null, 1e-12));
        var window = model.Trained.Windows[0];
        Assert.True(window.FreeRiverPath < window.RiverPath);
    }

    [Fact]
    public void Slices_pass_through_the_end_of_training_and_its_path()
    {
        foreach (var model in Measure(Settings).Part.Models)
        {
            var surface = model.Surface!;
            var end = model.Trained.Loss[^1];
            Assert.Equal([-2, -1, 0, 1, 2], surface.Offsets);
            Assert.Equal(end, surface.Leading[2], 1e-12);
            Assert.Equal(end, surface.Second[2], 1e-12);
            Assert.Equal(end, surface.Eigenplane[12], 1e-12);
            Assert.Equal(surface.Leading, surface.Eigenplane.Skip(10).Take(5), (a, b) => Math.Abs(a - b) < 1e-9 * Math.Abs(a));
            Assert.Equal((model.Trained.Loss[0], end), (surface.Straight[0], Math.Round(surface.Straight[^1] - end, 10) + end));
            Assert.Equal((0, 0), (surface.PathX[^1], surface.PathY[^1]));
            Assert.Equal(Epochs + 1, surface.PathX.Count);
            Assert.InRange(surface.PathShares.Sum(), 0.5, 1 + 1e-12);
            Assert.True(surface.GridX[0] < surface.PathX.Min() && surface.GridX[^1] > surface.PathX.Max());
        }
    }

    [Fact]
    public void Everything_is_read_back_as_it_was_written()
    {
        var part = Measure(Settings).Part;
        var archive = new SeedArchive();
        part.Write(archive.Part("geometry"));
        var again = new SeedArchive();
        GeometryPart.Read(archive.Part("geometry"))!.Write(again.Part("geometry"));

        var found = GeometryPart.Read(again.Part("geometry"))!;
        foreach (var (expected, actual) in part.Models.Zip(found.Models))
        {
            Assert.Equal(expected.Surface!.Pathplane, actual.Surface!.Pathplane);
            Assert.Equal(
                (expected.Name, expected.ParameterCount, expected.NullDimension, expected.NullProbes, expected.TestCeiling),
                (actual.Name, actual.ParameterCount, actual.NullDimension, actual.NullProbes, actual.TestCeiling));
            Assert.Equal(expected.TestAccuracy, actual.TestAccuracy);
            Assert.Equal(expected.BulkLoss, actual.BulkLoss);
            foreach (var (one, other) in new[] { (expected.Trained, actual.Trained), (expected.Descent, actual.Descent) })
            {
                Assert.Equal(one.Loss, other.Loss);
                Assert.Equal(one.Rows.Select(Flat), other.Rows.Select(Flat));
                Assert.Equal(one.Windows.Select(window => window.Force), other.Windows.Select(window => window.Force));
                Assert.Equal(
                    one.Windows.Select(window => window with { HoppingRates = [] }),
                    other.Windows.Select(window => window with { HoppingRates = [] }));
                Assert.Equal(
                    one.Windows.SelectMany(window => window.HoppingRates), other.Windows.SelectMany(window => window.HoppingRates));
            }
        }

        Assert.Null(GeometryPart.Read(new SeedArchive()));

        static (int, MotionShares, MotionShares, string, BlockNorms) Flat(MotionRow row) =>
            (row.Epoch, row.Gradient, row.Update, string.Join(' ', row.Top), row.Blocks);
    }

    [Theory]
    [InlineData(0.3, 0.01)]
    [InlineData(1e6, 0.01)]
    [InlineData(0.3, 1000)]
    public void Figures_and_tables_can_be_drawn_of_trainings_that_end_and_of_those_that_diverge(double descent, double rate)
    {
        var settings = Settings with { LearningRate = rate, Optimizer = OptimizerKind.Sgd };
        var (part, course) = Measure(settings, Plan with { DescentRate = descent });
        var world = new WorldSeeds(
            StudyWorld.Cyclic,
            [new SeedResult(StudyWorld.Cyclic, settings, course) { Geometry = part, GeometryPlan = Plan }]);
        foreach (var (name, figure, _) in GeometryFigures.Of(world))
        {
            Assert.StartsWith("<svg", SvgRenderer.Render(figure, name));
        }

        Assert.NotEmpty(GeometryTables.Motion(world).Rows);
        Assert.NotNull(GeometryTables.Force(world));
        Assert.Equal(["C1", "C2", "A1", "H1", "F1"], ValleyClaims.Judge(world).Concat(MotionClaims.Judge(world)).Select(row => row.Id));
    }

    private static (GeometryPart Part, ToyResult Course) Measure(ToySettings settings, GeometryPlan? plan = null)
    {
        var world = new ToyWorld(settings);
        var backend = new CpuBackend();
        var experiment = new GeometryExperiment(settings, world, plan ?? Plan, backend);
        ToyModelRun[] runs =
        [
            .. settings.Architectures.Select(architecture => new ToyModelRun(
                settings,
                architecture,
                world,
                backend,
                1,
                (objective, spectrum, team) => experiment.Watch(architecture, objective, spectrum, team))),
        ];
        foreach (var run in runs)
        {
            run.Run(CancellationToken.None);
        }

        return (
            experiment.Finish(CancellationToken.None),
            new ToyResult(
                settings,
                backend.Name,
                world.Ceilings,
                [.. runs.Select(run => new ToyModelResult(run.Name, run.ParameterCount, run.Rows(), run.Times, run.Divergence))],
                TimeSpan.Zero,
                true));
    }
}
