using System.Diagnostics;

namespace Looped.Studies.PracticalStudy;

/// <summary>
/// A run in a process of its own. It holds the reading end of a pipe whose other end closes when this process asks it to stop
/// or ends itself, however it ends; the run then leaves a checkpoint. So no run goes on without its study.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    /// <summary>The option by which a run ends with its standard input.</summary>
    public const string StopOption = "--stop-with-input";

    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly Task _output;

    private ChildProcess(Process process)
    {
        // Both streams are read all along: a process that writes to a full pipe waits.
        (_process, _error) = (process, process.StandardError.ReadToEndAsync());
        _output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Starts one.</summary>
    /// <param name="program">The program and the words that come before the arguments.</param>
    /// <param name="arguments">The arguments.</param>
    public static ChildProcess Start(IReadOnlyList<string> program, IEnumerable<string> arguments) => new(Process.Start(
        new ProcessStartInfo(program[0], [.. program.Skip(1), .. arguments, StopOption])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    /// <summary>Waits for the end of the process, which is asked to stop when <paramref name="cancellation"/> says so.</summary>
    /// <returns>Its exit code, and what it wrote to its error stream.</returns>
    public (int ExitCode, string Error) Finish(CancellationToken cancellation)
    {
        using (cancellation.Register(_process.StandardInput.Close))
        {
            _process.WaitForExit();
        }

        _output.Wait(CancellationToken.None);
        return (_process.ExitCode, _error.Result);
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();
}
