using FsCheck;
using FsCheck.Fluent;
using Looped.Studies.Theory;

namespace Looped.Studies.Tests.Theory;

public class ExactIntervalTests
{
    /// <summary>Quantiles of beta laws by scipy: beta.ppf(0.025, k, n - k + 1) and beta.ppf(0.975, k + 1, n - k).</summary>
    [Theory]
    [InlineData(3, 10, 0.06673951117773447, 0.6524528500599973)]
    [InlineData(50, 4000, 0.009291587489802085, 0.016446844532148504)]
    [InlineData(7, 8, 0.47349032912479344, 0.9968402764687481)]
    public void TheIntervalIsThatOfBetaQuantiles(int count, int total, double low, double high)
    {
        var interval = ExactInterval.Of(count, total);
        Assert.Equal(low, interval.Low, 1e-10);
        Assert.Equal(high, interval.High, 1e-10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void WithoutAnyTheUpperEndIsTheRootOfTheTail(int total)
    {
        var (low, high) = ExactInterval.Of(0, total);
        Assert.Equal(0, low);
        Assert.Equal(1 - Math.Pow(0.025, 1.0 / total), high, 1e-10);
    }

    [Fact]
    public void CountingTheOthersMirrorsTheInterval() => Prop.ForAll(
        (from total in Gen.Choose(1, 500) from count in Gen.Choose(0, total) select (count, total)).ToArbitrary(),
        counts =>
        {
            var (low, high) = ExactInterval.Of(counts.count, counts.total);
            var mirrored = ExactInterval.Of(counts.total - counts.count, counts.total);
            var share = counts.count / (double)counts.total;
            return low <= share && share <= high
                && Math.Abs(low + mirrored.High - 1) < 1e-9 && Math.Abs(high + mirrored.Low - 1) < 1e-9;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void NothingCountedLeavesNoInterval() => Assert.True(double.IsNaN(ExactInterval.Of(0, 0).Low));
}
