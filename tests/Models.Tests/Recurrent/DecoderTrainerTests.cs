using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;
using Looped.Models.Training;

namespace Looped.Models.Tests.Recurrent;

public class DecoderTrainerTests
{
    private static readonly Gpt2Settings Model = new(Width: 16, Layers: 1, Heads: 4, Vocabulary: 6, Outputs: 6);

    [Fact]
    public void A_looped_decoder_learns_the_parity_of_few_bits()
    {
        using var trainer = Trainer(Plan(new OwnLoop(), steps: 400));
        var first = trainer.Step().Loss;
        var last = Losses(trainer, 399).TakeLast(20).Average();
        Assert.InRange(first, 1.4, 2.2);
        Assert.InRange(last, 0, 0.5);
        Assert.InRange(trainer.Accuracy(), 0.5, 1);
    }

    [Fact]
    public void Loops_follow_the_curriculum_and_the_plan()
    {
        Assert.Equal([1, 1, 2, 2, 3, 3, 3], Loops(new OwnLoop(), 7));
        Assert.Equal([1, 1, 1, 1, 1, 1, 1], Loops(new SinglePass(), 7));
        Assert.Equal([1, 1, 1, 1, 1, 3, 3], Loops(new ShiftAt(5), 7));
        Assert.Equal([1, 1, 1, 1, 1, 2, 3], Loops(new ShiftOver(4, 6, 3), 7));

        static IEnumerable<int> Loops(LoopPlan plan, int steps)
        {
            using var trainer = Trainer(Plan(plan, steps) with { Curriculum = new Curriculum(1, 3, 2) });
            return [.. Enumerable.Range(0, steps).Select(_ => trainer.Step().Loops)];
        }
    }

    /// <summary>With any fall counted as a plateau and any unrest as rest, the shift comes after one window and an epoch.</summary>
    [Fact]
    public void The_criterion_shifts_at_the_end_of_an_epoch()
    {
        var plan = Plan(new ShiftByCriterion(new ShiftCriterion(Fall: 1e9, Window: 2, Unrest: 1e9), Epoch: 3), steps: 20);
        using var trainer = Trainer(plan);
        var loops = Enumerable.Range(0, 12).Select(_ => trainer.Step().Loops).ToList();
        Assert.Equal(9, trainer.Log!.Shift);
        Assert.Equal([.. Enumerable.Repeat(1, 9), 3, 3, 3], loops);
        Assert.Equal(3, trainer.Log.Losses.Count);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void Going_on_from_a_stored_state_gives_the_same_bits(LoopPlan loops)
    {
        var plan = Plan(loops, steps: 12) with
        {
            Curriculum = new Curriculum(1, 3, 4), Update = new UpdateRule(Average: 0.9),
        };
        using var whole = Trainer(plan);
        var losses = Losses(whole, 12);
        whole.Store();
        for (var stop = 1; stop < 12; stop += 3)
        {
            using var first = Trainer(plan);
            Assert.Equal(losses[..stop], Losses(first, stop));
            first.Store();
            var log = first.Log is { } seen
                ? new ShiftLog((ShiftByCriterion)loops, seen.Losses, seen.Norms, seen.StepNorms)
                : null;
            using var second = new DecoderTrainer(plan, Copy(first.State), log, new CpuBackend());
            Assert.Equal(losses[stop..], Losses(second, 12 - stop));
            second.Store();
            Assert.Equal(whole.State.Weights, second.State.Weights);
            Assert.Equal(whole.State.Average, second.State.Average);
        }
    }

    public static TheoryData<LoopPlan> Plans =>
    [
        new SinglePass(),
        new OwnLoop(),
        new ShiftOver(2, 8, 3),
        new ShiftByCriterion(new ShiftCriterion(Fall: 1e9, Window: 2, Unrest: 1e9), Epoch: 2),
    ];

    [Fact]
    public void Bits_do_not_depend_on_the_number_of_threads()
    {
        var plan = Plan(new OwnLoop(), steps: 6) with { Rows = 32, Model = Model with { Width = 64 } };
        using var alone = Trainer(plan);
        using var team = new WorkerTeam(3);
        using var shared = new DecoderTrainer(plan, Initial(plan), null, new CpuBackend(team));
        Assert.Equal(Losses(alone, 6), Losses(shared, 6));
        alone.Store();
        shared.Store();
        Assert.Equal(alone.State.Weights, shared.State.Weights);
    }

    [Fact]
    public void Training_that_leaves_the_numbers_says_where()
    {
        using var trainer = Trainer(Plan(new OwnLoop(), 5) with { Rate = new RateSchedule(1e38, 5, 5) });
        var failure = Assert.Throws<DivergenceException>(() => Losses(trainer, 5));
        Assert.Equal("loss or gradient is not finite at step 2", failure.Message);
    }

    private static TrainingPlan Plan(LoopPlan loops, int steps) => new(
        new Parity(),
        Model,
        new Curriculum(3, 3, 1),
        loops,
        new UpdateRule(),
        new RateSchedule(3e-3, steps, steps),
        Rows: 16,
        Seed: 1);

    private static DecoderTrainer Trainer(TrainingPlan plan) => new(
        plan, Initial(plan), plan.Plan is ShiftByCriterion criterion ? new ShiftLog(criterion) : null, new CpuBackend());

    private static DecoderState<float> Initial(TrainingPlan plan) =>
        DecoderState<float>.Initialize(plan.Model, plan.Seed, plan.Update.Average > 0);

    private static DecoderState<float> Copy(DecoderState<float> state) => new(
        Copy(state.Weights)!, Copy(state.First)!, Copy(state.Second)!, Copy(state.Average), state.Step);

    private static float[][]? Copy(IReadOnlyList<float[]>? arrays) =>
        arrays is null ? null : [.. arrays.Select(array => array.ToArray())];

    private static double[] Losses(DecoderTrainer trainer, int steps) =>
        [.. Enumerable.Range(0, steps).Select(_ => trainer.Step().Loss)];
}
