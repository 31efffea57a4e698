using Looped.Kernels.Cpu;
using Looped.Models.Data;
using Looped.Studies.Ledger;
using Looped.Studies.Statistics;
using Looped.Studies.Toy;
using Looped.Studies.ToyStudy;

namespace Looped.Studies.Tests.ToyStudy;

public class ToyStudyTests
{
    private static readonly ToyStudySettings Small = new()
    {
        Run = new ToySettings { Width = 3, Epochs = 30, Samples = 300, Seed = 4 },
        Seeds = 2,
        Threads = 2,
    };

    [Fact]
    public void Every_seed_is_run_in_every_world()
    {
        var cells = Small.Cells().ToList();

        Assert.Equal(4, cells.Count);
        Assert.Equal([4UL, 4UL, 5UL, 5UL], cells.Select(cell => cell.Settings.Seed));
        Assert.Equal([(Dynamics.Cyclic, false), (Dynamics.Mixture, true)], cells.Take(2).Select(c => (c.Settings.Dynamics, c.Settings.Positions)));
        Assert.Equal(4, cells.Select(cell => cell.File).Distinct().Count());
    }

    [Fact]
    public void A_sweep_changes_one_setting_at_a_time()
    {
        var cells = (Small with { Sweep = true }).Cells().Where(cell => cell.Variation != Variation.None).ToList();

        Assert.Equal(cells.Count, cells.Select(cell => cell.File).Distinct().Count());
        foreach (var cell in cells)
        {
            var changed = ToySettings.Options
                .Where(option => option.Name is not ("seed" or "spectrum-every" or "threads" or "dynamics" or "positions"))
                .Where(option => option.Get(cell.Settings) != option.Get(Small.Run))
                .Select(option => option.Name);
            Assert.Equal(
                cell.Variation.IsBaseline || cell.Variation.Option == "dynamics" ? [] : [cell.Variation.Option], changed);
            Assert.Equal(10, cell.Settings.SpectrumEvery);
        }
    }

    [Fact]
    public void A_seed_measured_before_is_read_back_and_another_setting_is_measured_again()
    {
        using var temporary = new TemporaryFolder();
        var folder = temporary.PathOf("study");
        var first = Measure(Small, folder);
        var files = Directory.GetFiles(Path.Combine(folder, "seeds")).ToDictionary(file => file, File.ReadAllBytes);
        Assert.Equal(4, files.Count);
        Assert.Equal(0, first.LoadedCount);

        var again = Measure(Small with { Seeds = 3 }, folder);
        Assert.Equal(4, again.LoadedCount);
        Assert.All(files, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
        Assert.Equal(Rows(first), Rows(again).Take(4));

        Assert.Equal(0, Measure(Small with { Run = Small.Run with { LearningRate = 0.02 } }, folder).LoadedCount);
    }

    [Fact]
    public void A_damaged_file_is_measured_again()
    {
        using var temporary = new TemporaryFolder();
        var folder = temporary.PathOf("study");
        Measure(Small, folder);
        var file = Directory.GetFiles(Path.Combine(folder, "seeds"))[0];
        var bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);

        Assert.Equal(3, Measure(Small, folder).LoadedCount);
        Assert.Equal(bytes.Length, new FileInfo(file).Length);
    }

    [Fact]
    public void Measurements_are_those_of_a_toy_run_and_do_not_depend_on_the_threads()
    {
        using var temporary = new TemporaryFolder();
        var one = Measure(Small with { Threads = 1 }, temporary.PathOf("one"));
        var two = Measure(Small with { Threads = 2 }, temporary.PathOf("two"));
        Assert.Equal(Rows(one), Rows(two));

        var plain = Toy.Runs.Of(one.Results()[0].Cell.Settings);
        var course = one.Results()[0].Result.Course;
        Assert.Equal(plain.Ceilings, course.Ceilings);
        foreach (var (expected, found) in plain.Models.Zip(course.Models))
        {
            Assert.Equal(expected.Rows.Select(Flat), found.Rows.Select(Flat));
            Assert.Equal(
                expected.SpectrumRows.SelectMany(row => row.Spectrum!.Values),
                found.SpectrumRows.SelectMany(row => row.Spectrum!.Values));
        }
    }

