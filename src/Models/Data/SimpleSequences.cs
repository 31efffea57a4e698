namespace Looped.Models.Data;

/// <summary>The shares of correct predictions among all samples and among the simple ones; the latter is NaN where there are none.</summary>
public readonly record struct SimpleAccuracies(double Total, double Simple);

/// <summary>
/// The samples of a set whose information content is at most a bound: with the largest IC seen in training as the bound,
/// those that are 'simple' to a model that was trained there, whatever their length.
/// </summary>
public sealed class SimpleSequences
{
    private readonly Contexts _contexts;
    private readonly double[] _simple;
    private readonly double _count;

    /// <summary>The simple ones among the samples of some contexts.</summary>
    /// <param name="contexts">Contexts of the samples.</param>
    /// <param name="largestInformationContent">The bound, in bits; sequences that meet it are simple.</param>
    public SimpleSequences(Contexts contexts, double largestInformationContent)
    {
        ArgumentNullException.ThrowIfNull(contexts);
        _contexts = contexts;
        var set = contexts.Set;
        var weights = new double[set.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = set.InformationContents[i] <= largestInformationContent ? set.Counts[i] : 0;
        }

        _simple = contexts.Distribute(weights);
        _count = weights.Sum();
    }

    /// <summary>The share of simple ones among the samples.</summary>
    public double Share => _count / _contexts.Set.SampleCount;

    /// <summary>The accuracies of the predictions of a model.</summary>
    /// <param name="logits">Logits (rows of the contexts, S), row-major.</param>
    /// <exception cref="ArgumentException">There are not as many logits.</exception>
    public SimpleAccuracies Measure(ReadOnlySpan<double> logits)
    {
        if (logits.Length != _simple.Length)
        {
            throw new ArgumentException(
                $"{_contexts.Count} contexts and {_contexts.Symbols} symbols need {_simple.Length} logits; " +
                $"{logits.Length} were given.");
        }

        var (total, simple) = (0.0, 0.0);
        for (var row = 0; row < logits.Length; row += _contexts.Symbols)
        {
            if (Prediction.Of(logits.Slice(row, _contexts.Symbols)) is { } symbol)
            {
                total += _contexts.TargetCounts[row + symbol];
                simple += _simple[row + symbol];
            }
        }

        return new SimpleAccuracies(total / _contexts.Set.SampleCount, simple / _count);
    }
}
