using Looped.Models.Gpt2;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;
using Looped.Models.Training;
using Looped.Studies.Algorithmic;
using Looped.Studies.Settings;

namespace Looped.Studies.Tests.Algorithmic;

public class AlgorithmicSettingsTests
{
    [Fact]
    public void The_published_scale_is_the_published_setting()
    {
        foreach (var task in AlgorithmicTasks.All)
        {
            var plan = new AlgorithmicSettings { Task = task, Scale = RunScale.Paper }.Plan();
            Assert.Equal(
                new Gpt2Settings(256, task.Layers, task.Heads, task.Vocabulary, task.Vocabulary), plan.Model);
            Assert.Equal((task.Curriculum, 64), (plan.Curriculum, plan.Rows));
            Assert.Equal(new UpdateRule(0.01, 1, 0), plan.Update);
            Assert.Equal(new RateSchedule(1e-4, task.Curriculum.LastGrowth, 50_001), plan.Rate);
        }
    }

    [Theory]
    [InlineData(RunScale.Tiny, 64)]
    [InlineData(RunScale.Small, 128)]
    public void Smaller_scales_fit_every_task(RunScale scale, int width)
    {
        foreach (var task in AlgorithmicTasks.All)
        {
            var settings = new AlgorithmicSettings { Task = task, Scale = scale };
            var plan = settings.Plan();
            Assert.Equal(width, plan.Model.Width);
            Assert.InRange(plan.Curriculum.End, 2, task.Curriculum.End - 1);
            Assert.InRange(settings.Resolve().TestTo!.Value, plan.Curriculum.End + 1, task.TestLength);
            Assert.True(plan.Curriculum.LastGrowth < plan.Rate.Steps);
        }
    }

    [Fact]
    public void Paradigms_are_plans_of_loops()
    {
        Assert.IsType<SinglePass>(Plan(Paradigm.Single, "scp"));
        Assert.IsType<OwnLoop>(Plan(Paradigm.Looped, "scp"));
        Assert.Equal(new ShiftByCriterion(new ShiftCriterion(0.01, 10, 0.5), 20), Plan(Paradigm.Shift, "scp"));
        Assert.Equal(new ShiftAt(300), Plan(Paradigm.Shift, "300"));
        Assert.Equal(new ShiftOver(300, 900, 6), Plan(Paradigm.Shift, "300-900"));

        static LoopPlan Plan(Paradigm paradigm, string shift) =>
            new AlgorithmicSettings { Paradigm = paradigm, Shift = shift }.Plan().Plan;
    }

    [Fact]
    public void Every_option_reads_back_what_it_writes()
    {
        var settings = new AlgorithmicSettings { Task = new UniqueSet(), Width = 32, Rate = 0.5, Shift = "3-9" };
        foreach (var option in AlgorithmicSettings.Options)
        {
            Assert.Equal(
                RunConfiguration.Line(settings), RunConfiguration.Line(option.Apply(settings, option.Get(settings))));
            Assert.NotEqual(string.Empty, option.Description);
        }
    }

    [Fact]
    public void Settings_that_contradict_each_other_are_refused() => Assert.Contains(
        "1 <= start <= end",
        Assert.Throws<SettingException>(() => new AlgorithmicSettings { Start = 5, End = 3 }.Plan()).Message);
}
