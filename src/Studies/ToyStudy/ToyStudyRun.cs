using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Looped.Kernels;

namespace Looped.Studies.ToyStudy;

/// <summary>
/// Runs a study: as many seeds at the same time as there are threads, each on one thread, so that results do not depend
/// on the threads. Seeds that were measured before are not measured again.
/// </summary>
public sealed class ToyStudyRun
{
    private readonly ConcurrentQueue<SeedMeasurement> _waiting;
    private readonly Thread[] _threads;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Lock _lock = new();
    private Exception? _failure;

    /// <summary>Prepares a study, and takes what its folder holds already.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="backend">What runs the programs.</param>
    /// <param name="folder">The study's folder.</param>
    public ToyStudyRun(ToyStudySettings settings, IBackend backend, string folder)
    {
        Settings = settings;
        Measurements = [.. settings.Cells().Select(cell => new SeedMeasurement(cell, backend, folder))];
        _waiting = new ConcurrentQueue<SeedMeasurement>(Measurements.Where(measurement => !measurement.TryLoad()));
        LoadedCount = Measurements.Count - _waiting.Count;
        _threads =
        [
            .. Enumerable.Range(0, Math.Min(settings.Threads, _waiting.Count)).Select(lane => new Thread(RunLane)
            {
                IsBackground = true,
                Name = $"seeds {lane}",
            }),
        ];
    }

    /// <summary>The settings.</summary>
    public ToyStudySettings Settings { get; }

    /// <summary>The runs, which can be watched.</summary>
    public IReadOnlyList<SeedMeasurement> Measurements { get; }

    /// <summary>Runs that were measured before.</summary>
    public int LoadedCount { get; }

    /// <summary>Whether every run is done.</summary>
    public bool IsComplete => Measurements.All(measurement => measurement.Result is not null);

    /// <summary>What is measured so far, in the order of the runs.</summary>
    public IReadOnlyList<(StudyCell Cell, SeedResult Result)> Results() =>
        [.. Measurements.Where(m => m.Result is not null).Select(m => (m.Cell, m.Result!))];

    /// <summary>Starts measuring.</summary>
    public void Start()
    {
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Waits until all runs are done or stopped; false if that takes longer.</summary>
    /// <param name="patience">How long to wait at most.</param>
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

    /// <summary>Asks the runs to stop; those that are not done are lost, the others stand.</summary>
    public void Stop() => _cancellation.Cancel();

    private void RunLane()
    {
        try
        {
            while (!_cancellation.IsCancellationRequested && _waiting.TryDequeue(out var measurement))
            {
                measurement.Run(_cancellation.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // What is done stands.
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
}
