using Looped.Kernels.Cpu;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;
using Looped.Tensors;

namespace Looped.Models.Tests.Recurrent;

public class TrainingStepTests
{
    private const double Rate = 3e-3;

    /// <summary>Rows of one to four loops, read at their own, at most the third, or all at the first.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_loss_reads_each_row_at_its_own_loop(int most)
    {
        var batch = RecurrentCase.Batch(new Copy(), 6, 4);
        Assert.Equal([1, 2, 3, 4], batch.Loops.Distinct().Order());
        var state = RecurrentCase.State(1, average: false);
        var plain = RecurrentCase.PlainLoss([.. state.Weights.Select(weights => weights.ToArray())], batch, most);
        using var step = Step(batch, most, new UpdateRule());
        step.Load(state);
        Assert.Equal(plain, step.Run(batch, Rate, 1).Loss, 1e-12);
    }

    /// <summary>Without decay and clipping AdamW's first moment after one step is a tenth of the gradient.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_gradient_is_that_of_the_plain_loss(int most)
    {
        var batch = RecurrentCase.Batch(new Addition(), 4, 3);
        var state = RecurrentCase.State(2, average: false);
        double[][] weights = [.. state.Weights.Select(array => array.ToArray())];
        using var step = Step(batch, most, new UpdateRule(WeightDecay: 0, Clip: 0));
        step.Load(state);
        var norm = step.Run(batch, Rate, 1).GradientNorm;
        step.Store(state);
        double[][] gradient = [.. state.First.Select(array => Array.ConvertAll(array, moment => moment / (1 - 0.9)))];
        Assert.Equal(Math.Sqrt(gradient.Sum(array => array.Sum(x => x * x))), norm, 1e-10);

        var random = new Philox(3, "directions");
        for (var trial = 0; trial < 3; trial++)
        {
            double[][] direction = [.. weights.Select(array => array.Select(_ => random.NextNormal()).ToArray())];
            const double Reach = 1e-5;
            var slope = (Loss(Reach) - Loss(-Reach)) / (2 * Reach);
            var product = gradient.Zip(direction).Sum(pair => pair.First.Zip(pair.Second, (g, d) => g * d).Sum());
            Assert.Equal(slope, product, 1e-7 * (1 + Math.Abs(slope)));

            double Loss(double reach) => RecurrentCase.PlainLoss(
                [.. weights.Zip(direction, (array, along) => array.Zip(along, (w, d) => w + (reach * d)).ToArray())],
                batch,
                most);
        }
    }

