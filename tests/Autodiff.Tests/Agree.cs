namespace Looped.Autodiff.Tests;

/// <summary>What it means that numbers agree, and numerical derivatives to compare with.</summary>
internal static class Agree
{
    /// <summary>max |actual - expected| is at most tolerance times max(max |expected|, scale).</summary>
    public static void Within(
        double tolerance, double[] expected, double[] actual, string what = "", double scale = 0)
    {
        Assert.True(expected.Length == actual.Length, $"{actual.Length} numbers for {expected.Length}: {what}");
        var bound = tolerance * Math.Max(scale, expected.Select(Math.Abs).DefaultIfEmpty().Max());
        for (var i = 0; i < expected.Length; i++)
        {
            var error = Math.Abs(actual[i] - expected[i]);
            Assert.True(
                error <= bound, $"element {i} is {actual[i]:R} for {expected[i]:R}, off by {error:E2} > {bound:E2}: {what}");
        }
    }

    /// <summary>
    /// The derivative of a function along a direction by central differences of fourth order; the remainder is
    /// h^4/30 times the fifth derivative.
    /// </summary>
    public static double[] CentralDifferences(
        Func<Arguments, double[]> function, Arguments point, Arguments direction, double step = 1e-3)
    {
        var (back2, back1) = (function(point.Move(-2 * step, direction)), function(point.Move(-step, direction)));
        var (ahead1, ahead2) = (function(point.Move(step, direction)), function(point.Move(2 * step, direction)));
        return
        [
            .. Enumerable.Range(0, ahead1.Length)
                .Select(i => ((8 * (ahead1[i] - back1[i])) - (ahead2[i] - back2[i])) / (12 * step)),
        ];
    }

    /// <summary>The largest absolute value; zero where there are none.</summary>
    public static double Largest(IEnumerable<double> values) => values.Select(Math.Abs).DefaultIfEmpty().Max();

    /// <summary>Inner product.</summary>
    public static double Dot(double[] left, double[] right) => left.Zip(right, (a, b) => a * b).Sum();

    /// <summary>The scale of an inner product: the same over absolute values.</summary>
    public static double DotScale(double[] left, double[] right) => left.Zip(right, (a, b) => Math.Abs(a * b)).Sum();
}
