using System.CommandLine;
using System.Globalization;
using Looped.Models.Tasks;

namespace Looped.Cli;

/// <summary><c>looped tasks show TASK</c>: a sample of an algorithmic task as models meet it.</summary>
internal static class TasksCommand
{
    private const int MostLength = 2000;

    public static Command Create()
    {
        var name = new Argument<string>("task") { Description = $"{AlgorithmicTasks.Names}" };
        var length = new Option<int>("--length")
        {
            Description = $"length of the operands [1 to {MostLength}; default: 5]",
            HelpName = "integer",
            DefaultValueFactory = _ => 5,
        };
        var seed = new Option<ulong>("--seed") { Description = "seed of the sample [default: 0]", HelpName = "integer" };
        var show = new Command("show", "Prints a sample: prompt, row, targets, scored positions and loops.") { name, length, seed };
        show.SetAction(parsed => UserErrors.Guard(() =>
        {
            var chosen = parsed.GetValue(length);
            if (chosen is < 1 or > MostLength)
            {
                throw new UserException($"--length must be a whole number from 1 to {MostLength}, not '{chosen}'");
            }

            var task = AlgorithmicTasks.Find(parsed.GetValue(name)!) ??
                throw new UserException($"the task must be {AlgorithmicTasks.Names}, not '{parsed.GetValue(name)}'");
            foreach (var line in Lines(task, new TaskStream(task, parsed.GetValue(seed), "example").OfLength(0, 1, chosen)))
            {
                Console.WriteLine(line);
            }

            return 0;
        }));
        return new Command("tasks", "Shows what the algorithmic tasks are.") { show };
    }

    private static IEnumerable<string> Lines(AlgorithmicTask task, TaskBatch batch)
    {
        var sample = batch.Samples[0];
        string[] tokens = [.. batch.Tokens.Select(Text)];
        string[] targets = [.. batch.Targets.Select(target => target < 0 ? "." : Text(target))];
        var width = tokens.Concat(targets).Max(word => word.Length);
        var scored = batch.Targets.Count(target => target >= 0);
        yield return $"{task.Name}: {task.Description}";
        yield return $"prompt   {string.Join(' ', sample.Prompt)}";
        yield return $"answer   {string.Join(' ', sample.Answer)}";
        yield return $"row      {Aligned(tokens)}";
        yield return $"targets  {Aligned(targets)}";
        yield return $"scored   {Aligned(batch.Targets.Select(target => target < 0 ? " " : "^"))}".TrimEnd();
        yield return $"         {batch.RowLength} positions, of which {scored} are scored, from the last separator on; " +
            $"{task.EndSymbol} ends input and answer";
        yield return $"loops    {sample.Loops}; inference tries up to {sample.Loops + task.ExtraLoops}";

        string Aligned(IEnumerable<string> words) => string.Join(' ', words.Select(word => word.PadLeft(width)));

        static string Text(int symbol) => symbol.ToString(CultureInfo.InvariantCulture);
    }
}
