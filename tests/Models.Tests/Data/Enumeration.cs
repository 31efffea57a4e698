using Looped.Models.Data;

namespace Looped.Models.Tests.Data;

/// <summary>The language by its definition: all sequences written out, all probabilities multiplied out.</summary>
internal static class Enumeration
{
    /// <summary>All S^L sequences in lexicographic order.</summary>
    public static IReadOnlyList<int[]> Sequences(int symbols, int length)
    {
        IEnumerable<int[]> sequences = [[]];
        for (var i = 0; i < length; i++)
        {
            sequences = sequences.SelectMany(
                head => Enumerable.Range(0, symbols).Select(token => (int[])[.. head, token]));
        }

        return [.. sequences];
    }

    /// <summary>P(x), from the words of the definition of each kind of dynamics.</summary>
    public static double Probability(MarkovLanguage language, int[] x)
    {
        var m = language.Matrices;
        double Product(Func<int, TransitionMatrix> matrixOfStep) =>
            Enumerable.Range(1, x.Length - 1)
                .Aggregate(1.0 / language.Symbols, (p, t) => p * matrixOfStep(t)[x[t - 1], x[t]]);
        return language.Dynamics switch
        {
            Dynamics.Cyclic => Product(t => m[(t - 1) % m.Count]),
            Dynamics.Mixture => m.Average(chain => Product(_ => chain)),
            _ => Product(_ => m[0]),
        };
    }

    /// <summary>What a view shows of a context, as a string that is equal where the view is.</summary>
    public static string Seen(ContextView view, IReadOnlyList<int> context) => view switch
    {
        ContextView.LastToken => $"{context[^1]}",
        ContextView.Bag => $"{string.Join(',', context.Order())} then {context[^1]}",
        _ => string.Join(',', context),
    };

    /// <summary>P(y | view) for every view that occurs, by summing P over all sequences of the length.</summary>
    public static IReadOnlyDictionary<string, double[]> Conditional(
        MarkovLanguage language, int length, ContextView view)
    {
        var joint = new Dictionary<string, double[]>();
        foreach (var x in Sequences(language.Symbols, length))
        {
            var seen = Seen(view, x[..^1]);
            joint.TryAdd(seen, new double[language.Symbols]);
            joint[seen][x[^1]] += Probability(language, x);
        }

        return joint.ToDictionary(pair => pair.Key, pair => pair.Value.Select(p => p / pair.Value.Sum()).ToArray());
    }
}
