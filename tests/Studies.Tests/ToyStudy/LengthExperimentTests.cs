using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Studies.Toy;
using Looped.Studies.ToyStudy;
using Looped.Tensors;

namespace Looped.Studies.Tests.ToyStudy;

public class LengthExperimentTests
{
    private static readonly MeasurementPlan Plan = new() { ValidationSamples = 300, LengthSamples = 400 };

    [Theory]
    [InlineData(Dynamics.Cyclic, false)]
    [InlineData(Dynamics.Mixture, true)]
    public void The_training_set_has_the_accuracies_and_ceilings_of_the_course(Dynamics dynamics, bool positions)
    {
        var settings = Settings(dynamics, positions);
        var training = Measure(settings).Part.Training;
        var run = Toy.Runs.Of(settings);

        Assert.Equal(1, training.SimpleShare);
        foreach (var (expected, found) in new[]
        {
            (run.Model("single")!.Rows[^1].Accuracy, training.Accuracies.Single),
            (run.Model("looped")!.Rows[^1].Accuracy, training.Accuracies.Looped),
            (run.Ceilings.LastToken, training.Accuracies.LastToken),
            (run.Ceilings.Bag, training.Accuracies.Bag),
            (run.Ceilings.Full, training.Accuracies.Full),
        })
        {
            Assert.Equal(expected.Total, found.Total, 1e-12);
            Assert.Equal(expected.Total, found.Simple, 1e-12);
        }
    }

    [Fact]
    public void The_last_steps_matrix_is_that_of_the_cycle_and_in_a_mixture_the_sequences_own()
    {
        var cyclic = Measure(Settings(Dynamics.Cyclic, positions: false)).Part;
        Assert.Equal([4, 5, 6, 7, 8, 10, 13, 16, 32], cyclic.Rows.Select(row => row.Length));
        Assert.Equal([3, 1, 2, 3, 1, 3, 3, 3, 1], cyclic.Rows.Select(row => row.Matrix));
        Assert.Equal(3, cyclic.Training.Matrix);
        Assert.All(Measure(Settings(Dynamics.Mixture, positions: true)).Part.Rows, row => Assert.Equal(0, row.Matrix));
        Assert.All(Measure(Settings(Dynamics.Homogeneous, positions: false)).Part.Rows, row => Assert.Equal(1, row.Matrix));
    }

    [Theory]
    [InlineData(Dynamics.Cyclic, false)]
    [InlineData(Dynamics.Mixture, true)]
    public void Shares_and_information_are_those_of_the_samples_one_by_one(Dynamics dynamics, bool positions)
    {
        var settings = Settings(dynamics, positions);
        var part = Measure(settings).Part;
        var language = new ToyWorld(settings).Language;
        foreach (var row in part.Rows)
        {
            var samples = SequenceSet.Draw(
                language, row.Length, Plan.LengthSamples, settings.Alpha, new Philox(settings.Seed, $"length {row.Length}"))
                .Samples();
            double[] information =
            [
                .. samples.Chunk(row.Length).Select(sample => -Math.Log2(language.Probability(sample))),
            ];
            Assert.Equal(information.Count(ic => ic <= part.LargestInformation + 1e-9) / 400.0, row.SimpleShare, 1e-12);
            Assert.Equal(information.Average(), row.MeanInformation, 1e-9);
            Assert.Equal(
                Math.Sqrt(information.Average(ic => Math.Pow(ic - information.Average(), 2))), row.InformationDeviation, 1e-9);
            Assert.Equal(400, row.Histogram.Sum());
            for (var bin = 0; bin < row.Histogram.Count; bin++)
            {
                Assert.Equal(information.Count(ic => Math.Floor(2 * ic) == bin), row.Histogram[bin]);
            }
        }
    }

    [Fact]
    public void Accuracies_on_longer_sequences_are_those_of_each_sample_predicted_alone()
    {
        var settings = Settings(Dynamics.Mixture, positions: true);
        var (part, models) = Measure(settings);
        var language = new ToyWorld(settings).Language;
        var row = part.Rows.First(row => row.Length == 10);
        var samples = SequenceSet.Draw(
            language, 10, Plan.LengthSamples, settings.Alpha, new Philox(settings.Seed, "length 10")).Samples();
        foreach (var (model, expected) in new[]
        {
            (models.Single, row.Accuracies.Single), (models.Looped, row.Accuracies.Looped),
        })
        {
            // Nine positions: of them training knows the first three.
            var embedding = ToyEmbedding.Random(settings.Seed, 3, settings.Width, positions: 9);
            Assert.Equal(samples.Chunk(10).Count(IsRight) / 400.0, expected.Total, 1e-12);

            bool IsRight(int[] sample)
            {
                using var predictor = new ToyPredictor(
                    settings.Model(model.Architecture), sample.AsSpan(0, 9), 9, embedding, new CpuBackend());
                var logits = predictor.Predict(model.Theta!).ToArray();
                return Array.IndexOf(logits, logits.Max()) == sample[^1];
            }
        }
    }

    [Fact]
    public void A_part_is_read_back_as_it_was_written()
    {
        var part = Measure(Settings(Dynamics.Mixture, positions: true)).Part;
        var archive = new SeedArchive();
        part.Write(archive.Part("lengths"));
        var read = LengthPart.Read(archive.Part("lengths"));
        Assert.Equal(part.LargestInformation, read.LargestInformation);
        Assert.Equal(
            part.Rows.Prepend(part.Training).Select(row => row with { Histogram = [] }),
            read.Rows.Prepend(read.Training).Select(row => row with { Histogram = [] }));
        Assert.Equal(part.Rows.Select(row => row.Histogram), read.Rows.Select(row => row.Histogram));
        Assert.Equal(part.Training.Histogram, read.Training.Histogram);
    }

    private static ToySettings Settings(Dynamics dynamics, bool positions) => new()
    {
        Width = 4,
        Epochs = 40,
        Samples = 400,
        Seed = 6,
        Dynamics = dynamics,
        Positions = positions,
        Threads = 1,
        SpectrumEvery = 40,
    };

    private static (LengthPart Part, TrainedModels Models) Measure(ToySettings settings)
    {
        var world = new ToyWorld(settings);
        using var experiment = new ShiftExperiment(settings, world, Plan, new CpuBackend());
        var (_, models) = experiment.Run(CancellationToken.None);
        return (LengthExperiment.Run(settings, world, models, Plan, new CpuBackend(), CancellationToken.None), models);
    }
}
