namespace Looped.Models.Data;

/// <summary>
/// The law of the last token of a sequence given what is seen of the tokens before it, under the true P (not the tilted
/// one that samples are drawn with): P(y | view of x_1 .. x_{L-1}) for sequences of one length L.
/// </summary>
/// <remarks>
/// Given its chain, the target depends on the last token alone. The views differ in what they tell about the chain:
/// P(y | view) = sum_c P(c | view) M_c[last, y].
/// </remarks>
public sealed class ConditionalLaw
{
    private readonly MarkovLanguage _language;
    private readonly double[][] _lastToken;
    private readonly Lazy<BagLaw> _bags;

    /// <summary>The law for sequences of this length, context and target together.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 2.</exception>
    public ConditionalLaw(MarkovLanguage language, int length)
    {
        ArgumentNullException.ThrowIfNull(language);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        _language = language;
        Length = length;
        _bags = new Lazy<BagLaw>(() => new BagLaw(language, length - 1));
        _lastToken = new double[language.Chains][];
        for (var chain = 0; chain < _lastToken.Length; chain++)
        {
            _lastToken[chain] = MarginalOfLastToken(chain);
        }
    }

    /// <summary>Length L of the sequences; contexts have L - 1 tokens.</summary>
    public int Length { get; }

    /// <summary>Number of symbols S.</summary>
    public int Symbols => _language.Symbols;

    /// <summary>Writes P(y | view of the context), y = 0 .. S - 1.</summary>
    /// <exception cref="ArgumentException">
    /// The context has not L - 1 tokens or one that is no symbol, the destination has not S elements, or, for the view
    /// <see cref="ContextView.Bag"/>, there are more than 2^20 bags.
    /// </exception>
    public void Write(ContextView view, ReadOnlySpan<int> context, Span<double> destination)
    {
        if (context.Length != Length - 1 || destination.Length != Symbols)
        {
            throw new ArgumentException(
                $"A context of {Length - 1} tokens and room for {Symbols} probabilities are needed; " +
                $"{context.Length} and {destination.Length} were given.");
        }

        _language.RequireTokens(context);
        Span<double> chains = new double[_language.Chains];
        if (chains.Length > 1)
        {
            LogProbabilities(view, context, chains);
        }

        LogSpace.Softmax(chains);
        destination.Clear();
        for (var chain = 0; chain < chains.Length; chain++)
        {
            var row = _language.StepMatrix(Length - 1, chain).Row(context[^1]);
            for (var symbol = 0; symbol < row.Length; symbol++)
            {
                destination[symbol] += chains[chain] * row[symbol];
            }
        }
    }

    /// <summary>ln P(view | chain) for every chain.</summary>
    private void LogProbabilities(ContextView view, ReadOnlySpan<int> context, Span<double> chains)
    {
        switch (view)
        {
            case ContextView.LastToken:
                for (var chain = 0; chain < chains.Length; chain++)
                {
                    chains[chain] = Math.Log(_lastToken[chain][context[^1]]);
                }

                break;
            case ContextView.Bag:
                _bags.Value.LogProbabilities(context, chains);
                break;
            case ContextView.Full:
                _language.LogProbabilities(context, chains);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(view), view, "not a view");
        }
    }

    /// <summary>P(x_{L-1} = s | chain), s = 0 .. S - 1.</summary>
    private double[] MarginalOfLastToken(int chain)
    {
        var marginal = new double[Symbols];
        Array.Fill(marginal, 1.0 / marginal.Length);
        for (var step = 1; step < Length - 1; step++)
        {
            var matrix = _language.StepMatrix(step, chain);
            var next = new double[marginal.Length];
            for (var from = 0; from < next.Length; from++)
            {
                for (var to = 0; to < next.Length; to++)
                {
                    next[to] += marginal[from] * matrix[from, to];
                }
            }

            marginal = next;
        }

        return marginal;
    }
}
