namespace Looped.Models.Data;

/// <summary>
/// For every chain of a language, the joint law of the bag of the first n tokens (how often each symbol is among them)
/// and the n-th token, by a forward recursion over bags: there are C(n + S - 1, S - 1) of them, not S^n.
/// </summary>
internal sealed class BagLaw
{
    /// <summary>Most bags that a law is made for.</summary>
    private const double MaximumBags = 1 << 20;

    private readonly int _radix;
    private readonly Dictionary<long, double[]>[] _chains;

    /// <summary>The law of the bag of the first <paramref name="tokens"/> tokens and the last of them.</summary>
    /// <exception cref="ArgumentException">There are more than 2^20 bags.</exception>
    public BagLaw(MarkovLanguage language, int tokens)
    {
        // A bag is numbered sum_s (count of s) * radix^s.
        _radix = tokens + 1;
        var bags = 1.0;
        for (var i = 1; i < language.Symbols; i++)
        {
            bags *= (tokens + i) / (double)i;
        }

        if (bags > MaximumBags || language.Symbols * Math.Log2(_radix) > 62)
        {
            throw new ArgumentException(
                $"Contexts of {tokens} tokens over {language.Symbols} symbols make too many bags; " +
                $"at most {MaximumBags} are allowed.");
        }

        _chains = new Dictionary<long, double[]>[language.Chains];
        for (var chain = 0; chain < _chains.Length; chain++)
        {
            _chains[chain] = Forward(language, tokens, chain);
        }
    }

    /// <summary>ln P(bag of the context, last token | chain) for every chain.</summary>
    public void LogProbabilities(ReadOnlySpan<int> context, Span<double> destination)
    {
        var bag = 0L;
        foreach (var token in context)
        {
            bag += Unit(token);
        }

        for (var chain = 0; chain < _chains.Length; chain++)
        {
            destination[chain] = _chains[chain][bag][context[^1]];
        }
    }

    /// <summary>From each bag to the logarithms (S) of its probability jointly with each last token.</summary>
    private Dictionary<long, double[]> Forward(MarkovLanguage language, int tokens, int chain)
    {
        var symbols = language.Symbols;
        var law = new Dictionary<long, double[]>();
        for (var first = 0; first < symbols; first++)
        {
            Row(law, Unit(first), symbols)[first] = -Math.Log(symbols);
        }

        var terms = new double[symbols];
        for (var step = 1; step < tokens; step++)
        {
            var logarithms = language.StepMatrix(step, chain).Logarithms;
            var next = new Dictionary<long, double[]>();
            foreach (var (bag, last) in law)
            {
                for (var to = 0; to < symbols; to++)
                {
                    for (var from = 0; from < symbols; from++)
                    {
                        terms[from] = last[from] + logarithms[(from * symbols) + to];
                    }

                    // One bag before the step and its last token are all that lead to this bag and last token.
                    Row(next, bag + Unit(to), symbols)[to] = LogSpace.Sum(terms);
                }
            }

            law = next;
        }

        return law;
    }

    private static double[] Row(Dictionary<long, double[]> law, long bag, int symbols)
    {
        if (!law.TryGetValue(bag, out var row))
        {
            law[bag] = row = new double[symbols];
            Array.Fill(row, double.NegativeInfinity);
        }

        return row;
    }

    private long Unit(int symbol)
    {
        var unit = 1L;
        for (var i = 0; i < symbol; i++)
        {
            unit *= _radix;
        }

        return unit;
    }
}
