using System.Globalization;

namespace Looped.Analysis.Estimators;

/// <summary>
/// What stochastic Lanczos quadrature knows of a spectrum: a Gauss rule for each probe. Every estimate is a mean over probes
/// with the standard error of their spread. Estimates of functions that are no polynomials take the mean of rules of m and m - 1
/// steps; their bias is the larger of two changes: from that mean at half the steps, and to the rule of m steps alone.
/// </summary>
/// <param name="Size">n: how many eigenvalues there are.</param>
/// <param name="Steps">Lanczos steps of each probe, at most.</param>
/// <param name="Rules">A rule for each probe.</param>
/// <param name="Averages">For each probe the mean of its rule and the one of a step less.</param>
/// <param name="Halves">Such means at half the steps.</param>
/// <param name="Products">Products with the operator that it took.</param>
public sealed record SpectralQuadrature(
    int Size,
    int Steps,
    IReadOnlyList<GaussRule> Rules,
    IReadOnlyList<GaussRule> Averages,
    IReadOnlyList<GaussRule> Halves,
    int Products)
{
    /// <summary>The smallest node of any probe: the smallest eigenvalue from above.</summary>
    public double Lowest => Rules.Min(rule => rule.Nodes[0]);

    /// <summary>The largest node of any probe: the largest eigenvalue from below.</summary>
    public double Highest => Rules.Max(rule => rule.Nodes[^1]);

    /// <summary><c>tr f(A)</c>, the sum of a function over the eigenvalues.</summary>
    /// <param name="function">f, finite on the spectrum; the smoother, the fewer steps it takes.</param>
    public Estimate Sum(Func<double, double> function) =>
        Estimate.OfMean(Samples(Averages, function), Bias(rules => Mean(rules, function)));

    /// <summary>The trace. Quadratures of two steps and more have no bias of it.</summary>
    public Estimate Trace() => Estimate.OfMean(Samples(Rules, x => x));

    /// <summary>The Frobenius norm, the root of the sum of squares.</summary>
    public Estimate FrobeniusNorm() => Estimate.OfMeans(FrobeniusFunction, 0, Samples(Rules, x => x * x));

    /// <summary><c>ln det(A + s I)</c>.</summary>
    /// <param name="shift">s, larger than minus the smallest eigenvalue.</param>
    /// <exception cref="ArgumentException">A node is seen where <c>A + s I</c> is not positive definite.</exception>
    public Estimate LogDeterminant(double shift)
    {
        if (!(Lowest + shift > 0))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"a shift of {shift:R} does not make the operator positive definite: it has eigenvalues as low as {Lowest:R}"));
        }

        return Sum(x => Math.Log(x + shift));
    }

    /// <summary>
    /// The matrix entropy <c>E = -sum p ln p</c> of <c>p_i = |lambda_i| / Z</c>, of a matrix that is never formed: with
    /// <c>Z = tr |A|</c> and <c>S = tr |A| ln |A|</c>, <c>E = ln Z - S / Z</c>. The error is that of the delta method over
    /// probes. 0 for the zero matrix.
    /// </summary>
    public Estimate Entropy()
    {
        var unit = Math.Max(Math.Abs(Lowest), Math.Abs(Highest));
        if (unit == 0)
        {
            return new Estimate(0, 0, 0, Rules.Count);
        }

        // In units of the largest magnitude, of which the entropy knows nothing, no logarithm is of an extreme number.
        double Magnitude(double x) => Math.Abs(x) / unit;
        double Surprisal(double x) => x == 0 ? 0 : Magnitude(x) * Math.Log(Magnitude(x));
        var bias = Bias(rules => EntropyFunction([Mean(rules, Magnitude), Mean(rules, Surprisal)]).Value);
        return Estimate.OfMeans(EntropyFunction, bias, Samples(Averages, Magnitude), Samples(Averages, Surprisal));
    }

    /// <summary>How many eigenvalues lie above a threshold.</summary>
    /// <remarks>
    /// A step is no smooth function: the rules know the measure on either side of a node only to that node's weight. The bias
    /// is small where the threshold lies in a gap, and large where it lies in the bulk.
    /// </remarks>
    public Estimate CountAbove(double epsilon) => Sum(x => x > epsilon ? 1 : 0);

    /// <summary>The share of negative eigenvalues in the sum of magnitudes, <c>sum of -lambda below zero / tr |A|</c>.</summary>
    /// <exception cref="InvalidOperationException">The matrix is zero.</exception>
    public Estimate NegativeMass()
    {
        if (Lowest == 0 && Highest == 0)
        {
            throw new InvalidOperationException("the zero matrix has no mass of which a share could be negative");
        }

        static double Negative(double x) => Math.Max(0, -x);
        var bias = Bias(rules => Mean(rules, Negative) / Mean(rules, Math.Abs));
        return Estimate.OfMeans(RatioFunction, bias, Samples(Averages, Negative), Samples(Averages, Math.Abs));
    }

    /// <summary>
    /// The condition number of the valley, <c>kappa</c>: the largest eigenvalue over the smallest above a threshold. That one is
    /// taken where the mean rule has counted half an eigenvalue above the threshold; the standard error is the jackknife's
    /// over probes. Not a number where no eigenvalue is seen there.
    /// </summary>
    /// <param name="epsilon">The threshold, not negative.</param>
    public Estimate ConditionNumber(double epsilon)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        var value = Condition(Averages, epsilon);
        var left = Enumerable.Range(0, Rules.Count)
            .Select(probe => Condition([.. Averages.Where((_, i) => i != probe)], epsilon)).ToArray();
        var mean = left.Average();
        var error = Math.Sqrt((Rules.Count - 1.0) / Rules.Count * left.Sum(x => (x - mean) * (x - mean)));
        return new Estimate(value, error, Bias(rules => Condition(rules, epsilon)), Rules.Count);
    }

    /// <summary>n times the mean of a function over each rule, whose weights sum to 1.</summary>
    private double[] Samples(IReadOnlyList<GaussRule> rules, Func<double, double> function) =>
        [.. rules.Select(rule => Size * rule.Sum(function))];

    private double Mean(IReadOnlyList<GaussRule> rules, Func<double, double> function) => Samples(rules, function).Average();

    /// <summary>The larger change of a value, from half the steps and to rules that are no means.</summary>
    private double Bias(Func<IReadOnlyList<GaussRule>, double> value)
    {
        var now = value(Averages);
        return Math.Max(Math.Abs(now - value(Halves)), Math.Abs(now - value(Rules)));
    }

    private double Condition(IReadOnlyList<GaussRule> rules, double epsilon)
    {
        var counted = 0.0;
        foreach (var (node, weight) in rules
            .SelectMany(rule => rule.Nodes.Zip(rule.Weights)).Where(pair => pair.First > epsilon).OrderBy(pair => pair.First))
        {
            counted += Size * weight / rules.Count;
            if (counted >= 0.5)
            {
                return rules.Max(rule => rule.Nodes[^1]) / node;
            }
        }

        return double.NaN;
    }

    private static (double Value, double[] Gradient) FrobeniusFunction(double[] means)
    {
        var norm = Math.Sqrt(means[0]);
        return (norm, [norm == 0 ? 0 : 0.5 / norm]);
    }

    private static (double Value, double[] Gradient) EntropyFunction(double[] means)
    {
        var (z, s) = (means[0], means[1]);
        return (Math.Log(z) - (s / z), [(1 / z) + (s / (z * z)), -1 / z]);
    }

    private static (double Value, double[] Gradient) RatioFunction(double[] means) =>
        (means[0] / means[1], [1 / means[1], -means[0] / (means[1] * means[1])]);
}
