using Looped.Models.Tasks;
using Looped.Studies.Algorithmic;
using Looped.Studies.PracticalStudy;

namespace Looped.Studies.Tests.PracticalStudy;

public class PracticalStudySettingsTests
{
    [Theory]
    [InlineData(RunScale.Tiny, 2, 2)]
    [InlineData(RunScale.Small, 5, 2)]
    [InlineData(RunScale.Paper, 5, 3)]
    public void A_study_is_every_task_under_every_paradigm_and_seed(RunScale scale, int tasks, int seeds)
    {
        var cells = new PracticalStudySettings { Run = new() { Scale = scale, Seed = 7 } }.Cells().ToList();
        Assert.Equal(tasks * 3 * seeds, cells.Count);
        Assert.Equal(cells.Count, cells.Select(cell => cell.Folder).Distinct().Count());
        Assert.All(cells, cell => Assert.InRange(cell.Settings.Seed, 7ul, 6ul + (ulong)seeds));
    }

    [Fact]
    public void More_seeds_and_tasks_add_runs_and_change_none()
    {
        var few = new PracticalStudySettings { Seeds = 1, Tasks = [new Copy()] };
        var more = few with { Seeds = 3, Tasks = [new Copy(), new Addition()] };
        Assert.Subset(Lines(more), Lines(few));

        static HashSet<string> Lines(PracticalStudySettings study) =>
            [.. study.Cells().Select(cell => RunConfiguration.Line(cell.Settings))];
    }

    [Fact]
    public void The_words_of_a_run_read_back_to_its_settings()
    {
        var study = new PracticalStudySettings { Run = new() { Width = 32, Rate = 0.5, Shift = "3-9", ShiftFall = 0.25 } };
        foreach (var cell in study.Cells())
        {
            var words = cell.Arguments("somewhere");
            Assert.Equal(["run", "algorithmic"], words.Take(2));
            Assert.Equal(["--out", "somewhere", "--resume", "--quiet"], words.TakeLast(4));
            var read = words.Skip(2).SkipLast(4).Chunk(2).Aggregate(
                new AlgorithmicSettings(),
                (settings, pair) => AlgorithmicSettings.Options.Single(option => $"--{option.Name}" == pair[0]).Apply(settings, pair[1]));
            Assert.Equal(RunConfiguration.Line(cell.Settings), RunConfiguration.Line(read));
            Assert.Equal(1, read.Threads);
        }
    }

    [Fact]
    public void Every_option_reads_back_what_it_writes()
    {
        var study = new PracticalStudySettings { Seeds = 4, Tasks = [new UniqueSet(), new Parity()], Processes = 3 };
        foreach (var option in PracticalStudySettings.Options)
        {
            Assert.Equal(option.Get(study), option.Get(option.Apply(new PracticalStudySettings(), option.Get(study))));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("copy,juggling")]
    [InlineData("copy,copy")]
    public void Tasks_are_distinct_names_of_tasks(string tasks)
    {
        var option = PracticalStudySettings.Options.Single(option => option.Name == "tasks");
        Assert.Null(option.Set(new PracticalStudySettings(), tasks));
    }
}
