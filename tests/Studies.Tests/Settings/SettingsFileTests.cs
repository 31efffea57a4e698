using Looped.Studies.Settings;
using Looped.Studies.Toy;

namespace Looped.Studies.Tests.Settings;

public class SettingsFileTests
{
    [Fact]
    public void AFileChangesWhatItNames()
    {
        var read = Read("""
            // comments and a last comma are welcome
            { "d": 4, "lr": 2.5e-3, "positions": true, "optimizer": "SGD", "gate": "learned", "seed": 18446744073709551615, }
            """);
        var expected = new ToySettings
        {
            Width = 4,
            LearningRate = 0.0025,
            Positions = true,
            Optimizer = OptimizerKind.Sgd,
            Gate = null,
            Seed = ulong.MaxValue,
        };
        Assert.Equal(expected, read);
    }

    [Fact]
    public void NumbersMayStandAsText() => Assert.Equal(new ToySettings { Width = 4 }, Read("""{ "d": "4" }"""));

    [Fact]
    public void WhatARunWritesReadsBackToTheSameSettings()
    {
        var settings = new ToySettings
        {
            Width = 5,
            LearningRate = 1.0 / 3,
            Gate = null,
            Seed = ulong.MaxValue,
            Epsilon = 1e-17,
            Positions = true,
            Threads = 3,
        };
        var members = SettingsFile.Write(settings, ToySettings.Options).ToJsonString();
        Assert.Equal(settings, Read(members));
        Assert.Equal(settings, Read($$"""{ "study": "toy", "settings": {{members}}, "about": { "version": "any" } }"""));
    }

    [Theory]
    [InlineData("""{ "d": 4, "epoch": 3 }""", "'epoch'", "allowed are d, loops, epochs, lr")]
    [InlineData("""{ "settings": { "depth": 3 } }""", "'depth'", "allowed are d, loops, epochs, lr")]
    [InlineData("""{ "settings": { "d": 3 }, "epochs": 3 }""", "'epochs'", "allowed are settings, study, about")]
    [InlineData("""{ "settings": [] }""", "'settings'", "must be a JSON object")]
    [InlineData("""[1, 2]""", "must hold one JSON object")]
    [InlineData("null", "must hold one JSON object")]
    [InlineData("7", "must hold one JSON object")]
    [InlineData("", "is not JSON")]
    [InlineData("{ \"d\": 4,\n\n \"lr\": }", "is not JSON in line 3")]
    [InlineData("""{ "d": 4, "d": 5 }""", "is not JSON", "'d'")]
    [InlineData("""{ "d": null }""", "d must be a whole number from 1 to 100, not 'null'")]
    [InlineData("""{ "d": [4] }""", "d must be a whole number from 1 to 100, not '[4]'")]
    [InlineData("""{ "d": 4.0 }""", "d must be a whole number from 1 to 100, not '4.0'")]
    [InlineData("""{ "positions": 1 }""", "positions must be true or false, not '1'")]
    [InlineData("""{ "optimizer": "rmsprop" }""", "optimizer must be adam, sgd, momentum or adamw, not 'rmsprop'")]
    [InlineData("""{ "optimizer": "0" }""", "optimizer must be adam, sgd, momentum or adamw, not '0'")]
    public void WhatIsWrongIsNamedWithTheFile(string json, params string[] parts)
    {
        var message = Refusal(json);
        Assert.Contains("settings.json", message);
        Assert.All(parts, part => Assert.Contains(part, message));
        Assert.DoesNotContain("\n", message);
    }

    [Fact]
    public void AFileThatIsNotThereIsNamed()
    {
        var failure = Assert.Throws<SettingException>(
            () => SettingsFile.Read("no/such/file.json", new ToySettings(), ToySettings.Options));
        Assert.Contains("no/such/file.json cannot be read", failure.Message);
    }

    private static ToySettings Read(string json)
    {
        using var folder = new TemporaryFolder();
        return SettingsFile.Read(folder.Write("settings.json", json), new ToySettings(), ToySettings.Options);
    }

    private static string Refusal(string json) => Assert.Throws<SettingException>(() => Read(json)).Message;
}
