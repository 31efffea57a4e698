using System.CommandLine;
using System.Globalization;
using Looped.Kernels;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;

namespace Looped.Cli;

/// <summary><c>looped generate FILE</c>: the answers of a trained model to inputs that are typed.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var file = CheckpointInput.Argument();
        var input = new Option<string?>("--input")
        {
            Description = "the operands: bits such as 10110, two operands with a space between, numbers 0 to 49 with spaces " +
                "for unique-set; without it, lines are read from the input stream",
            HelpName = "operands",
        };
        var loops = new Option<bool>("--show-loops") { Description = "show the answer after each loop" };
        var given = new Option<bool>("--given-loop")
        {
            Description = "stop at the task's own loop, not where the model is surest",
        };
        var command = new Command("generate", "Answers inputs by a trained model, and says at which loop it stopped.")
        {
            file, input, loops, given, DeviceOption.Create(), NumericsOption.Create(),
        };
        command.SetAction(parsed => UserErrors.Guard(() =>
        {
            var checkpoint = CheckpointInput.Read(parsed.GetValue(file)!);
            using var team = new WorkerTeam(Environment.ProcessorCount);
            var asked = new Question(
                checkpoint,
                NumericsOption.Backend(parsed, team),
                parsed.GetValue(given) ? StopRule.Given : StopRule.Sample,
                parsed.GetValue(loops));
            if (parsed.GetValue(input) is { } line)
            {
                Answer(asked, line);
                return 0;
            }

            while (Console.ReadLine() is { } typed)
            {
                if (typed.Trim().Length > 0)
                {
                    AnswerOrSay(asked, typed);
                }
            }

            return 0;
        }));
        return command;
    }

    /// <summary>What was mistyped is said, and the next line is read.</summary>
    private static void AnswerOrSay(Question asked, string line)
    {
        try
        {
            Answer(asked, line);
        }
        catch (UserException failure)
        {
            UserErrors.Write(failure.Message);
        }
    }

    private static void Answer(Question asked, string line)
    {
        var checkpoint = asked.Checkpoint;
        var task = checkpoint.Task;
        var sample = Parse(task, line);
        var batch = new TaskBatch(task, [sample], task.RowLength(sample.Length));
        using var runner = new LoopRunner(checkpoint.Model, 1, batch.RowLength, asked.Backend);
        runner.Load(checkpoint.State.Best);
        var reading = Inference.Read(runner, batch, asked.Rule, checkpoint.Most, task.ExtraLoops)[0];
        var last = checkpoint.Most == 1 ? 1 : Math.Min(sample.Loops, checkpoint.Most) + task.ExtraLoops;
        var answer = "";
        runner.Begin(batch.Tokens);
        for (var loop = 1; loop <= last; loop++)
        {
            var logits = runner.Next();
            var (text, score) = (Text(task, batch, logits), AnswerScore.Of(logits, batch.Targets));
            if (loop == reading.Loop)
            {
                answer = text;
            }

            if (asked.ShowsLoops)
            {
                var mark = loop == reading.Loop ? "  <- read here" : "";
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"loop {loop,3}  {text}  (unsure by {score.SelfEntropy:0.0000}){mark}"));
            }
        }

        Console.WriteLine(
            $"{answer}  (loop {reading.Loop} of {last}; " +
            (reading.Score.IsExact ? "right)" : $"the right answer is {string.Join(Separator(task), sample.Answer)})"));
    }

    private static TaskSample Parse(AlgorithmicTask task, string line)
    {
        var words = line.Split([' ', '\t', ',', '+', '*'], StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return task.Symbols > 10
                ? task.Sample([.. words.Select(Number)])
                : task.Operands == 1
                    ? task.Sample([.. words.SelectMany(word => word).Select(digit => Number($"{digit}"))])
                    : task.Sample([.. words.Select(word => word.Select(digit => Number($"{digit}")).ToArray())]);
        }
        catch (ArgumentException failure)
        {
            throw new UserException(failure.Message);
        }

        int Number(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UserException($"an operand of {task.Name} has symbols from 0 to {task.Symbols - 1}, not '{word}'");
    }

    /// <summary>The likeliest symbols from the separator on, up to the first end symbol.</summary>
    private static string Text(AlgorithmicTask task, TaskBatch batch, ReadOnlySpan<float> logits)
    {
        var symbols = new List<int>();
        var outputs = logits.Length / batch.RowLength;
        for (var i = batch.Samples[0].Prompt.Count - 1; i < batch.RowLength; i++)
        {
            var symbol = AnswerScore.Likeliest(logits.Slice(i * outputs, outputs));
            if (symbol == task.EndSymbol)
            {
                break;
            }

            symbols.Add(symbol);
        }

        return symbols.Count > 0 ? string.Join(Separator(task), symbols) : "(nothing)";
    }

    private static string Separator(AlgorithmicTask task) => task.Vocabulary > 10 ? " " : "";

    /// <summary>Who is asked, and how.</summary>
    private sealed record Question(DecoderCheckpoint Checkpoint, IBackend Backend, StopRule Rule, bool ShowsLoops);
}
