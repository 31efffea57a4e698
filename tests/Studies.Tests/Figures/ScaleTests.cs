using FsCheck;
using FsCheck.Fluent;
using Looped.Studies.Figures;

namespace Looped.Studies.Tests.Figures;

public class ScaleTests
{
    public static readonly TheoryData<Scale> Scales =
        [Scale.Linear, Scale.Log10, Scale.SymmetricLog(1e-6), Scale.SymmetricLog(1), Scale.SymmetricLog(3e4)];

    /// <summary>Numbers of both signs between 1e-30 and 1e30 in size.</summary>
    internal static readonly Gen<double> Numbers =
        from exponent in Gen.Choose(-3000, 3000)
        from sign in Gen.Elements(-1.0, 1.0)
        select sign * Math.Pow(10, exponent / 100.0);

    [Theory]
    [MemberData(nameof(Scales))]
    public void InverseUndoesForward(Scale scale) => Prop.ForAll(
        Numbers.Where(scale.Accepts).ToArbitrary(),
        x => Math.Abs(scale.Inverse(scale.Forward(x)) - x) <= 1e-12 * Math.Abs(x)).QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(Scales))]
    public void ForwardIncreases(Scale scale) => Prop.ForAll(
        Numbers.Where(scale.Accepts).Two().ToArbitrary(),
        pair => pair.Item1.CompareTo(pair.Item2) == scale.Forward(pair.Item1).CompareTo(scale.Forward(pair.Item2))
            || Math.Abs(pair.Item1 - pair.Item2) <= 1e-12 * Math.Abs(pair.Item1)).QuickCheckThrowOnFailure();

    [Fact]
    public void SymmetricLogIsOddAndADecadeIsAsLongAsHalfTheLinearPart()
    {
        var scale = Scale.SymmetricLog(1e-3);
        Assert.Equal(0, scale.Forward(0));
        Assert.Equal(0.5, scale.Forward(5e-4), 12);
        Assert.Equal(1, scale.Forward(1e-3), 12);
        Assert.Equal(2, scale.Forward(1e-2), 12);
        Assert.Equal(4, scale.Forward(1), 12);
        Prop.ForAll(Numbers.ToArbitrary(), x => scale.Forward(-x) == -scale.Forward(x)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void WhatCannotBeShownIsNotAccepted()
    {
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 2e300 })
        {
            Assert.False(Scale.Linear.Accepts(value));
            Assert.False(Scale.Log10.Accepts(value));
            Assert.False(Scale.SymmetricLog(1).Accepts(value));
        }

        Assert.False(Scale.Log10.Accepts(0));
        Assert.False(Scale.Log10.Accepts(-1));
        Assert.True(Scale.SymmetricLog(1).Accepts(0));
    }

    [Fact]
    public void SharesRunFromZeroToOne()
    {
        Assert.Equal(0.25, Scale.Linear.Share(2, new AxisRange(1, 5)), 12);
        Assert.Equal(0.5, Scale.Log10.Share(10, new AxisRange(1, 100)), 12);
        Assert.Equal(0.5, Scale.SymmetricLog(1e-5).Share(0, new AxisRange(-7, 7)), 12);
        Assert.True(double.IsNaN(Scale.Log10.Share(-1, new AxisRange(1, 100))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void AThresholdMustBePositive(double threshold) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Scale.SymmetricLog(threshold));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.PositiveInfinity)]
    public void ARangeRunsFromAFiniteNumberToALargerOne(double low, double high) =>
        Assert.Throws<ArgumentException>(() => new AxisRange(low, high));
}
