namespace Looped.Studies.Theory;

/// <summary>
/// The exact interval of a share by counts (Clopper and Pearson, 1934): the shares under which as many or more, and as few or
/// fewer, have a chance of 2.5 % each.
/// </summary>
public static class ExactInterval
{
    private const double Tail = 0.025;

    /// <summary>The 95 % interval of a share of which <paramref name="count"/> of <paramref name="total"/> were seen.</summary>
    public static (double Low, double High) Of(int count, int total)
    {
        if (total == 0)
        {
            return (double.NaN, double.NaN);
        }

        return (
            count == 0 ? 0 : Solve(share => 1 - AtMost(count - 1, total, share) < Tail),
            count == total ? 1 : Solve(share => AtMost(count, total, share) > Tail));
    }

    /// <summary>The share at which a condition that holds at 0 and not at 1 ends.</summary>
    private static double Solve(Func<double, bool> holds)
    {
        var (low, high) = (0.0, 1.0);
        for (var halving = 0; halving < 60; halving++)
        {
            var middle = (low + high) / 2;
            (low, high) = holds(middle) ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }

    /// <summary>The chance of at most so many of n at a share.</summary>
    private static double AtMost(int count, int n, double share)
    {
        // Terms of the binomial law by their logarithms, since the first may be too small for a double.
        var (logTerm, sum) = (n * Math.Log(1 - share), 0.0);
        for (var i = 0; i <= count; i++)
        {
            sum += Math.Exp(logTerm);
            logTerm += Math.Log((n - i) / (i + 1.0)) + Math.Log(share) - Math.Log(1 - share);
        }

        return sum;
    }
}
