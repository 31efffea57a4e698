using System.Globalization;
using Looped.Studies.Settings;
using Looped.Studies.Toy;

namespace Looped.Studies.Tests.Toy;

public class ToySettingsTests
{
    private const long Memory = 16L << 30;

    public static TheoryData<string> Names => [.. ToySettings.Options.Select(option => option.Name)];

    [Fact]
    public void TheOptionsAreThoseOfTheStudy() => Assert.Equal(
        [
            "d", "loops", "epochs", "lr", "optimizer", "weight-decay", "batch", "seed", "samples", "contexts", "alpha",
            "concentration", "dynamics", "scale", "init", "gate", "positions", "model", "spectrum-every", "mi", "eps", "eps-mode", "threads",
        ],
        ToySettings.Options.Select(option => option.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void ADefaultIsAllowedAndReadsBack(string name)
    {
        var (option, defaults) = (Option(name), new ToySettings());
        Assert.Equal(defaults, option.Apply(defaults, option.Get(defaults)));
    }

    [Theory]
    [InlineData("d", "1", "100")]
    [InlineData("loops", "1", "64")]
    [InlineData("epochs", "1", "1000000")]
    [InlineData("lr", "1E-300", "1000")]
    [InlineData("optimizer", "sgd", "momentum")]
    [InlineData("batch", "0", "10000000")]
    [InlineData("seed", "0", "18446744073709551615")]
    [InlineData("samples", "1", "10000000")]
    [InlineData("alpha", "0", "10")]
    [InlineData("concentration", "0", "40")]
    [InlineData("dynamics", "mixture", "homogeneous")]
    [InlineData("scale", "mean", "none")]
    [InlineData("gate", "-1000", "learned")]
    [InlineData("positions", "true", "false")]
    [InlineData("model", "single", "looped")]
    [InlineData("spectrum-every", "1", "1000000")]
    [InlineData("mi", "eigenbasis", "matrix")]
    [InlineData("eps", "0", "1000000")]
    [InlineData("eps-mode", "relative", "absolute")]
    [InlineData("threads", "1", "256")]
    public void TheEndsOfARangeAreAllowedAndReadBack(string name, params string[] values)
    {
        foreach (var text in values)
        {
            Assert.Equal(text, Option(name).Get(Option(name).Apply(new ToySettings(), text)));
        }
    }

    [Theory]
    [InlineData("d", "0", "101", "4.5", "x", "", "99999999999999999999")]
    [InlineData("loops", "0", "65", "-1")]
    [InlineData("epochs", "0", "1000001", "1e3")]
    [InlineData("lr", "0", "-1", "1001", "nan", "inf", "0,1")]
    [InlineData("optimizer", "rmsprop", "1", "")]
    [InlineData("batch", "-1", "10000001")]
    [InlineData("seed", "-1", "18446744073709551616", "0x1")]
    [InlineData("samples", "0", "10000001")]
    [InlineData("alpha", "-0.1", "10.1", "NaN")]
    [InlineData("concentration", "-1", "41")]
    [InlineData("dynamics", "cycle")]
    [InlineData("scale", "sum")]
    [InlineData("gate", "1001", "-1001", "learn", "NaN")]
    [InlineData("positions", "yes", "1")]
    [InlineData("model", "none", "single,looped")]
    [InlineData("spectrum-every", "0")]
    [InlineData("mi", "entropy")]
    [InlineData("eps", "-1", "1000001")]
    [InlineData("eps-mode", "rel")]
    [InlineData("threads", "0", "257")]
    public void WhatIsOutOfItsRangeIsNamedWithTheRange(string name, params string[] values)
    {
        foreach (var text in values)
        {
            var option = Option(name);
            var failure = Assert.Throws<SettingException>(() => option.Apply(new ToySettings(), text));
            Assert.Equal($"{name} must be {option.Allowed}, not '{text}'", failure.Message);
        }
    }

    [Fact]
    public void NumbersAreReadTheSameInEveryCulture()
    {
        var before = CultureInfo.CurrentCulture;
        var foreign = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        foreign.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = foreign;
        try
        {
            var settings = Option("lr").Apply(new ToySettings(), "0.25");
            Assert.Equal(0.25, settings.LearningRate);
            Assert.Equal("0.25", Option("lr").Get(settings));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void SettingsThatContradictEachOtherAreRefused()
    {
        new ToySettings().Validate(Memory);
        new ToySettings { Batch = 50, Samples = 50 }.Validate(Memory);
        new ToySettings { Epsilon = 5, EpsilonMode = Analysis.EpsilonMode.Absolute }.Validate(Memory);
        Assert.Equal(
            "batch must be at most samples = 50, not '51'", Refusal(new ToySettings { Batch = 51, Samples = 50 }));
        Assert.Equal("eps must be below 1 where eps-mode is relative, not '1'", Refusal(new ToySettings { Epsilon = 1 }));
    }

    [Fact]
    public void HessiansThatMemoryCannotHoldAreRefusedBeforeTheRun()
    {
        new ToySettings { Width = 32, Epochs = 1000 }.Validate(Memory);
        Assert.Contains("d = 100", Refusal(new ToySettings { Width = 100 }));
        Assert.Contains("1000002 spectra", Refusal(new ToySettings { Width = 32, Epochs = 1_000_000 }));
        new ToySettings { Width = 32, Epochs = 1_000_000, SpectrumEvery = 1000 }.Validate(Memory);
    }

    private static StudyOption<ToySettings> Option(string name) => ToySettings.Options.Single(option => option.Name == name);

    private static string Refusal(ToySettings settings) =>
        Assert.Throws<SettingException>(() => settings.Validate(Memory)).Message;
}
