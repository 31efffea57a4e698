using Looped.Models.Optimizers;
using Looped.Models.Training;

namespace Looped.Models.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void Rows_go_from_the_initialisation_to_the_last_epoch_and_are_of_theta_there()
    {
        using var task = new ToyTask();
        using var trainer = task.Trainer(new Adam(0.05));
        var recorder = new Recorder();
        trainer.Run(6, recorder, CancellationToken.None);

        Assert.Equal(Enumerable.Range(0, 7), recorder.Rows.Select(row => row.Epoch));
        Assert.Equal(task.Initial, recorder.Rows[0].Theta);
        foreach (var row in recorder.Rows)
        {
            var (loss, gradient) = task.Evaluate(task.Objective, row.Theta);
            Assert.Equal(loss, row.Loss);
            Assert.Equal(gradient, row.Gradient);
        }
    }

    [Fact]
    public void A_full_batch_epoch_is_one_update_with_the_gradient_of_the_row_before()
    {
        using var task = new ToyTask();
        using var trainer = task.Trainer(new GradientDescent(0.4));
        var recorder = new Recorder();
        trainer.Run(5, recorder, CancellationToken.None);
        foreach (var (before, after) in recorder.Rows.Zip(recorder.Rows.Skip(1)))
        {
            for (var i = 0; i < before.Theta.Length; i++)
            {
                Assert.Equal(before.Theta[i] - (0.4 * before.Gradient[i]), after.Theta[i], 1e-15);
            }
        }
    }

    [Fact]
    public void A_batch_of_all_samples_trains_as_the_whole_set_does()
    {
        using var task = new ToyTask();
        using var whole = task.Trainer(new Adam(0.02));
        using var batches = task.Batches(task.Set.SampleCount);
        using var batched = task.Trainer(new Adam(0.02), batches);
        var (expected, found) = (new Recorder(), new Recorder());
        whole.Run(15, expected, CancellationToken.None);
        batched.Run(15, found, CancellationToken.None);
        foreach (var (a, b) in expected.Rows.Zip(found.Rows))
        {
            Assert.Equal(a.Loss, b.Loss, 1e-12);
            Assert.All(a.Theta.Zip(b.Theta), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }
    }

    [Fact]
    public void An_epoch_of_batches_is_one_update_a_batch()
    {
        using var task = new ToyTask();
        using var batches = task.Batches(40);
        using var trainer = task.Trainer(new GradientDescent(0.3), batches);
        var recorder = new Recorder();
        trainer.Run(2, recorder, CancellationToken.None);

        var (theta, gradient) = (task.Initial.ToArray(), new double[task.Initial.Length]);
        using var again = task.Batches(40);
        for (var epoch = 0; epoch < 2; epoch++)
        {
            for (var batch = 0; batch < 4; batch++)
            {
                again.Gradient(epoch, batch, theta, gradient);
                for (var i = 0; i < theta.Length; i++)
                {
                    theta[i] -= 0.3 * gradient[i];
                }
            }

            Assert.All(theta.Zip(recorder.Rows[epoch + 1].Theta), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        }
    }

    [Fact]
    public void A_cancelled_run_stops_between_epochs_and_can_go_on()
    {
        using var task = new ToyTask();
        using var straight = task.Trainer(new Momentum(0.05));
        using var halted = task.Trainer(new Momentum(0.05));
        var expected = new Recorder();
        straight.Run(8, expected, CancellationToken.None);

        using var cancellation = new CancellationTokenSource();
        var recorder = new Recorder(epoch =>
        {
            if (epoch == 3)
            {
                cancellation.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => halted.Run(8, recorder, cancellation.Token));
        Assert.Equal([0, 1, 2, 3], recorder.Rows.Select(row => row.Epoch));
        Assert.Equal(3, halted.Epoch);

        halted.Run(8, recorder, CancellationToken.None);
        Assert.Equal(expected.Rows.Select(row => row.Epoch), recorder.Rows.Select(row => row.Epoch));
        Assert.Equal(expected.Rows.SelectMany(row => row.Theta), recorder.Rows.SelectMany(row => row.Theta));
    }

    [Fact]
    public void Training_that_leaves_the_finite_numbers_says_where_and_shows_none_of_them()
    {
        using var task = new ToyTask();
        using var trainer = task.Trainer(new GradientDescent(1e6));
        var recorder = new Recorder();
        var failure = Assert.Throws<DivergenceException>(() => trainer.Run(100, recorder, CancellationToken.None));
        Assert.Contains($"after epoch {recorder.Rows.Count}", failure.Message);
        Assert.NotEmpty(recorder.Rows);
        Assert.All(recorder.Rows, row =>
        {
            Assert.True(double.IsFinite(row.Loss));
            Assert.All(row.Gradient, component => Assert.True(double.IsFinite(component)));
        });
    }

    [Fact]
    public void A_full_batch_epoch_allocates_nothing()
    {
        using var task = new ToyTask();
        using var trainer = task.Trainer(new Adam(0.01));
        trainer.RunEpoch();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var epoch = 0; epoch < 100; epoch++)
        {
            trainer.RunEpoch();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
