using System.Globalization;
using System.Text;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;
using Looped.Studies.Settings;

namespace Looped.Studies.Algorithmic;

/// <summary>How good a model is at one length.</summary>
/// <param name="Length">The length.</param>
/// <param name="Samples">Samples that it was asked.</param>
/// <param name="Result">How it did.</param>
public sealed record LengthResult(int Length, int Samples, Evaluation Result);

/// <summary>
/// Evaluates a model within and beyond the lengths that it was trained on, in batches of one length with the same samples each
/// time.
/// </summary>
public sealed class RunEvaluation : IDisposable
{
    private readonly TaskStream _stream;
    private readonly Evaluator _evaluator;
    private readonly StopRule _stop;
    private readonly int _rows;

    /// <summary>An evaluation of a model.</summary>
    /// <param name="task">The task.</param>
    /// <param name="evaluator">The model.</param>
    /// <param name="seed">Seed of the samples.</param>
    /// <param name="stop">The loop at which answers are read.</param>
    /// <param name="rows">Samples of a batch.</param>
    public RunEvaluation(AlgorithmicTask task, Evaluator evaluator, ulong seed, StopRule stop, int rows) =>
        (_stream, _evaluator, _stop, _rows) = (new TaskStream(task, seed, "evaluation"), evaluator, stop, rows);

    /// <summary>The mean over batches of one length each, the lengths spread evenly over a range from both of its ends.</summary>
    /// <param name="shortest">The least length.</param>
    /// <param name="longest">The greatest length.</param>
    /// <param name="samples">At least so many in all: batches are full.</param>
    /// <param name="most">The greatest loop of training.</param>
    public Evaluation Between(int shortest, int longest, int samples, int most)
    {
        var batches = Math.Max(Batches(samples), 2);
        return Evaluation.Of(
        [
            .. Enumerable.Range(0, batches).SelectMany(batch => Read(
                shortest + (int)Math.Round((double)(longest - shortest) * batch / (batches - 1)), batch, most)),
        ]);
    }

    /// <summary>Every length on its own.</summary>
    /// <param name="lengths">The lengths.</param>
    /// <param name="samples">At least so many in all, shared equally: batches are full.</param>
    /// <param name="most">The greatest loop of training.</param>
    public IEnumerable<LengthResult> ByLength(IReadOnlyCollection<int> lengths, int samples, int most)
    {
        var batches = Batches((samples + lengths.Count - 1) / lengths.Count);
        foreach (var length in lengths)
        {
            yield return new LengthResult(
                length,
                batches * _rows,
                Evaluation.Of([.. Enumerable.Range(0, batches).SelectMany(batch => Read(length, batch, most))]));
        }
    }

    /// <summary>Results by length as CSV.</summary>
    public static string Table(IEnumerable<LengthResult> results)
    {
        var text = new StringBuilder("length,samples,accuracy,loss,loops\n");
        foreach (var (length, samples, result) in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"{length},{samples},").AppendJoin(
                ',',
                StudyOptions.Text(result.Accuracy),
                StudyOptions.Text(result.Loss),
                StudyOptions.Text(result.Loops)).Append('\n');
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _evaluator.Dispose();

    private Reading[] Read(int length, int batch, int most) =>
        _evaluator.Read(_stream.OfLength(((long)length << 32) + batch, _rows, length), _stop, most);

    private int Batches(int samples) => (samples + _rows - 1) / _rows;
}
