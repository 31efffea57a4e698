using Looped.Analysis.Estimators;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Estimators;

public class EstimateTests
{
    /// <summary>Quantiles as tables of Student's distribution print them.</summary>
    [Theory]
    [InlineData(1, 12.706)]
    [InlineData(2, 4.303)]
    [InlineData(3, 3.182)]
    [InlineData(4, 2.776)]
    [InlineData(7, 2.365)]
    [InlineData(10, 2.228)]
    [InlineData(30, 2.042)]
    [InlineData(120, 1.980)]
    [InlineData(100_000, 1.960)]
    public void Quantiles_are_those_of_the_tables(int freedom, double expected) =>
        Assert.Equal(expected, StudentT.Quantile(0.975, freedom), 5e-4);

    [Fact]
    public void A_mean_has_the_standard_error_of_its_samples()
    {
        var estimate = Estimate.OfMean([1, 2, 3, 6], bias: 0.25);
        Assert.Equal(3, estimate.Value);
        Assert.Equal(Math.Sqrt(14.0 / 3 / 4), estimate.StandardError, 1e-15);
        Assert.Equal((3.18244630528371 * estimate.StandardError) + 0.25, estimate.Margin, 1e-12);
        Assert.Equal((3 - estimate.Margin, 3 + estimate.Margin), (estimate.Low, estimate.High));
        Assert.Contains("at least 2", Assert.Throws<ArgumentException>(() => Estimate.OfMean([1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Intervals_of_means_of_normal_numbers_cover() => Coverage.Holds(2, seed =>
    {
        var random = new Philox(seed, "normal samples");
        return Estimate.OfMean([.. Enumerable.Range(0, 4).Select(_ => 2 + random.NextNormal())]);
    });

    [Fact]
    public void Intervals_of_a_ratio_of_means_cover() => Coverage.Holds(0.5, seed =>
    {
        var random = new Philox(seed, "normal samples");
        double[][] samples = [Draw(1), Draw(2)];
        return Estimate.OfMeans(m => (m[0] / m[1], [1 / m[1], -m[0] / (m[1] * m[1])]), 0, samples);

        double[] Draw(double mean) => [.. Enumerable.Range(0, 20).Select(_ => mean + (0.5 * random.NextNormal()))];
    });

    [Fact]
    public void Probes_are_signs_of_both_kinds_and_independent_of_their_neighbours()
    {
        const int Size = 10_000;
        var (first, second, again) = (new double[Size], new double[Size], new double[Size]);
        Probes.Fill(5, 0, first);
        Probes.Fill(5, 1, second);
        Probes.Fill(5, 0, again);
        Assert.Equal(first, again);
        Assert.All(first, x => Assert.Equal(1, Math.Abs(x)));

        // Five standard deviations of a sum of so many signs.
        Assert.InRange(first.Sum(), -500, 500);
        Assert.InRange(first.Zip(second, (a, b) => a * b).Sum(), -500, 500);
        Assert.InRange(first.Zip(first.Skip(1), (a, b) => a * b).Sum(), -500, 500);
    }
}
