using Looped.Studies;
using Looped.Studies.Settings;

namespace Looped.Cli;

/// <summary>Input that cannot be used; the message is one sentence that names the culprit and what is allowed.</summary>
internal sealed class UserException(string message) : Exception(message);

/// <summary>Errors that are the user's to mend: one sentence on the error stream, and exit code 2.</summary>
internal static class UserErrors
{
    public const int ExitCode = 2;

    /// <summary>Runs an action, and turns what it throws on bad input into a sentence.</summary>
    public static int Guard(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is UserException or SettingException or RunFolderException
            or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return Report(failure.Message);
        }
    }

    /// <summary>Prints an error and returns the exit code.</summary>
    public static int Report(string sentence)
    {
        Console.Error.WriteLine($"looped: {sentence}");
        return ExitCode;
    }
}
