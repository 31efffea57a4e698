using FsCheck;
using FsCheck.Fluent;
using Looped.Studies.Figures;

namespace Looped.Studies.Tests.Figures;

public class HistogramTests
{
    private static readonly Gen<double[]> Samples = Gen.OneOf(
        ScaleTests.Numbers,
        Gen.Elements(0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1)).ArrayOf();

    [Theory]
    [MemberData(nameof(ScaleTests.Scales), MemberType = typeof(ScaleTests))]
    public void CountsSumToTheNumberOfValuesOnTheScale(Scale scale) => Prop.ForAll(
        Samples.ToArbitrary(),
        Gen.Choose(1, 60).ToArbitrary(),
        (values, bins) =>
        {
            var shown = values.Where(v => !double.IsFinite(v) || scale.Accepts(v)).ToArray();
            var counts = BinEdges.Count(shown, BinEdges.Covering(values, scale, bins));
            Assert.Equal(bins, counts.Length);
            Assert.Equal(shown.Count(double.IsFinite), counts.Sum());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ABinHoldsItsLowerEdgeAndTheLastItsUpperEdgeToo() =>
        Assert.Equal([2, 1, 3], BinEdges.Count([0, 0.5, 1, 2, 2.5, 3], [0, 1, 2, 3]));

    [Fact]
    public void BinsAreEquallyWideAlongTheirScale()
    {
        Assert.Equal([1, 10, 100, 1000.0], BinEdges.Covering([1, 1000], Scale.Log10, 3), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([-10, -1, 0, 1, 10.0], BinEdges.Covering([-10, 10], Scale.SymmetricLog(1), 4), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void NoValueIsLostInSilence() =>
        Assert.Throws<ArgumentException>(() => Histogram.Of("spectrum", [0.5, 7], [0, 1]));

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.0, 1.0, 1.0)]
    [InlineData(1.0, 0.0)]
    [InlineData(0.0, double.NaN)]
    public void EdgesIncrease(params double[] edges) =>
        Assert.Throws<ArgumentException>(() => BinEdges.Count([], edges));

    [Fact]
    public void SeriesOfUnequalLengthsAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new Histogram("", [0, 1, 2], [5]));
        Assert.Throws<ArgumentException>(() => new Line("", [0, 1], [5]));
        Assert.Throws<ArgumentException>(() => new Points("", [0], [5], [4, 4], [6]));
        Assert.Throws<ArgumentException>(() => new Band("", [0], [5], []));
    }
}
