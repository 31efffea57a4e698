using Looped.Studies.Statistics;
using Looped.Tensors;

namespace Looped.Studies.Tests.Statistics;

public class BootstrapTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(25)]
    public void Intervals_of_normal_means_cover_the_truth_as_often_as_they_say(int seeds) =>
        AssertCoverage(seeds, random => 3 + (2 * random.NextNormal()), truth: 3);

    [Fact]
    public void Intervals_of_skewed_means_cover_the_truth_nearly_as_often() =>
        AssertCoverage(20, random => -Math.Log(random.NextDouble() + 1e-300), truth: 1);

    [Fact]
    public void Pairs_remove_what_the_seeds_share()
    {
        var random = new Philox(5, "pairs");
        var shared = Enumerable.Range(0, 10).Select(_ => 100 * random.NextNormal()).ToArray();
        var left = shared.Select(s => s + 1 + (0.01 * random.NextNormal())).ToArray();

        var interval = Bootstrap.Difference(left, shared);

        Assert.InRange(interval.Low, 0.95, 1);
        Assert.InRange(interval.High, 1, 1.05);
    }

    [Fact]
    public void Equal_measurements_make_a_point_and_one_makes_no_interval()
    {
        Assert.Equal(new Interval(0.1, 0.1, 0.1, 7), Bootstrap.Mean(Enumerable.Repeat(0.1, 7)) with { Value = 0.1, Low = 0.1, High = 0.1 });
        Assert.True(Bootstrap.Mean(Enumerable.Repeat(0.1, 7)) is { Low: var low, High: var high } && low == high);
        Assert.False(Bootstrap.Mean([4.0]).HasEnds);
        Assert.Equal(Interval.None, Bootstrap.Mean([]));
    }

    [Fact]
    public void What_was_not_measured_does_not_count() =>
        Assert.Equal(Bootstrap.Mean([1, 2, 4]), Bootstrap.Mean([1, double.NaN, 2, double.PositiveInfinity, 4]));

    [Fact]
    public void The_same_measurements_give_the_same_interval() =>
        Assert.Equal(Bootstrap.Mean([1, 2, 4, 7, 9, 2, 3]), Bootstrap.Mean([1, 2, 4, 7, 9, 2, 3]));

    [Fact]
    public void A_statistic_of_resampled_seeds_has_its_percentiles()
    {
        // The median of 1 .. 101: its percentile interval is that of a binomial count, about 51 +- 1.96 * sqrt(101) / 2.
        double[] values = [.. Enumerable.Range(1, 101).Select(i => (double)i)];

        var interval = Bootstrap.Of(values.Length, seeds => seeds.Select(seed => values[seed]).Order().ElementAt(50));

        Assert.Equal(51, interval.Value);
        Assert.InRange(interval.Low, 39, 43.5);
        Assert.InRange(interval.High, 58.5, 63);
    }

    [Theory]
    [InlineData(1, 12.706204736174694)]
    [InlineData(2, 4.302652729749462)]
    [InlineData(4, 2.7764451051977934)]
    [InlineData(9, 2.2621571628540993)]
    [InlineData(30, 2.0422724563012373)]
    public void Student_quantiles_are_those_of_the_tables(int freedom, double expected) =>
        Assert.Equal(expected, StudentT.Quantile(0.95, freedom), 1e-9);

    [Theory]
    [InlineData(10, 10, 0.7224672001371107, 1)]
    [InlineData(0, 10, 0, 0.2775327998628892)]
    [InlineData(5, 10, 0.23659309051256416, 0.7634069094874358)]
    public void Shares_have_Wilsons_interval(int successes, int seeds, double low, double high)
    {
        var share = Share.Of(Enumerable.Range(0, seeds).Select(i => i < successes));

        Assert.Equal(successes / (double)seeds, share.Value);
        Assert.Equal(low, share.Low, 1e-9);
        Assert.Equal(high, share.High, 1e-9);
    }

    private static void AssertCoverage(int seeds, Func<Philox, double> draw, double truth)
    {
        const int Repetitions = 400;
        var random = new Philox(1, "coverage");
        var covered = 0;
        for (var i = 0; i < Repetitions; i++)
        {
            var interval = Bootstrap.Mean([.. Enumerable.Range(0, seeds).Select(_ => draw(random))]);
            covered += interval.Low <= truth && truth <= interval.High ? 1 : 0;
        }

        // 95 % with a standard error of 1.1 %.
        Assert.InRange(covered / (double)Repetitions, 0.915, 0.985);
    }
}
