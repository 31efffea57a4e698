using Looped.Studies.Statistics;

namespace Looped.Studies.Tests.Statistics;

public class RankCorrelationTests
{
    [Fact]
    public void What_rises_together_has_one_and_what_falls_minus_one_on_any_scale()
    {
        double[] x = [0.1, 3, -2, 50, 7];
        Assert.Equal(1, RankCorrelation.Spearman(x, [.. x.Select(Math.Exp)]), 1e-15);
        Assert.Equal(-1, RankCorrelation.Spearman(x, [.. x.Select(value => -value * value * value)]), 1e-15);
    }

    /// <summary>The number is that of <c>scipy.stats.spearmanr</c>, SciPy 1.10.1.</summary>
    [Fact]
    public void Equal_values_share_their_rank()
    {
        Assert.Equal(0.9210526315789475, RankCorrelation.Spearman([1, 2, 2, 4, 5], [1, 3, 2, 3, 9]), 1e-14);
        Assert.Equal(0.5, RankCorrelation.Spearman([1, 2, 3], [1, 3, 2]), 1e-15);
    }

    [Fact]
    public void Too_few_pairs_or_equal_values_have_none()
    {
        Assert.True(double.IsNaN(RankCorrelation.Spearman([1, 2], [1, 2])));
        Assert.True(double.IsNaN(RankCorrelation.Spearman([1, 2, 3], [4, 4, 4])));
        Assert.True(double.IsNaN(RankCorrelation.Spearman([1, 2, double.NaN], [1, 2, 3])));
        Assert.Equal(1, RankCorrelation.Spearman([1, 2, double.NaN, 3], [1, 2, 0, 3]), 1e-15);
        Assert.Contains("2 and 1", Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1, 2], [1])).Message);
    }
}
