using Looped.Kernels;
using Looped.Kernels.Cuda;
using Looped.Studies;
using Looped.Studies.PracticalStudy;
using Looped.Studies.Settings;

namespace Looped.Cli;

/// <summary>Input that cannot be used; the message is one sentence that names the culprit and what is allowed.</summary>
internal sealed class UserException(string message) : Exception(message);

/// <summary>What is the user's to mend: one sentence on the error stream, and an exit code.</summary>
internal static class UserErrors
{
    /// <summary>Exit code where input cannot be used.</summary>
    public const int ExitCode = 2;

    /// <summary>Exit code where training did not reach its end, or a computation made a NaN that was looked for.</summary>
    public const int DivergedExitCode = PracticalStudyRun.DivergedExitCode;

    /// <summary>Runs an action, and turns what it throws on bad input into a sentence.</summary>
    public static int Guard(Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is UserException or SettingException or RunFolderException
            or CudaException or NotSupportedException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return Report(failure.Message);
        }
        catch (NumericsException failure)
        {
            Write(failure.Message);
            return DivergedExitCode;
        }
        catch (OutOfMemoryException)
        {
            return Report("this needs more memory than there is");
        }
    }

    /// <summary>Prints an error and returns the exit code.</summary>
    public static int Report(string sentence)
    {
        Write(sentence);
        return ExitCode;
    }

    /// <summary>Prints a sentence on the error stream.</summary>
    public static void Write(string sentence) => Console.Error.WriteLine(PracticalStudyRun.ErrorPrefix + sentence);
}
