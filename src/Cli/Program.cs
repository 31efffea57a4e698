using System.CommandLine;

namespace Looped.Cli;

/// <summary>The command line: <c>looped run toy</c> and the tools for models of one's own.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        var root = new RootCommand(
            "Exact Hessians of single- and looped-attention models through training: what makes looped transformers differ.")
        {
            new Command("run", "Runs an experiment and leaves its results in a folder.")
            {
                RunToyCommand.Create(),
                RunToyStudyCommand.Create(),
                RunTheoryCommand.Create(),
                RunAlgorithmicCommand.Create(),
                RunPracticalStudyCommand.Create(),
            },
            DerivativeCommands.Hessian(),
            DerivativeCommands.Gradient(),
            DerivativeCommands.Hvp(),
            SpectrumCommand.Create(),
            CurvatureCommand.Create(),
            RetrofitCommand.Create(),
            TasksCommand.Create(),
            EvalCommand.Create(),
            GenerateCommand.Create(),
            InfoCommand.Create(),
            DevicesCommand.Create(),
        };
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return UserErrors.Report(Sentence(parsed));
        }

        // Interruption is each command's own matter.
        return parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    /// <summary>One sentence is enough: later errors mostly follow from the first.</summary>
    private static string Sentence(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count == 0)
        {
            return parsed.Errors[0].Message;
        }

        var allowed = string.Join(", ", command.Subcommands.Select(subcommand => subcommand.Name));
        return parsed.UnmatchedTokens is [var word, ..]
            ? $"'{word}' is no command here; allowed are: {allowed}"
            : $"a command is missing; allowed are: {allowed} (--help says more)";
    }
}
