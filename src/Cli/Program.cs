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
            new Command("run", "Runs an experiment and leaves its results in a folder.") { RunToyCommand.Create() },
            DerivativeCommands.Hessian(),
            DerivativeCommands.Gradient(),
            DerivativeCommands.Hvp(),
            SpectrumCommand.Create(),
        };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            // One sentence is enough: later errors mostly follow from the first.
            return UserErrors.Report(parsed.Errors[0].Message);
        }

        // Interruption is each command's own matter.
        return parsed.Invoke(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }
}