    [Fact]
    public void A_diverged_training_says_so_after_reading_back()
    {
        using var temporary = new TemporaryFolder();
        var settings = Small with
        {
            Seeds = 1,
            Run = Small.Run with { Optimizer = OptimizerKind.Sgd, LearningRate = 1000 },
        };
        var folder = temporary.PathOf("study");
        Measure(settings, folder);

        Assert.Contains(
            Measure(settings, folder).Results(),
            result => result.Result.Course.Models.Any(model => model.Divergence is not null));
    }

    [Fact]
    public void Every_claim_is_judged_in_every_world_with_its_interval()
    {
        using var temporary = new TemporaryFolder();
        var ledger = StudyLedger.Judge(Measure(Small, temporary.PathOf("study")).Results());

        foreach (var id in new[] { "O1", "O2a", "O2b", "M1" })
        {
            var rows = ledger.Rows.Where(row => row.Id == id).ToList();
            Assert.Equal(["cyclic", "mixture+positions"], rows.Select(row => row.Settings["world"]));
            Assert.All(rows, row => Assert.True(row.Low <= row.Value && row.Value <= row.High, $"{id}: {row}"));
        }
    }

    [Theory]
    [InlineData(0.1, 0.3, Verdict.Supported, Verdict.NotSupported, Verdict.Supported)]
    [InlineData(-0.1, 0.3, Verdict.NotSupported, Verdict.NotSupported, Verdict.Supported)]
    [InlineData(-0.3, -0.1, Verdict.NotSupported, Verdict.Supported, Verdict.Supported)]
    [InlineData(-0.6, 0.1, Verdict.NotSupported, Verdict.NotSupported, Verdict.NotSupported)]
    [InlineData(double.NaN, double.NaN, Verdict.Depends, Verdict.Depends, Verdict.Depends)]
    public void Verdicts_follow_from_where_the_interval_lies(
        double low, double high, Verdict above, Verdict below, Verdict inside)
    {
        var interval = new Interval(0, low, high, 10);

        Assert.Equal((above, below, inside), (Rules.Above(interval), Rules.Below(interval), Rules.Inside(interval, -0.5, 0.5)));
    }

    [Fact]
    public void A_claim_of_parts_depends_where_they_disagree()
    {
        Assert.Equal(Verdict.Supported, Rules.All(Verdict.Supported, Verdict.Supported));
        Assert.Equal(Verdict.NotSupported, Rules.All(Verdict.NotSupported));
        Assert.Equal(Verdict.Depends, Rules.All(Verdict.Supported, Verdict.NotSupported));
    }

    private static ToyStudyRun Measure(ToyStudySettings settings, string folder)
    {
        settings.Validate(1L << 34);
        var run = new ToyStudyRun(settings, new CpuBackend(), folder);
        run.Start();
        Assert.True(run.Wait(TimeSpan.FromMinutes(5)));
        Assert.True(run.IsComplete);
        return run;
    }

    /// <summary>Loss, accuracy and spectrum of every row of every seed.</summary>
    private static IEnumerable<string> Rows(ToyStudyRun run) => run.Results()
        .OrderBy(result => (result.Cell.Settings.Seed, result.Cell.World.Name))
        .Select(result => string.Join('\n', result.Result.Course.Models.SelectMany(model => model.Rows).Select(row =>
            $"{Flat(row)} {string.Join(' ', row.Spectrum?.Values ?? [])}")));

    private static (int, double, Accuracies, double, double?, double?) Flat(ToyRow row) =>
        (row.Epoch, row.Loss, row.Accuracy, row.GradientNorm, row.Spectrum?.Entropy, row.Spectrum?.Information);
}
