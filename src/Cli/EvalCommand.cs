using System.CommandLine;
using System.Globalization;
using Looped.Kernels;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;
using Looped.Studies.Algorithmic;
using Looped.Studies.Settings;
using Looped.Tensors.IO;

namespace Looped.Cli;

/// <summary><c>looped eval FILE</c>: a trained model's accuracy by length.</summary>
internal static class EvalCommand
{
    private const int MostLength = 2000;

    public static Command Create()
    {
        var file = CheckpointInput.Argument();
        var lengths = new Option<string?>("--lengths")
        {
            Description = "a length or a range such as 1-40 [default: 1 to what the task's published setting tests]",
            HelpName = "range",
        };
        var samples = new Option<int>("--samples")
        {
            Description = "samples of each length, at least [default: 256]",
            HelpName = "integer",
            DefaultValueFactory = _ => 256,
        };
        var batch = new Option<int>("--batch")
        {
            Description = "samples of a batch [default: 64]",
            HelpName = "integer",
            DefaultValueFactory = _ => 64,
        };
        var stop = new Option<string>("--stop")
        {
            Description = "where answers are read: where the batch or each sample is surest, or at the given loop " +
                $"[{StudyOptions.Alternatives<StopRule>()}; default: batch]",
            HelpName = "choice",
            DefaultValueFactory = _ => "batch",
        };
        var seed = new Option<ulong>("--seed") { Description = "seed of the samples [default: 0]", HelpName = "integer" };
        var output = PathOption.Optional("--out", "CSV file to write the table to");
        var command = new Command("eval", "Tells a trained model's accuracy by length, on fresh samples.")
        {
            file, lengths, samples, batch, stop, seed, output, DeviceOption.Create(), NumericsOption.Create(),
        };
        command.SetAction(parsed => UserErrors.Guard(() =>
        {
            var checkpoint = CheckpointInput.Read(parsed.GetValue(file)!);
            var (first, last) = Range(parsed.GetValue(lengths) ?? $"1-{checkpoint.Task.TestLength}");
            if (parsed.GetValue(samples) < 1 || parsed.GetValue(batch) < 1)
            {
                throw new UserException("--samples and --batch must be at least 1");
            }

            if (!StudyOptions.TryChoice<StopRule>(parsed.GetValue(stop)!, out var rule))
            {
                throw new UserException(
                    $"--stop must be {StudyOptions.Alternatives<StopRule>()}, not '{parsed.GetValue(stop)}'");
            }

            var path = parsed.GetValue(output) is { } given ? PathOption.Writable(output.Name, given) : null;
            using var team = new WorkerTeam(Environment.ProcessorCount);
            var evaluator = new Evaluator(
                checkpoint.Model, checkpoint.Task, checkpoint.State.Best, NumericsOption.Backend(parsed, team));
            using var evaluation = new RunEvaluation(
                checkpoint.Task, evaluator, parsed.GetValue(seed), rule, parsed.GetValue(batch));
            int[] all = [.. Enumerable.Range(first, last - first + 1)];
            var results = new List<LengthResult>();
            Console.WriteLine("length  accuracy    loss  loops");
            foreach (var result in evaluation.ByLength(all, all.Length * parsed.GetValue(samples), checkpoint.Most))
            {
                results.Add(result);
                var numbers = result.Result;
                var trained = result.Length <= checkpoint.Longest ? "" : "  beyond training";
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{result.Length,6}  {numbers.Accuracy,8:0.0000}  {numbers.Loss,6:0.000}  {numbers.Loops,5:0.0}{trained}"));
            }

            if (path is not null)
            {
                AtomicFile.WriteText(path, RunEvaluation.Table(results));
            }

            return 0;
        }));
        return command;
    }

    private static (int First, int Last) Range(string text)
    {
        var parts = text.Split('-');
        return parts.Length is 1 or 2 && Length(parts[0]) is { } first && Length(parts[^1]) is { } last && first <= last
            ? (first, last)
            : throw new UserException($"--lengths must be a length or a range such as 1-40, up to {MostLength}, not '{text}'");

        static int? Length(string part) =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var length) &&
            length is >= 1 and <= MostLength ? length : null;
    }
}
