using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Cli.Tests.Algorithmic;

/// <summary>The commands on a run of a moment.</summary>
public sealed class AlgorithmicCommandTests : IDisposable
{
    private readonly Looped _looped = new();

    public void Dispose() => _looped.Dispose();

    [Fact]
    public void A_run_says_how_far_it_is_and_leaves_its_files()
    {
        var output = _looped.Succeed(TinyRun.Arguments("a"));
        Assert.Matches(
            @"^step 3 of 80, loss \d\.\d{4}, accuracy \d\.\d\d, length 1, loops 1, \d+ tokens/s, \d+:\d\d min left\n", output);
        Assert.Matches(@"\nAccuracy by length: 1: \d\.\d{3}, .*5: \d\.\d{3}\nWeights: a[/\\]final.safetensors\n$", output);
        Assert.Equal(
            [
                "a", "a/checkpoints", "a/checkpoints/step-000000072.safetensors", "a/checkpoints/step-000000076.safetensors",
                "a/config.json", "a/events.out.tfevents.0.looped", "a/final.safetensors", "a/lengths.csv", "a/metrics.csv",
            ],
            _looped.Files);

        // Rows at each third step, at evaluations and at the end; loops from the shift on.
        var rows = TinyRun.Metrics(_looped, "a").Skip(1).Select(row => row.Split(',')).ToList();
        Assert.Equal(
            Enumerable.Range(1, TinyRun.Steps).Where(step => step % 3 == 0 || step % 20 == 0).Select(step => $"{step}"),
            rows.Select(row => row[0]));
        Assert.All(rows, row => Assert.Equal(int.Parse(row[0]) <= 20 ? "1" : "3", row[2]));
        Assert.Equal(["20", "40", "60", "80"], rows.Where(row => row[8] != "").Select(row => row[0]));
        Assert.Equal(6, File.ReadAllLines(_looped.PathOf("a/lengths.csv")).Length);
    }

    [Fact]
    public void A_finished_run_that_is_resumed_stays_as_it_is()
    {
        _looped.Succeed(TinyRun.Arguments("a"));
        var before = _looped.Read("a/metrics.csv");
        _looped.Succeed(TinyRun.Arguments("a", "--resume"));
        Assert.Equal(before, _looped.Read("a/metrics.csv"));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        _looped.Succeed(TinyRun.Arguments("a"));
        _looped.Succeed(TinyRun.With(TinyRun.Arguments("b"), "--threads", "3"));
        Assert.Equal(_looped.Read("a/final.safetensors"), _looped.Read("b/final.safetensors"));
    }

    [Fact]
    public void Eval_generate_and_info_read_what_a_run_left()
    {
        _looped.Succeed(TinyRun.Arguments("a"));
        var info = _looped.Succeed("info", "a");
        Assert.Contains("task        parity: the sum of n bits modulo 2\n", info);
        Assert.Contains("model       width 16, layers 1, heads 2, vocabulary 6; ", info);
        Assert.Contains("training    80 steps, lengths up to 3, seed 0, ", info);
        Assert.Contains("running mean", info);

        var table = _looped.Succeed("eval", "a/final.safetensors", "--lengths", "2-4", "--samples", "8", "--batch", "8", "--out", "e.csv");
        Assert.Equal(4, table.Count(letter => letter == '\n'));
        Assert.Matches(@"\n +4 +\d\.\d{4} +\d+\.\d{3} +\d+\.\d  beyond training\n$", table);
        Assert.StartsWith("length,samples,accuracy,loss,loops\n2,8,", File.ReadAllText(_looped.PathOf("e.csv")));

        var answer = _looped.Succeed("generate", "a", "--input", "1 0", "--show-loops");
        Assert.Equal(2 + 20 + 1, answer.Count(letter => letter == '\n'));
        Assert.Single(answer.Split('\n'), line => line.EndsWith("<- read here"));
        Assert.Matches(@"\n\S+  \(loop \d+ of 22; (right|the right answer is 1)\)\n$", answer);
        Assert.Contains("  (loop 2 of 22; ", _looped.Succeed("generate", "a", "--input", "10", "--given-loop"));
    }

