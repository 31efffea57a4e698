using System.Runtime.ExceptionServices;
using Looped.Kernels;
using Looped.Models.Attention;

namespace Looped.Studies.Toy;

/// <summary>
/// A toy run: both models on one world, at the same time where there are two threads. Results do not depend on the
/// threads. A run that is stopped leaves what it measured.
/// </summary>
public sealed class ToyRun
{
    private readonly Thread[] _threads;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Lock _lock = new();
    private Exception? _failure;

    /// <summary>Prepares a run.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="backend">What runs the programs.</param>
    public ToyRun(ToySettings settings, IBackend backend)
    {
        Settings = settings;
        Backend = backend;
        World = new ToyWorld(settings);
        ToyArchitecture[] architectures = [.. settings.Architectures];
        var lanes = Math.Min(settings.Threads, architectures.Length);
        Runs =
        [
            .. architectures.Select(architecture =>
                new ToyModelRun(settings, architecture, World, backend, Math.Max(1, settings.Threads / lanes))),
        ];
        _threads =
        [
            .. Enumerable.Range(0, lanes).Select(lane => new Thread(() => RunLane(lane, lanes))
            {
                IsBackground = true,
                Name = $"model {lane}",
            }),
        ];
    }

    /// <summary>The settings.</summary>
    public ToySettings Settings { get; }

    /// <summary>What runs the programs.</summary>
    public IBackend Backend { get; }

    /// <summary>Data and embedding.</summary>
    public ToyWorld World { get; }

    /// <summary>The models, which can be watched while they run.</summary>
    public IReadOnlyList<ToyModelRun> Runs { get; }

    /// <summary>Whether every model has reached the last epoch.</summary>
    public bool IsComplete => Runs.All(run => run.Latest?.Epoch == Settings.Epochs);

    /// <summary>Starts training.</summary>
    public void Start()
    {
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Waits until all models are done or stopped; false if that takes longer.</summary>
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

    /// <summary>Asks the models to stop after their present epoch.</summary>
    public void Stop() => _cancellation.Cancel();

    private void RunLane(int lane, int lanes)
    {
        try
        {
            for (var i = lane; i < Runs.Count; i += lanes)
            {
                Runs[i].Run(_cancellation.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // What was measured stands.
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
