using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Models.Training;
using Looped.Studies.Toy;
using Looped.Studies.ToyStudy;
using Looped.Tensors;

namespace Looped.Studies.Tests.ToyStudy;

public class ShiftExperimentTests
{
    private const int Epochs = 60;

    private static readonly ToySettings Settings = new()
    {
        Width = 4,
        Epochs = Epochs,
        Samples = 400,
        Seed = 5,
        Gate = null,
        Dynamics = Dynamics.Mixture,
        Positions = true,
        Threads = 1,
        SpectrumEvery = Epochs,
    };

    private static readonly MeasurementPlan Plan = new()
    {
        Criterion = new ShiftCriterion(Fall: 0.01, Window: 4, Unrest: 0.5),
        ValidationSamples = 500,
        LengthSamples = 300,
    };

    [Fact]
    public void The_ends_of_the_sweep_are_the_models_alone()
    {
        var (part, models) = Measure(Plan);
        var run = Toy.Runs.Of(Settings);

        Assert.Equal([0, 25, 50, 52, Epochs], part.Sweep.Select(outcome => outcome.Point));
        foreach (var (name, outcome, model) in new[]
        {
            ("looped", part.LoopedAlone, models.Looped), ("single", part.SingleAlone, models.Single),
        })
        {
            var rows = run.Model(name)!.Rows;
            Assert.Equal(rows.TakeLast(Epochs / 20).Average(row => row.Accuracy.Total), outcome.Accuracy, 1e-12);
            Assert.Equal(double.NaN, outcome.Drop);
            Assert.Equal(double.NaN, outcome.Recovery);
            Assert.NotNull(model.Theta);
        }

        Assert.Equal(run.Model("single")!.Rows.Select(row => row.GradientNorm), part.GradientNorm);
    }

    [Theory]
    [InlineData(1, new[] { 0, 1 })]
    [InlineData(20, new[] { 0, 17, 20 })]
    [InlineData(200, new[] { 0, 25, 50, 75, 100, 150, 175, 200 })]
    [InlineData(400, new[] { 0, 25, 50, 75, 100, 150, 200, 300, 350, 400 })]
    public void The_sweep_ends_with_a_very_late_point_and_the_last_epoch(int epochs, int[] points) =>
        Assert.Equal(points, MeasurementPlan.PointsWithin(epochs));

    [Fact]
    public void The_chosen_point_is_what_the_criterion_says_of_Singles_curves()
    {
        var (part, models) = Measure(Plan);
        var watch = Plan.Criterion.Watch();
        for (var epoch = 0; epoch <= Epochs; epoch++)
        {
            watch.Observe(epoch, part.ValidationLoss[epoch], part.GradientNorm[epoch]);
        }

        Assert.NotNull(watch.Shift);
        Assert.Equal((watch.Plateau, watch.Shift), (part.Plateau, part.Point));
        Assert.Equal(part.Point, part.Chosen.Point);
        Assert.Equal(ToyArchitecture.Looped, models.Shift.Architecture);

        // Accuracy before the switch is Single's, after it this run's.
        var single = Toy.Runs.Of(Settings).Model("single")!.Rows.Select(row => row.Accuracy.Total).ToArray();
        Assert.Equal(Epochs + 1, part.Accuracy.Count);
        var point = part.Point!.Value;
        Assert.Equal(single.Take(point), part.Accuracy.Take(point));
        Assert.Equal(single[point] - part.Accuracy[point], part.Chosen.Drop);
        Assert.Equal(part.Accuracy.TakeLast(Epochs / 20).Average(), part.Chosen.Accuracy, 1e-12);
        var back = Enumerable.Range(point, Epochs - point + 1)
            .Where(epoch => part.Accuracy[epoch] >= single[point] - 0.01)
            .Select(epoch => (double)(epoch - point))
            .DefaultIfEmpty(double.PositiveInfinity)
            .First();
        Assert.Equal(back, part.Chosen.Recovery);
    }

