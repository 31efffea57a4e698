using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Looped.Studies.PracticalStudy;

/// <summary>A run of a study could not be made; the message is one sentence for the user.</summary>
public sealed class ChildRunException(string message) : IOException(message);

/// <summary>A run of a study and where it stands.</summary>
/// <param name="cell">The run.</param>
/// <param name="folder">Its folder.</param>
public sealed class CellState(PracticalCell cell, string folder)
{
    private volatile RunRecord? _record = RunRecord.Find(cell.Settings, folder);

    /// <summary>The run.</summary>
    public PracticalCell Cell => cell;

    /// <summary>Its folder.</summary>
    public string Folder => folder;

    /// <summary>What it left; null before its end.</summary>
    public RunRecord? Record => _record;

    /// <summary>What its process said when training diverged; null where it did not.</summary>
    public string? Divergence { get; internal set; }

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsDone => Record is not null || Divergence is not null;

    /// <summary>The share of its steps that are made.</summary>
    public double Progress => IsDone ? 1 : Math.Min(1, (double)RunRecord.StepsIn(folder) / cell.Settings.Resolve().Steps!.Value);

    /// <summary>Looks again for what it left.</summary>
    internal void Read() => _record = RunRecord.Find(cell.Settings, folder);
}

/// <summary>
/// Runs a study: as many runs at the same time as asked for, each in a process of its own on one thread. Runs that are at
/// their end are not run again; those that were stopped or killed go on from their checkpoints.
/// </summary>
public sealed class PracticalStudyRun
{
    /// <summary>Exit code of a run whose training diverged.</summary>
    public const int DivergedExitCode = 1;

    /// <summary>What a run's sentences on the error stream begin with.</summary>
    public const string ErrorPrefix = "looped: ";

    /// <summary>Exit codes of a run that was stopped, by Ctrl-C and otherwise.</summary>
    private static readonly int[] StoppedExitCodes = [130, 143];

    /// <summary>How long a folder may stay locked by a run whose study was killed: a step and a checkpoint.</summary>
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(100);

    private readonly IReadOnlyList<string> _program;
    private readonly IReadOnlyList<string> _more;
    private readonly ConcurrentQueue<CellState> _waiting;
    private readonly Thread[] _threads;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Lock _lock = new();
    private Exception? _failure;

    /// <summary>Prepares a study, and takes what its folder holds already.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="folder">The study's folder.</param>
    /// <param name="program">The program that makes a run, with the words that come before its arguments.</param>
    /// <param name="more">Words after each run's own, such as the device.</param>
    /// <exception cref="InvalidDataException">A run in the folder is damaged.</exception>
    public PracticalStudyRun(
        PracticalStudySettings settings, string folder, IReadOnlyList<string> program, IReadOnlyList<string> more)
    {
        (Settings, _program, _more) = (settings, program, more);
        Cells = [.. settings.Cells().Select(cell => new CellState(cell, Path.Combine(folder, cell.Folder)))];
        _waiting = new ConcurrentQueue<CellState>(Cells.Where(cell => !cell.IsDone));
        LoadedCount = Cells.Count - _waiting.Count;
        _threads =
        [
            .. Enumerable.Range(0, Math.Min(settings.Processes, _waiting.Count)).Select(lane => new Thread(RunLane)
            {
                IsBackground = true,
                Name = $"runs {lane}",
            }),
        ];
    }

    /// <summary>The settings.</summary>
    public PracticalStudySettings Settings { get; }

    /// <summary>The runs, which can be watched.</summary>
    public IReadOnlyList<CellState> Cells { get; }

    /// <summary>Runs that were at their end before.</summary>
    public int LoadedCount { get; }

    /// <summary>Whether no run is left to do.</summary>
    public bool IsComplete => Cells.All(cell => cell.IsDone);

    /// <summary>What the finished runs left, in the order of the runs.</summary>
    public IReadOnlyList<RunRecord> Records() => [.. Cells.Select(cell => cell.Record).OfType<RunRecord>()];

    /// <summary>Starts the runs.</summary>
    public void Start()
    {
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Waits until all runs are done or stopped; false if that takes longer.</summary>
    /// <param name="patience">How long to wait at most.</param>
    /// <exception cref="ChildRunException">A run could not be made; the others were stopped.</exception>
    public bool Wait(TimeSpan patience)
    {
        var deadline = DateTime.UtcNow + patience;
        foreach (var thread in _threads)
        {
            var left = deadline - DateTime.UtcNow;
            if (!thread.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero))
            {
                return false;
            }
        }

        lock (_lock)
        {
            if (_failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }

        return true;
    }

    /// <summary>Asks the runs to leave checkpoints and stop.</summary>
    public void Stop() => _cancellation.Cancel();

    private void RunLane()
    {
        try
        {
            while (!_cancellation.IsCancellationRequested && _waiting.TryDequeue(out var cell))
            {
                Run(cell);
            }
        }
        catch (Exception failure)
        {
            lock (_lock)
            {
                _failure ??= failure;
            }

            _cancellation.Cancel();
        }
    }

    private void Run(CellState cell)
    {
        AwaitLock(cell.Folder);
        using var child = ChildProcess.Start(_program, [.. cell.Cell.Arguments(cell.Folder), .. _more]);
        var (code, error) = child.Finish(_cancellation.Token);
        var sentence = error.Trim().Split('\n')[^1];
        sentence = sentence.StartsWith(ErrorPrefix, StringComparison.Ordinal) ? sentence[ErrorPrefix.Length..] : sentence;
        switch (code)
        {
            case 0:
                cell.Read();
                _ = cell.Record ?? throw new ChildRunException($"the run {cell.Cell.Name} ended without its last file");
                break;
            case DivergedExitCode:
                cell.Divergence = sentence;
                break;
            case var stopped when StoppedExitCodes.Contains(stopped):
                _cancellation.Cancel();
                break;
            default:
                throw new ChildRunException(
                    $"the run {cell.Cell.Name} ended with exit code {code}{(sentence.Length == 0 ? string.Empty : $": {sentence}")}");
        }
    }

    /// <summary>Waits for the end of a run that outlives its killed study by an instant.</summary>
    private void AwaitLock(string folder)
    {
        var deadline = DateTime.UtcNow + LockPatience;
        while (Directory.Exists(folder))
        {
            try
            {
                RunFolder.Open(folder).Dispose();
                return;
            }
            catch (RunFolderException) when (DateTime.UtcNow < deadline)
            {
                _cancellation.Token.WaitHandle.WaitOne(LockInterval);
            }
        }
    }
}
