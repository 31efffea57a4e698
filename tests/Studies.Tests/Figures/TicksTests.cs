using FsCheck;
using FsCheck.Fluent;
using Looped.Studies.Figures;

namespace Looped.Studies.Tests.Figures;

public class TicksTests
{
    // Ranges around any centre, from a 1e-8th of it to many decades wide.
    private static readonly Gen<AxisRange> Ranges =
        from centre in Gen.OneOf(ScaleTests.Numbers, Gen.Constant(0.0))
        from width in Gen.Choose(-800, 1500)
        from share in Gen.Choose(0, 100)
        let size = Math.Pow(10, width / 100.0) * (centre == 0 ? 1 : Math.Abs(centre))
        select new AxisRange(centre - (size * share / 100), centre + (size * (101 - share) / 100));

    private static readonly Gen<AxisRange> PositiveRanges =
        from low in Gen.Choose(-3000, 3000)
        from decades in Gen.Choose(1, 4000)
        select new AxisRange(Math.Pow(10, low / 100.0), Math.Pow(10, (low / 100.0) + (decades / 100.0)));

    private static readonly Gen<int> Counts = Gen.Choose(Ticks.FewestAllowed, Ticks.MostAllowed);

    [Fact]
    public void LinearTicksAreTwoToTwelveInRangeIncreasingAndDistinct() => Check(Scale.Linear, Ranges);

    [Fact]
    public void LogarithmicTicksAreTwoToTwelveInRangeIncreasingAndDistinct() => Check(Scale.Log10, PositiveRanges);

    [Theory]
    [InlineData(1e-8)]
    [InlineData(3e-3)]
    [InlineData(1)]
    public void SymmetricLogTicksAreTwoToTwelveInRangeIncreasingAndDistinct(double threshold) =>
        Check(Scale.SymmetricLog(threshold), Ranges);

    private static void Check(Scale scale, Gen<AxisRange> ranges) => Prop.ForAll(
        ranges.ToArbitrary(),
        Counts.ToArbitrary(),
        (range, most) =>
        {
            var ticks = Ticks.Of(scale, range, most);
            Assert.InRange(ticks.Count, 2, most);
            Assert.All(ticks, t => Assert.InRange(t.Value, range.Low, range.High));
            Assert.All(ticks.Zip(ticks.Skip(1)), pair => Assert.True(pair.First.Value < pair.Second.Value));
            Assert.Equal(ticks.Count, ticks.Select(t => (t.Text, t.Superscript)).Distinct().Count());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ALabelReadsBackAsItsValue() => Prop.ForAll(
        Ranges.ToArbitrary(),
        range =>
        {
            foreach (var tick in Ticks.Of(Scale.Linear, range))
            {
                var scale = Math.Max(Math.Abs(range.Low), Math.Abs(range.High));
                Assert.Equal(tick.Value / scale, Read(tick) / scale, 10);
            }
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 400, 9, "0 50 100 150 200 250 300 350 400")]
    [InlineData(0, 1, 6, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(-1, 1, 5, "−1.0 −0.5 0.0 0.5 1.0")]
    [InlineData(0.3, 0.7, 6, "0.3 0.4 0.5 0.6 0.7")]
    [InlineData(0, 5e6, 6, "0 10^6 2×10^6 3×10^6 4×10^6 5×10^6")]
    [InlineData(0, 2.5e-7, 6, "0 5×10^−8 10^−7 1.5×10^−7 2×10^−7 2.5×10^−7")]
    public void LinearStepsAreOneTwoOrFive(double low, double high, int most, string expected) =>
        Assert.Equal(expected, Labels(Ticks.Of(Scale.Linear, new AxisRange(low, high), most)));

    [Theory]
    [InlineData(1e-4, 10, "10^−4 10^−3 10^−2 10^−1 10^0 10^1")]
    [InlineData(1e-9, 1e3, "10^−9 10^−7 10^−5 10^−3 10^−1 10^1 10^3")]
    [InlineData(3, 60, "5 10 20 50")]
    [InlineData(3.1, 4.1, "3.2 3.4 3.6 3.8 4.0")]
    public void LogarithmicTicksArePowersOfTenWhereThereAreTwo(double low, double high, string expected) =>
        Assert.Equal(expected, Labels(Ticks.Of(Scale.Log10, new AxisRange(low, high))));

    [Theory]
    [InlineData(1e-6, -1, 1, 7, "−10^−1 −10^−3 −10^−5 0 10^−5 10^−3 10^−1")]
    [InlineData(1, 0, 2000, 8, "0 10^0 10^1 10^2 10^3")]
    [InlineData(1e-2, -50, -0.05, 8, "−10^1 −10^0 −10^−1")]
    [InlineData(1, -0.5, 0.5, 5, "−0.4 −0.2 0.0 0.2 0.4")]
    public void SymmetricLogTicksSpreadFromZero(double threshold, double low, double high, int most, string expected) =>
        Assert.Equal(expected, Labels(Ticks.Of(Scale.SymmetricLog(threshold), new AxisRange(low, high), most)));

    [Fact]
    public void WholeNumbersHaveNoTicksBetweenThem() =>
        Assert.Equal("1 2 3", Labels(Ticks.Of(Scale.Linear, new AxisRange(0.9, 3.1), whole: true)));

    [Fact]
    public void MinorTicksDivideDecadesOfALogAxisOnly()
    {
        double[] expected = [0.6, 0.7, 0.8, 0.9, 2, 3, 4, 5, 6, 7, 8, 9, 20];
        Assert.Equal(expected, Ticks.Minor(Scale.Log10, new AxisRange(0.55, 25)));
        Assert.Empty(Ticks.Minor(Scale.Log10, new AxisRange(1e-9, 1)));
        Assert.Empty(Ticks.Minor(Scale.Linear, new AxisRange(1, 10)));
    }

    [Fact]
    public void BadRequestsAreNamed()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Ticks.Of(Scale.Linear, new AxisRange(0, 1), most: 4));
        Assert.Throws<ArgumentException>(() => Ticks.Of(Scale.Log10, new AxisRange(0, 1)));
        Assert.Throws<ArgumentException>(() => Ticks.Of(Scale.Linear, new AxisRange(1, 1 + 1e-12)));
    }

    private static string Labels(IEnumerable<Tick> ticks) =>
        string.Join(' ', ticks.Select(t => t.Superscript.Length > 0 ? $"{t.Text}^{t.Superscript}" : t.Text));

    private static double Read(Tick tick)
    {
        static double Number(string text) =>
            double.Parse(text.Replace('−', '-'), System.Globalization.CultureInfo.InvariantCulture);

        if (tick.Superscript.Length == 0)
        {
            return Number(tick.Text);
        }

        var mantissa = tick.Text switch { "10" => 1, "−10" => -1, var text => Number(text[..text.IndexOf('×')]) };
        return mantissa * Math.Pow(10, Number(tick.Superscript));
    }
}
