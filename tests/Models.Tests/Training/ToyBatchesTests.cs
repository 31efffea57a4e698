using Looped.Models.Attention;

namespace Looped.Models.Tests.Training;

public class ToyBatchesTests
{
    [Theory]
    [InlineData(1, 150)]
    [InlineData(7, 22)]
    [InlineData(75, 2)]
    [InlineData(150, 1)]
    [InlineData(1000, 1)]
    public void An_epoch_has_as_many_batches_as_hold_all_samples(int size, int batches)
    {
        using var task = new ToyTask();
        using var source = task.Batches(size);
        Assert.Equal(batches, source.BatchesPerEpoch);
    }

    [Fact]
    public void An_epoch_of_single_samples_has_the_gradient_of_each_sample_once()
    {
        using var task = new ToyTask();
        double[][] gradients =
        [
            .. Enumerable.Range(0, task.Set.Count).Select(i => task.Evaluate(OneSequence(task, i), task.Initial).Gradient),
        ];

        // Sequences whose earlier tokens are the same in another order have the same gradient.
        int[] firstAlike = [.. gradients.Select(gradient => Nearest(gradient))];
        var expected = new int[gradients.Length];
        for (var i = 0; i < expected.Length; i++)
        {
            expected[firstAlike[i]] += task.Set.Counts[i];
        }

        using var batches = task.Batches(1);
        foreach (var epoch in new[] { 0, 5 })
        {
            var counts = new int[gradients.Length];
            foreach (var gradient in Gradients(batches, epoch, task.Initial))
            {
                counts[Nearest(gradient)]++;
            }

            Assert.Equal(expected, counts);
        }

        int Nearest(double[] gradient) =>
            Enumerable.Range(0, gradients.Length).First(i => Distance(gradients[i], gradient) < 1e-12);
    }

    [Fact]
    public void The_batches_of_an_epoch_average_to_the_whole_set()
    {
        using var task = new ToyTask();
        using var batches = task.Batches(32);
        var (_, expected) = task.Evaluate(task.Objective, task.Initial);
        var sum = new double[expected.Length];
        var left = task.Set.SampleCount;
        foreach (var gradient in Gradients(batches, epoch: 2, task.Initial))
        {
            var samples = Math.Min(32, left);
            left -= samples;
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += gradient[i] * samples / task.Set.SampleCount;
            }
        }

        Assert.Equal(0, left);
        Assert.All(expected.Zip(sum), pair => Assert.Equal(pair.First, pair.Second, 1e-13));
    }

    [Fact]
    public void The_order_depends_on_seed_and_epoch_alone()
    {
        using var task = new ToyTask();
        using var travelled = task.Batches(10);
        using var fresh = task.Batches(10);
        using var otherSeed = task.Batches(10, seed: 12);
        var first = Gradients(travelled, 0, task.Initial);
        Gradients(travelled, 1, [.. task.Initial.Select(x => 2 * x)]);
        var third = Gradients(travelled, 2, task.Initial);

        Assert.Equal(third, Gradients(fresh, 2, task.Initial));
        Assert.Equal(first, Gradients(fresh, 0, task.Initial));
        Assert.NotEqual(third, first);
        Assert.NotEqual(first, Gradients(otherSeed, 0, task.Initial));
    }

    [Fact]
    public void A_batch_allocates_nothing()
    {
        using var task = new ToyTask();
        using var batches = task.Batches(5);
        var gradient = new double[task.Initial.Length];
        batches.Gradient(0, 0, task.Initial, gradient);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var batch = 1; batch < batches.BatchesPerEpoch; batch++)
        {
            batches.Gradient(0, batch, task.Initial, gradient);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>The loss of one distinct sequence.</summary>
    private static Autodiff.Objective OneSequence(ToyTask task, int index)
    {
        var sequence = task.Set.Sequence(index);
        var target = new double[3];
        target[sequence[^1]] = 1;
        return ToyObjective.Of(task.Model, sequence[..^1], sequence.Length - 1, target, task.Embedding);
    }

    private static double[][] Gradients(ToyBatches batches, int epoch, double[] theta)
    {
        var gradients = new double[batches.BatchesPerEpoch][];
        for (var batch = 0; batch < gradients.Length; batch++)
        {
            gradients[batch] = new double[theta.Length];
            batches.Gradient(epoch, batch, theta, gradients[batch]);
        }

        return gradients;
    }

    private static double Distance(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();
}
