using System.Runtime.InteropServices;

namespace Looped.Cli;

/// <summary>
/// Takes the signals that ask a program to stop (Ctrl-C, <c>kill</c>) in place of ending at once, for as long as it lives.
/// </summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration[] _registrations;
    private bool _isDisposed;

    public Interrupt() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Take(context, 130)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Take(context, 143)),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code by which a shell knows a program that a signal ended: 128 and the signal's number.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Takes the end of the standard input for a signal too.</summary>
    public void FollowInput() => new Thread(() =>
    {
        using var input = Console.OpenStandardInput();
        input.CopyTo(Stream.Null);
        Take(143);
    })
    {
        IsBackground = true,
        Name = "end of input",
    }.Start();

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        lock (_lock)
        {
            _isDisposed = true;
            _source.Dispose();
        }
    }

    private void Take(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        Take(exitCode);
    }

    private void Take(int exitCode)
    {
        lock (_lock)
        {
            // The input may end when the command has ended too.
            if (!_isDisposed)
            {
                ExitCode = exitCode;
                _source.Cancel();
            }
        }
    }
}
