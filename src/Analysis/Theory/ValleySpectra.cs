using Looped.Tensors;

namespace Looped.Analysis.Theory;

/// <summary>
/// A pair of valley spectra as the theory compares them, in units of 1/eta and ascending: U-shaped for Single-Attn, V-shaped
/// for Looped-Attn.
/// </summary>
/// <param name="U">Eigenvalues within a factor of two of each other.</param>
/// <param name="V">Eigenvalues over some decades.</param>
public sealed record ValleySpectra(double[] U, double[] V)
{
    private const double Narrow = 0.5;
    private const double Decades = 2.5;

    /// <summary>
    /// A pair for which Assumption 1 holds: V's eigenvalues are smaller one by one, spread over up to 2.5 decades, so that
    /// below the threshold of U's smallest eigenvalue V has more. In half of the pairs the largest eigenvalue is the same.
    /// </summary>
    /// <param name="random">What it is drawn from.</param>
    /// <param name="size">Dimension of the valley, at least 2.</param>
    /// <param name="top">eta times the largest eigenvalue.</param>
    public static ValleySpectra Dominated(Philox random, int size, double top)
    {
        var u = DrawU(random, size, top);
        var decades = Decades * Math.Pow(random.NextDouble(), 2);
        double[] v = [.. u.Select(lambda => lambda * Math.Pow(10, -decades * random.NextDouble()))];
        if (random.NextInt(2) == 0)
        {
            v[^1] = top;
        }

        // U's smallest eigenvalue is the threshold, which one of V must lie below.
        v[0] = Math.Min(v[0], u[0] * (1 - (0.5 * random.NextDouble())));
        return Sorted(u, v);
    }

    /// <summary>
    /// A pair as Definition 1 describes it, with both larger and smaller eigenvalues in V than in U: Assumption 1 (b) fails.
    /// </summary>
    /// <param name="random">What it is drawn from.</param>
    /// <param name="size">Dimension of the valley, at least 2.</param>
    /// <param name="top">eta times V's largest eigenvalue.</param>
    public static ValleySpectra Crossing(Philox random, int size, double top)
    {
        var u = DrawU(random, size, top / 2);
        var v = new double[size];
        for (var i = 0; i < size - 1; i++)
        {
            v[i] = top * Math.Pow(10, -Decades * random.NextDouble());
        }

        v[^1] = top;
        return Sorted(u, v);
    }

    /// <summary>A threshold tau below which V has more eigenvalues than U: just under U's smallest.</summary>
    public double Threshold => U[0] * (1 - 1e-9);

    /// <summary>Assumption 1 (a): V has more eigenvalues than U under the threshold.</summary>
    public bool HasMoreLow => V.Count(lambda => lambda < Threshold) > U.Count(lambda => lambda < Threshold);

    /// <summary>Assumption 1 (b): V's sorted eigenvalues are at most U's, one by one.</summary>
    public bool IsDominated => SpectralDominance.Test(U, V).Holds;

    private static double[] DrawU(Philox random, int size, double top)
    {
        var u = new double[size];
        for (var i = 0; i < size; i++)
        {
            u[i] = top * (Narrow + ((1 - Narrow) * random.NextDouble()));
        }

        u[^1] = top;
        Array.Sort(u);
        return u;
    }

    private static ValleySpectra Sorted(double[] u, double[] v)
    {
        Array.Sort(v);
        return new ValleySpectra(u, v);
    }
}