    /// <summary>Four steps by hand: clip by the norm of all, decay, moments with bias corrections, running mean.</summary>
    [Fact]
    public void Updates_clip_decay_and_average_as_their_formulas_say()
    {
        var (rule, rate) = (new UpdateRule(WeightDecay: 0.1, Clip: 0.05, Average: 0.75), 0.01);
        var batch = RecurrentCase.Batch(new Parity(), 5, 3);
        var (state, plain) = (RecurrentCase.State(4, average: true), RecurrentCase.State(4, average: true));
        using var step = Step(batch, 3, rule);
        using var bare = Step(batch, 3, new UpdateRule(WeightDecay: 0, Clip: 0));
        step.Load(state);
        for (var t = 1; t <= 4; t++)
        {
            step.Run(batch, rate / t, t);
            UpdateByHand(t);
        }

        step.Store(state);
        foreach (var (ours, theirs) in new[]
            {
                (state.Weights, plain.Weights), (state.First, plain.First), (state.Second, plain.Second),
                (state.Average!, plain.Average!),
            })
        {
            for (var i = 0; i < ours.Count; i++)
            {
                var scale = theirs[i].Max(Math.Abs);
                Assert.All(ours[i].Zip(theirs[i]), pair => Assert.Equal(pair.Second, pair.First, 1e-11 * scale));
            }
        }

        void UpdateByHand(int t)
        {
            var probe = new DecoderState<double>(
                [.. plain.Weights.Select(array => array.ToArray())], Zeros(), Zeros(), null, 0);
            bare.Load(probe);
            bare.Run(batch, 1e-300, 1);
            bare.Store(probe);
            double[][] gradient = [.. probe.First.Select(array => Array.ConvertAll(array, moment => moment / (1 - 0.9)))];
            var norm = Math.Sqrt(gradient.Sum(array => array.Sum(x => x * x)));
            Assert.True(norm > rule.Clip);
            var factor = rule.Clip / (norm + 1e-6);
            for (var i = 0; i < gradient.Length; i++)
            {
                for (var j = 0; j < gradient[i].Length; j++)
                {
                    var g = factor * gradient[i][j];
                    plain.Weights[i][j] *= 1 - (rate / t * rule.WeightDecay);
                    plain.First[i][j] += (1 - 0.9) * (g - plain.First[i][j]);
                    plain.Second[i][j] = (0.999 * plain.Second[i][j]) + ((1 - 0.999) * g * g);
                    var denominator = (Math.Sqrt(plain.Second[i][j]) / Math.Sqrt(1 - Math.Pow(0.999, t))) + 1e-8;
                    plain.Weights[i][j] -= rate / t / (1 - Math.Pow(0.9, t)) * plain.First[i][j] / denominator;
                    plain.Average![i][j] += (1 - rule.Average) * (plain.Weights[i][j] - plain.Average[i][j]);
                }
            }
        }

        double[][] Zeros() => [.. plain.Weights.Select(array => new double[array.Length])];
    }

    [Fact]
    public void A_gradient_below_the_greatest_norm_stays_as_it_is()
    {
        var batch = RecurrentCase.Batch(new Parity(), 5, 3);
        Assert.Equal(First(0), First(1e9));

        double[][] First(double clip)
        {
            var state = RecurrentCase.State(4, average: false);
            using var step = Step(batch, 3, new UpdateRule(Clip: clip));
            step.Load(state);
            step.Run(batch, Rate, 1);
            step.Store(state);
            return [.. state.First];
        }
    }

    [Fact]
    public void Rows_that_all_stop_at_the_first_loop_train_as_a_single_pass_does()
    {
        var batch = RecurrentCase.Batch(new Parity(), 4, 1);
        var (once, thrice) = (RecurrentCase.State(5, average: false), RecurrentCase.State(5, average: false));
        foreach (var (state, most) in new[] { (once, 1), (thrice, 3) })
        {
            using var step = Step(batch, most, new UpdateRule());
            step.Load(state);
            step.Run(batch, Rate, 1);
            step.Store(state);
        }

        for (var i = 0; i < once.Weights.Count; i++)
        {
            Assert.All(once.Weights[i].Zip(thrice.Weights[i]), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        }
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var batch = RecurrentCase.Batch(new Copy(), 4, 3);
        using var step = Step(batch, 3, new UpdateRule(Average: 0.9));
        step.Load(RecurrentCase.State(6, average: true));
        var t = 0;
        Assert.Equal(0, Allocations.OfThread(() => step.Run(batch, Rate, ++t)));
    }

    [Fact]
    public void The_rate_is_constant_and_then_half_a_cosine()
    {
        var schedule = new RateSchedule(2, 100, 300);
        Assert.Equal([2, 2], new[] { schedule.At(0), schedule.At(100) });
        Assert.Equal(1, schedule.At(200), 1e-12);
        Assert.Equal(2 * Math.Pow(Math.Cos(Math.PI * 3 / 8), 2), schedule.At(250), 1e-12);
        Assert.Equal(0, schedule.At(300), 1e-12);
        Assert.Equal(2, new RateSchedule(2, 100, 100).At(99));
    }

    private static TrainingStep<double> Step(TaskBatch batch, int most, UpdateRule rule) =>
        new(RecurrentCase.Settings(most), batch.Count, batch.RowLength, rule, new CpuBackend());
}
