using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Looped.Kernels;
using Looped.Models.Retrofit;
using Looped.Models.Training;
using Looped.Studies;
using Looped.Studies.Retrofit;
using Looped.Tensors.IO;

namespace Looped.Cli;

/// <summary><c>looped retrofit</c>: a public GPT-2 with blocks made recursive, trained on.</summary>
internal static class RetrofitCommand
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(3);

    public static Command Create()
    {
        var settings = new StudyArguments<RetrofitSettings>(RetrofitSettings.Options, new RetrofitSettings());
        var weights = PathOption.Required("--weights", "safetensors file with a public GPT-2 checkpoint");
        var tokens = PathOption.Required("--tokens", "NPY file with rows of tokens, integers N x L");
        var logits = PathOption.Optional(
            "--logits", "NPY file for the logits of all rows before training, N x L x vocabulary in float32");
        var output = PathOption.Checked(new Option<string>("--out")
        {
            Description = "folder for the results",
            HelpName = "folder",
            DefaultValueFactory = _ => Path.Combine("runs", "retrofit"),
        });
        var force = new Option<bool>("--force") { Description = "replace the files of an earlier run in that folder" };
        var quiet = new Option<bool>("--quiet") { Description = "no progress, no closing line" };
        var command = new Command(
            "retrofit", "Makes blocks of a public GPT-2 recursive and goes on training it to predict the next token.");
        command.Add(weights);
        command.Add(tokens);
        settings.AddTo(command);
        command.Add(logits);
        command.Add(output);
        command.Add(force);
        command.Add(quiet);
        command.Add(DeviceOption.Create());
        command.Add(NumericsOption.Create());
        command.SetAction(parsed => UserErrors.Guard(() =>
        {
            var chosen = settings.Read(parsed);
            var logitsPath = parsed.GetValue(logits) is { } path ? PathOption.Writable(logits.Name, path) : null;
            using var interrupt = new Interrupt();
            using var team = new WorkerTeam(chosen.Threads);
            var backend = NumericsOption.Backend(parsed, team);
            try
            {
                var (run, rows) = Open(chosen, parsed.GetValue(weights)!, parsed.GetValue(tokens)!, backend);
                using var folder = RunFolder.Create(parsed.GetValue(output)!, parsed.GetValue(force));
                if (logitsPath is not null)
                {
                    var array = run.Logits(rows);
                    AtomicFile.Write(logitsPath, stream => Npy.Write(stream, array));
                }

                return Train(run, chosen, folder, parsed.GetValue(quiet), interrupt);
            }
            catch (ArgumentException failure)
            {
                throw new UserException(failure.Message);
            }
        }));
        return command;
    }

    private static (RetrofitRun Run, int Rows) Open(RetrofitSettings settings, string weights, string tokens, IBackend backend)
    {
        var model = PublicGpt2.Read(weights, settings.Heads);
        var array = Npy.Read(tokens);
        var (least, most) = (2, model.Settings.Positions);
        if (array.Shape.Rank != 2 || array.Shape[0] == 0 || array.Shape[1] < least || array.Shape[1] > most)
        {
            throw new UserException(
                $"the tokens in {tokens} must be N x L with at least one row of {least} to {most} tokens, not {array.Shape}");
        }

        var values = array.ToIntegers();
        if (Array.Find(values, value => value < 0 || value >= model.Settings.Vocabulary) is var stray && stray != 0)
        {
            throw new UserException(string.Create(
                CultureInfo.InvariantCulture,
                $"the tokens in {tokens} must be from 0 to {model.Settings.Vocabulary - 1}, not {stray}"));
        }

        return (
            new RetrofitRun(settings, model, Array.ConvertAll(values, value => (int)value), array.Shape[1], backend),
            array.Shape[0]);
    }

    private static int Train(
        RetrofitRun run, RetrofitSettings settings, RunFolder folder, bool quiet, Interrupt interrupt)
    {
        var (start, last) = (Stopwatch.GetTimestamp(), (long?)null);
        long done;
        try
        {
            done = run.Train(folder, Show, interrupt.Token);
        }
        catch (DivergenceException failure)
        {
            UserErrors.Write($"training diverged: {failure.Message}; a smaller lr or clip may help");
            return UserErrors.DivergedExitCode;
        }

        if (!quiet)
        {
            Console.WriteLine(
                (done < settings.Steps ? $"Stopped at step {done} of {settings.Steps}. " : string.Empty) +
                $"Weights: {folder.PathOf(RetrofitRun.FinalName)}");
        }

        return done < settings.Steps ? interrupt.ExitCode : 0;

        void Show(RetrofitStep step)
        {
            if (!quiet && (last is null || step.Step == settings.Steps || Stopwatch.GetElapsedTime(last.Value) >= LineInterval))
            {
                last = Stopwatch.GetTimestamp();
                var left = Stopwatch.GetElapsedTime(start) / step.Step * (settings.Steps - step.Step);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"step {step.Step} of {settings.Steps}, loss {step.Loss:0.0000}, gradient norm {step.GradientNorm:0.00}, {left.TotalSeconds:0} s left"));
            }
        }
    }
}