    [Fact]
    public void Tasks_show_prints_a_sample_with_its_row_targets_and_loops()
    {
        var lines = _looped.Succeed("tasks", "show", "parity", "--length", "3", "--seed", "1").TrimEnd('\n').Split('\n');
        var prompt = lines[1]["prompt   ".Length..];
        Assert.Matches("^[01] [01] [01] 2$", prompt);
        var answer = prompt.Count(letter => letter == '1') % 2;
        Assert.Equal(
            [
                "parity: the sum of n bits modulo 2",
                $"prompt   {prompt}",
                $"answer   {answer}",
                $"row      {prompt} 3",
                $"targets  . . . {answer} 3",
                "scored         ^ ^",
                "         5 positions, of which 2 are scored, from the last separator on; 3 ends input and answer",
                "loops    3; inference tries up to 23",
            ],
            lines);
    }

    [Fact]
    public void A_folder_that_holds_something_is_not_written_to()
    {
        _looped.Succeed(TinyRun.Arguments("a"));
        _looped.Refuse(TinyRun.Arguments("a"), "a exists already", "--resume");
        _looped.Refuse([.. TinyRun.Arguments("a", "--resume"), "--seed", "3"], "holds a run with seed 0, not 3");
        _looped.Write("letter.txt", "dear");
        Directory.CreateDirectory(_looped.PathOf("mine"));
        _looped.Write("mine/letter.txt", "dear");
        _looped.Refuse(TinyRun.Arguments("mine", "--resume"), "mine holds no run on an algorithmic task");
        _looped.Refuse(TinyRun.Arguments("letter.txt", "--resume"), "letter.txt");
    }

    [Fact]
    public void A_folder_that_another_process_writes_is_refused()
    {
        using var process = _looped.Start(TinyRun.With(TinyRun.Arguments("a"), "--steps", "1000000"));
        Assert.NotNull(process.StandardOutput.ReadLine());
        var outcome = _looped.Run(TinyRun.With(TinyRun.Arguments("a", "--resume"), "--steps", "1000000"));
        process.Kill();
        process.WaitForExit();
        Assert.Equal((2, "looped: a is in use by another run; --out names another folder\n"), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public void Files_that_are_no_sound_checkpoint_are_refused_in_a_sentence()
    {
        _looped.Succeed(TinyRun.Arguments("a"));
        var sound = _looped.Read("a/final.safetensors");
        File.WriteAllBytes(_looped.PathOf("cut"), sound[..^7]);
        File.WriteAllBytes(_looped.PathOf("flipped"), [.. sound[..^7], (byte)(sound[^7] ^ 4), .. sound[^6..]]);
        _looped.Write("letter", "dear reader, this is no checkpoint");
        Safetensors.Write(
            _looped.PathOf("foreign"),
            [KeyValuePair.Create("wte.weight", NpyArray.Create<float>(new Shape(2), [1, 2]))]);
        foreach (var (name, part) in new[]
            {
                ("cut", "cut"), ("flipped", "flipped is damaged"), ("letter", "letter is not a safetensors file"),
                ("foreign", "foreign is no checkpoint of a looped decoder"), ("absent", "there is no file absent"),
            })
        {
            _looped.Refuse(["info", name], part);
        }

        _looped.Refuse(["eval", "flipped"], "flipped is damaged");
        _looped.Refuse(["generate", "foreign", "--input", "1"], "foreign is no checkpoint");
        _looped.Refuse(["generate", "a", "--input", "12"], "symbols from 0 to 1, not 2");
        _looped.Refuse(["generate", "a", "--input", "1x"], "not 'x'");
        _looped.Refuse(["eval", "a", "--lengths", "9-3"], "--lengths must be", "9-3");
    }

    [Theory]
    [InlineData("--task", "juggling", "task must be parity, addition")]
    [InlineData("--paradigm", "twice", "paradigm must be single, looped or shift")]
    [InlineData("--shift", "9-3", "shift must be scp")]
    [InlineData("--heads", "3", "heads must divide the width")]
    [InlineData("--test-to", "3", "test-to must be greater than end = 3")]
    [InlineData("--steps", "0", "steps must be a whole number")]
    public void Settings_out_of_range_are_refused(string option, string value, string part) =>
        _looped.Refuse(TinyRun.With(TinyRun.Arguments("a"), option, value), part);
}
