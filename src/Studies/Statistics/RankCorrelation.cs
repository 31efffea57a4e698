namespace Looped.Studies.Statistics;

/// <summary>Whether two measurements rise and fall together, whatever their scales.</summary>
public static class RankCorrelation
{
    /// <summary>
    /// Spearman's coefficient: Pearson's of the ranks, equal values sharing the mean of theirs. Pairs of which a number is
    /// not finite do not count. NaN for fewer than three pairs, and where all values of one list are equal.
    /// </summary>
    /// <exception cref="ArgumentException">The lists are not equally long.</exception>
    public static double Spearman(IReadOnlyList<double> left, IReadOnlyList<double> right)
    {
        if (left.Count != right.Count)
        {
            throw new ArgumentException($"Pairs need equally many of both, not {left.Count} and {right.Count}.");
        }

        var pairs = left.Zip(right).Where(pair => double.IsFinite(pair.First) && double.IsFinite(pair.Second)).ToList();
        if (pairs.Count < 3)
        {
            return double.NaN;
        }

        var (x, y) = (Ranks([.. pairs.Select(pair => pair.First)]), Ranks([.. pairs.Select(pair => pair.Second)]));

        // Ranks, shared or not, sum to the same.
        var middle = (pairs.Count - 1) / 2.0;
        var (products, squaresX, squaresY) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            products += (x[i] - middle) * (y[i] - middle);
            squaresX += (x[i] - middle) * (x[i] - middle);
            squaresY += (y[i] - middle) * (y[i] - middle);
        }

        return squaresX > 0 && squaresY > 0 ? products / Math.Sqrt(squaresX * squaresY) : double.NaN;
    }

    private static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        var ranks = new double[values.Length];
        for (var start = 0; start < order.Length;)
        {
            var end = start;
            while (end < order.Length && values[order[end]] == values[order[start]])
            {
                end++;
            }

            for (var i = start; i < end; i++)
            {
                ranks[order[i]] = (start + end - 1) / 2.0;
            }

            start = end;
        }

        return ranks;
    }
}
