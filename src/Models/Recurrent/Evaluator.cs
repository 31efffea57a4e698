using Looped.Kernels;
using Looped.Models.Gpt2;
using Looped.Models.Tasks;

namespace Looped.Models.Recurrent;

/// <summary>How good a model is on some samples.</summary>
/// <param name="Accuracy">Share of the samples whose whole answer is right.</param>
/// <param name="Loss">Mean over the samples of their cross-entropy, in nats.</param>
/// <param name="Loops">Mean over the samples of the loop at which they are read.</param>
public readonly record struct Evaluation(double Accuracy, double Loss, double Loops)
{
    /// <summary>The means over some readings.</summary>
    public static Evaluation Of(IReadOnlyCollection<Reading> readings) => new(
        readings.Average(reading => reading.Score.IsExact ? 1.0 : 0.0),
        readings.Average(reading => reading.Score.Loss),
        readings.Average(reading => (double)reading.Loop));
}

/// <summary>
/// Reads a model's answers to batches of one number of rows and any length. Compiled programs are kept for the lengths used
/// last, so that memory stays bounded.
/// </summary>
public sealed class Evaluator : IDisposable
{
    /// <summary>Lengths whose programs are kept.</summary>
    private const int Kept = 12;

    private readonly Gpt2Settings _settings;
    private readonly AlgorithmicTask _task;
    private readonly IBackend _backend;

    /// <summary>The programs, the one used last at the end.</summary>
    private readonly List<LoopRunner> _runners = [];

    /// <summary>An evaluator of a model.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="task">The task that it is for.</param>
    /// <param name="weights">Its weights, arrays in the order of <see cref="Gpt2Weights.Of"/>; they may change.</param>
    /// <param name="backend">What runs it.</param>
    public Evaluator(Gpt2Settings settings, AlgorithmicTask task, IReadOnlyList<float[]> weights, IBackend backend)
    {
        (_settings, _task, _backend) = (settings, task, backend);
        Weights = weights;
    }

    /// <summary>The weights, as they are when a batch is read.</summary>
    public IReadOnlyList<float[]> Weights { get; }

    /// <summary>The reading of each row of a batch.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="rule">How the loop is chosen.</param>
    /// <param name="most">The greatest loop of any row before some more are tried: 1 for a model that does not loop.</param>
    public Reading[] Read(TaskBatch batch, StopRule rule, int most)
    {
        var runner = Runner(batch.Count, batch.RowLength);
        runner.Load(Weights);
        return Inference.Read(runner, batch, rule, most, _task.ExtraLoops);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var runner in _runners)
        {
            runner.Dispose();
        }
    }

    private LoopRunner Runner(int rows, int length)
    {
        var runner = _runners.Find(runner => runner.Rows == rows && runner.Length == length);
        if (runner is not null)
        {
            _runners.Remove(runner);
        }
        else
        {
            if (_runners.Count == Kept)
            {
                _runners[0].Dispose();
                _runners.RemoveAt(0);
            }

            runner = new LoopRunner(_settings, rows, length, _backend);
        }

        _runners.Add(runner);
        return runner;
    }
}
