using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Models.Optimizers;
using Looped.Models.Training;

namespace Looped.Models.Tests.Training;

public class ShiftTrainerTests
{
    private const int Epochs = 12;

    public static TheoryData<OptimizerSettings> Optimizers =>
        [new GradientDescent(0.2), new Momentum(0.05), new Adam(0.02), new AdamW(0.02)];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_shift_after_epoch_0_is_Looped_bit_for_bit(OptimizerSettings optimizer)
    {
        foreach (var learnsGate in new[] { false, true })
        {
            var (single, looped) = (new Recorder(), new Recorder());
            Train(optimizer, new FixedShift(0), single, looped, learnsGate);
            using var task = Looped(learnsGate);
            Assert.Single(single.Rows);
            Same(Alone(task, optimizer).Rows, looped.Rows);
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_shift_at_or_after_the_last_epoch_is_Single_bit_for_bit(OptimizerSettings optimizer)
    {
        foreach (var shift in new[] { Epochs, Epochs + 1 })
        {
            var (single, looped) = (new Recorder(), new Recorder());
            Train(optimizer, new FixedShift(shift), single, looped, learnsGate: false);
            using var task = new ToyTask(ToyArchitecture.Single);
            Assert.Empty(looped.Rows);
            Same(Alone(task, optimizer).Rows, single.Rows);
        }
    }

    [Fact]
    public void The_second_stage_starts_with_the_firsts_parameters_and_a_gate_as_set()
    {
        var (single, looped) = (new Recorder(), new Recorder());
        Train(new Adam(0.02), new FixedShift(5), single, looped, learnsGate: true);
        Assert.Equal(Enumerable.Range(0, 6), single.Rows.Select(row => row.Epoch));
        Assert.Equal(Enumerable.Range(5, Epochs - 4), looped.Rows.Select(row => row.Epoch));
        Assert.Equal([.. single.Rows[^1].Theta, 0.7], looped.Rows[0].Theta);

        using var task = Looped(learnsGate: true);
        var (loss, gradient) = task.Evaluate(task.Objective, looped.Rows[0].Theta);
        Assert.Equal(loss, looped.Rows[0].Loss);
        Assert.Equal(gradient, looped.Rows[0].Gradient);
    }

    [Fact]
    public void Adams_moments_and_steps_go_over_or_are_left_behind()
    {
        foreach (var keeps in new[] { true, false })
        {
            var (single, looped) = (new Recorder(), new Recorder());
            Train(new Adam(0.02), new FixedShift(5), single, looped, learnsGate: true, keeps);

            // The moments of the five updates of stage I, as Adam defines them; the gate's are zero.
            var size = looped.Rows[0].Theta.Length;
            var (first, second, step) = (new double[size], new double[size], 0);
            if (keeps)
            {
                foreach (var row in single.Rows.Take(5))
                {
                    Average(row.Gradient);
                }
            }

            foreach (var (before, after) in looped.Rows.Zip(looped.Rows.Skip(1)))
            {
                Average(before.Gradient);
                for (var i = 0; i < size; i++)
                {
                    var mean = first[i] / (1 - Math.Pow(0.9, step));
                    var square = second[i] / (1 - Math.Pow(0.999, step));
                    Assert.Equal(before.Theta[i] - (0.02 * mean / (Math.Sqrt(square) + 1e-8)), after.Theta[i], 1e-14);
                }
            }

            void Average(double[] gradient)
            {
                step++;
                for (var i = 0; i < gradient.Length; i++)
                {
                    first[i] = (0.9 * first[i]) + (0.1 * gradient[i]);
                    second[i] = (0.999 * second[i]) + (0.001 * gradient[i] * gradient[i]);
                }
            }
        }
    }

    [Fact]
    public void Batches_of_both_stages_are_those_of_one_run()
    {
        using var task = new ToyTask(ToyArchitecture.Single);
        using var looped = Looped(learnsGate: false);
        using var first = task.Batches(40);
        using var second = looped.Batches(40);
        using var trainer = new ShiftTrainer(
            new ShiftStage(task.Objective, task.Initial, first),
            new ShiftStage(looped.Objective, looped.Initial, second),
            new GradientDescent(0.1),
            new FixedShift(0),
            null,
            task.Backend,
            task.Team);
        var (ignored, found, expected) = (new Recorder(), new Recorder(), new Recorder());
        trainer.Run(4, ignored, found, CancellationToken.None);
        using var batches = looped.Batches(40);
        using var alone = looped.Trainer(new GradientDescent(0.1), batches);
        alone.Run(4, expected, CancellationToken.None);
        Same(expected.Rows, found.Rows);
    }

    [Fact]
    public void The_criterion_sees_Singles_own_curves()
    {
        using var task = new ToyTask(ToyArchitecture.Single);
        using var evaluation = Evaluation(task);
        var criterion = new ShiftCriterion(Fall: 0.02, Window: 3, Unrest: 0.5);
        var (single, looped) = (new Recorder(), new Recorder());
        var shift = Train(new Adam(0.02), criterion, single, looped, learnsGate: false, epochs: 200);

        var watch = criterion.Watch();
        foreach (var (epoch, _, theta, gradient) in Alone(task, new Adam(0.02), 200).Rows)
        {
            watch.Observe(epoch, evaluation.Loss(theta), Math.Sqrt(gradient.Sum(component => component * component)));
        }

        Assert.NotNull(shift);
        Assert.Equal(watch.Shift, shift);
        Assert.Equal(shift, single.Rows[^1].Epoch);
        Assert.Equal(shift, looped.Rows[0].Epoch);
    }

    [Fact]
    public void A_run_that_was_stopped_in_either_stage_goes_on_with_the_same_bits()
    {
        var (wholeSingle, wholeLooped) = (new Recorder(), new Recorder());
        Train(new Adam(0.02), new FixedShift(5), wholeSingle, wholeLooped, learnsGate: false);
        foreach (var stop in new[] { 0, 3, 5, 8 })
        {
            using var cancellation = new CancellationTokenSource();
            using var task = new ToyTask(ToyArchitecture.Single);
            using var other = Looped(learnsGate: false);
            using var trainer = new ShiftTrainer(
                new ShiftStage(task.Objective, task.Initial),
                new ShiftStage(other.Objective, other.Initial),
                new Adam(0.02),
                new FixedShift(5),
                null,
                task.Backend,
                task.Team);
            var single = new Recorder(StopAt);
            var looped = new Recorder(StopAt);
            Assert.Throws<OperationCanceledException>(() => trainer.Run(Epochs, single, looped, cancellation.Token));
            Assert.Equal(stop, trainer.Epoch);
            trainer.Run(Epochs, single, looped, CancellationToken.None);
            Same(wholeSingle.Rows, single.Rows);
            Same(wholeLooped.Rows, looped.Rows);

            void StopAt(int epoch)
            {
                if (epoch == stop)
                {
                    cancellation.Cancel();
                }
            }
        }
    }

    [Fact]
    public void A_criterion_without_a_validation_loss_is_refused()
    {
        using var task = new ToyTask();
        var stage = new ShiftStage(task.Objective, task.Initial);
        Assert.Throws<ArgumentException>(() => new ShiftTrainer(
            stage, stage, new Adam(0.01), new ShiftCriterion(), null, task.Backend, task.Team));
    }

    private static ToyTask Looped(bool learnsGate) => new(ToyArchitecture.Looped, gate: 0.7, learnsGate: learnsGate);

    private static ToyEvaluation Evaluation(ToyTask task)
    {
        var contexts = Contexts.Distinct(task.Set);
        return new ToyEvaluation(task.Model, contexts, new InformationGroups(task.Set), task.Embedding, task.Backend);
    }

    private static Recorder Alone(ToyTask task, OptimizerSettings optimizer, int epochs = Epochs)
    {
        var recorder = new Recorder();
        using var trainer = task.Trainer(optimizer);
        trainer.Run(epochs, recorder, CancellationToken.None);
        return recorder;
    }

    private static int? Train(
        OptimizerSettings optimizer,
        ShiftRule rule,
        Recorder single,
        Recorder looped,
        bool learnsGate,
        bool keeps = true,
        int epochs = Epochs)
    {
        using var first = new ToyTask(ToyArchitecture.Single);
        using var second = Looped(learnsGate);
        using var evaluation = Evaluation(first);
        using var trainer = new ShiftTrainer(
            new ShiftStage(first.Objective, first.Initial),
            new ShiftStage(second.Objective, second.Initial),
            optimizer,
            rule,
            evaluation,
            first.Backend,
            first.Team,
            keeps);
        trainer.Run(epochs, single, looped, CancellationToken.None);
        return trainer.Shift;
    }

    private static void Same(
        IReadOnlyList<(int Epoch, double Loss, double[] Theta, double[] Gradient)> expected,
        IReadOnlyList<(int Epoch, double Loss, double[] Theta, double[] Gradient)> found)
    {
        Assert.Equal(expected.Select(row => row.Epoch), found.Select(row => row.Epoch));
        Assert.Equal(expected.Select(row => row.Loss), found.Select(row => row.Loss));
        Assert.Equal(expected.SelectMany(row => row.Theta), found.SelectMany(row => row.Theta));
        Assert.Equal(expected.SelectMany(row => row.Gradient), found.SelectMany(row => row.Gradient));
    }
}
