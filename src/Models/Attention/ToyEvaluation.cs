using Looped.Kernels;
using Looped.Models.Data;
using Looped.Models.Training;

namespace Looped.Models.Attention;

/// <summary>A toy model's loss and accuracies on samples that it need not be trained on. An evaluation allocates nothing.</summary>
public sealed class ToyEvaluation : IValidation, IDisposable
{
    private readonly ToyPredictor _predictor;
    private readonly GroupAccuracy _accuracy;
    private readonly double[] _shares;
    private readonly int _symbols;

    /// <summary>An evaluation on the samples of some contexts.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="contexts">The contexts with the counts of their targets.</param>
    /// <param name="groups">Groups of the same samples.</param>
    /// <param name="embedding">How tokens become vectors.</param>
    /// <param name="backend">What runs it.</param>
    /// <exception cref="ArgumentException">Contexts and groups are of different sets.</exception>
    public ToyEvaluation(
        ToyModelSettings settings,
        Contexts contexts,
        InformationGroups groups,
        ToyEmbedding embedding,
        IBackend backend)
    {
        _accuracy = new GroupAccuracy(contexts, groups);
        _symbols = settings.Symbols;
        _shares = contexts.TargetCounts.ToArray();
        foreach (ref var share in _shares.AsSpan())
        {
            share /= contexts.Set.SampleCount;
        }

        _predictor = new ToyPredictor(settings, contexts.Tokens, contexts.Length, embedding, backend);
    }

    /// <summary>Mean cross-entropy in nats, and the accuracies, at theta.</summary>
    /// <param name="theta">(P,).</param>
    public (double Loss, Accuracies Accuracy) Evaluate(ReadOnlySpan<double> theta)
    {
        var logits = _predictor.Predict(theta);
        var loss = 0.0;
        for (var row = 0; row < logits.Length; row += _symbols)
        {
            var context = logits.Slice(row, _symbols);
            var normalizer = LogSpace.Sum(context);
            for (var symbol = 0; symbol < _symbols; symbol++)
            {
                loss += _shares[row + symbol] * (normalizer - context[symbol]);
            }
        }

        return (loss, _accuracy.Measure(logits));
    }

    /// <inheritdoc/>
    public double Loss(ReadOnlySpan<double> theta) => Evaluate(theta).Loss;

    /// <inheritdoc/>
    public void Dispose() => _predictor.Dispose();
}
