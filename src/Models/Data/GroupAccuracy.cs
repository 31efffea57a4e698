namespace Looped.Models.Data;

/// <summary>The shares of correct predictions among all samples and among those of low and of high IC.</summary>
public readonly record struct Accuracies(double Total, double Low, double High);

/// <summary>
/// Measures the accuracy of predictions for the contexts of a set, on the whole and in its groups by information
/// content. The prediction is the symbol of the largest logit, the lowest such symbol where several are; a row with a
/// logit that is not a number predicts nothing and is wrong.
/// </summary>
public sealed class GroupAccuracy
{
    private readonly int _symbols;
    private readonly Group _total;
    private readonly Group _low;
    private readonly Group _high;

    /// <summary>The measure for these contexts and groups.</summary>
    /// <exception cref="ArgumentException">Contexts and groups are of different sets.</exception>
    public GroupAccuracy(Contexts contexts, InformationGroups groups)
    {
        ArgumentNullException.ThrowIfNull(contexts);
        ArgumentNullException.ThrowIfNull(groups);
        if (!ReferenceEquals(contexts.Set, groups.Set))
        {
            throw new ArgumentException("Contexts and groups must be of the same set of sequences.");
        }

        _symbols = contexts.Symbols;
        _total = new Group(contexts.TargetCounts.ToArray(), contexts.Set.SampleCount);
        _low = new Group(contexts.Distribute(groups.Low), groups.Weight);
        _high = new Group(contexts.Distribute(groups.High), groups.Weight);
    }

    /// <summary>The accuracies of the predictions of a model; allocates nothing.</summary>
    /// <param name="logits">Logits (rows of the contexts, S), row-major.</param>
    /// <exception cref="ArgumentException">There are not as many logits.</exception>
    public Accuracies Measure(ReadOnlySpan<double> logits)
    {
        if (logits.Length != _total.Weights.Length)
        {
            throw new ArgumentException(
                $"{_total.Weights.Length / _symbols} contexts and {_symbols} symbols need " +
                $"{_total.Weights.Length} logits; {logits.Length} were given.");
        }

        var (total, low, high) = (0.0, 0.0, 0.0);
        for (var start = 0; start < logits.Length; start += _symbols)
        {
            if (Prediction.Of(logits.Slice(start, _symbols)) is { } symbol)
            {
                total += _total.Weights[start + symbol];
                low += _low.Weights[start + symbol];
                high += _high.Weights[start + symbol];
            }
        }

        return new Accuracies(total / _total.Sum, low / _low.Sum, high / _high.Sum);
    }

    /// <summary>The weights (rows, S) of a group and their sum.</summary>
    private readonly record struct Group(double[] Weights, double Sum);
}