    [Fact]
    public void A_criterion_that_never_shifts_leaves_Single_alone()
    {
        var (part, models) = Measure(Plan with { Criterion = new ShiftCriterion(Fall: 0, Window: Epochs) });
        Assert.Null(part.Point);
        Assert.Equal(part.SingleAlone with { }, part.Chosen);
        Assert.Equal(models.Single.Theta, models.Shift.Theta);
        Assert.Equal(ToyArchitecture.Single, models.Shift.Architecture);
    }

    [Fact]
    public void The_validation_loss_is_the_mean_over_all_fresh_samples()
    {
        var (part, models) = Measure(Plan);
        var world = new ToyWorld(Settings);
        var fresh = SequenceSet.Draw(world.Language, 4, 500, Settings.Alpha, new Philox(Settings.Seed, "validation"));
        var objective = ToyObjective.Of(
            Settings.Model(ToyArchitecture.Single), Contexts.AllSamples(fresh), world.Embedding);
        using var team = new WorkerTeam(1);
        using var trainer = new Trainer(
            objective, Settings.OptimizerSettings, models.Single.Theta!, new CpuBackend(), team);
        Assert.Equal(trainer.Loss, part.ValidationLoss[^1], 1e-12);
    }

    [Fact]
    public void Speed_ups_follow_from_the_costs_of_an_epoch_of_each_model()
    {
        var (part, _) = Measure(Plan);
        Assert.True(part.Looped.Flops > part.Single.Flops);
        Assert.True(part is { Single.Seconds: > 0, Looped.Seconds: > 0 });
        Assert.Equal(1, part.SpeedUpInFlops(0));
        Assert.Equal(part.Looped.Flops / part.Single.Flops, part.SpeedUpInFlops(Epochs), 1e-12);
        Assert.Equal(
            60 * part.Looped.Seconds / ((25 * part.Single.Seconds) + (35 * part.Looped.Seconds)),
            part.SpeedUpInTime(25),
            1e-12);
    }

    [Fact]
    public void Batches_multiply_the_operations_of_an_epoch()
    {
        var (whole, _) = Measure(Plan);
        using var experiment = Experiment(Settings with { Batch = 150 }, Plan);
        var (batched, _) = experiment.Run(CancellationToken.None);
        Assert.Equal(3 * whole.Looped.Flops, batched.Looped.Flops);
        Assert.NotEqual(whole.LoopedAlone.ValidationLoss, batched.LoopedAlone.ValidationLoss);
    }

    [Fact]
    public void A_part_is_read_back_as_it_was_written()
    {
        var (part, _) = Measure(Plan);
        foreach (var written in new[] { part, part with { Plateau = null, Point = null } })
        {
            var archive = new SeedArchive();
            written.Write(archive.Part("shift"));
            var read = ShiftPart.Read(archive.Part("shift"));
            Assert.Equal(Values(written), Values(read));
            Assert.Equal(written.Sweep, read.Sweep);
        }

        static (int, int?, int?, string, ShiftOutcome, EpochCost, EpochCost) Values(ShiftPart part) => (
            part.Epochs,
            part.Plateau,
            part.Point,
            string.Join(' ', part.ValidationLoss.Concat(part.GradientNorm).Concat(part.Accuracy)),
            part.Chosen,
            part.Single,
            part.Looped);
    }

    [Fact]
    public void A_training_that_diverges_has_no_final_accuracy()
    {
        var settings = Settings with { Optimizer = OptimizerKind.Sgd, LearningRate = 1e6 };
        using var experiment = Experiment(settings, Plan);
        var (part, models) = experiment.Run(CancellationToken.None);
        Assert.Equal(double.NaN, part.LoopedAlone.Accuracy);
        Assert.Null(models.Looped.Theta);
        var lengths = LengthExperiment.Run(
            settings, new ToyWorld(settings), models, Plan, new CpuBackend(), CancellationToken.None);
        Assert.All(lengths.Rows, row => Assert.Equal(double.NaN, row.Accuracies.Looped.Total));
    }

    internal static (ShiftPart Part, TrainedModels Models) Measure(MeasurementPlan plan)
    {
        using var experiment = Experiment(Settings, plan);
        return experiment.Run(CancellationToken.None);
    }

    private static ShiftExperiment Experiment(ToySettings settings, MeasurementPlan plan) =>
        new(settings, new ToyWorld(settings), plan, new CpuBackend());
}
