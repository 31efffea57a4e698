using System.Text.Json;
using Looped.Studies.Ledger;

namespace Looped.Studies.Tests.Ledger;

public class LedgerJsonTests
{
    private static readonly LedgerRow[] Rows =
    [
        new(
            "H1", "Looped hops: ‖Δ‖ ≥ 0 & \"more\".", "sign changes", 0.25, 0.1, double.PositiveInfinity, "95 %",
            Verdict.Supported, new Dictionary<string, string> { ["zeta"] = "1", ["alpha"] = "0.5" }),
        new(
            "C1", "U-shaped.", "kappa", double.NaN, double.NaN, double.NaN, "1 + delta",
            Verdict.NotSupported, new Dictionary<string, string>()),
        new("A1", "Dominance.", "share", 1, 1, 1, "all", Verdict.Depends, new Dictionary<string, string>()),
    ];

    [Fact]
    public void ARowHasTheNineNamesInTheirOrder()
    {
        using var json = JsonDocument.Parse(LedgerJson.Write(Rows));
        Assert.Equal(3, json.RootElement.GetArrayLength());
        foreach (var row in json.RootElement.EnumerateArray())
        {
            Assert.Equal(
                ["id", "statement", "statistic", "value", "low", "high", "rule", "verdict", "settings"],
                row.EnumerateObject().Select(p => p.Name));
        }
    }

    [Fact]
    public void VerdictsAreInWordsAndNumbersThatJsonCannotWriteAreNull()
    {
        using var json = JsonDocument.Parse(LedgerJson.Write(Rows));
        var rows = json.RootElement.EnumerateArray().ToList();
        Assert.Equal(
            ["supported", "not supported", "depends"], rows.Select(r => r.GetProperty("verdict").GetString()));
        Assert.Equal(0.25, rows[0].GetProperty("value").GetDouble());
        Assert.Equal(JsonValueKind.Null, rows[0].GetProperty("high").ValueKind);
        Assert.Equal(JsonValueKind.Null, rows[1].GetProperty("value").ValueKind);
        Assert.Equal(["alpha", "zeta"], rows[0].GetProperty("settings").EnumerateObject().Select(p => p.Name));
        Assert.Equal(Rows[0].Statement, rows[0].GetProperty("statement").GetString());
    }

    [Fact]
    public void WhatIsWrittenReadsBack()
    {
        var read = LedgerJson.Read(LedgerJson.Write(Rows));
        Assert.Equal(LedgerJson.Write(Rows), LedgerJson.Write(read));
        Assert.Equal(Rows[2] with { Settings = read[2].Settings }, read[2]);
        Assert.True(double.IsNaN(read[1].Value));
        Assert.Equal("0.5", read[0].Settings["alpha"]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[{\"id\": \"H1\"}]")]
    [InlineData("[not json")]
    public void WhatIsNoLedgerIsRefused(string text) =>
        Assert.Throws<InvalidDataException>(() => LedgerJson.Read(text));

    [Fact]
    public void AnUnknownVerdictIsRefused()
    {
        var text = LedgerJson.Write(Rows).Replace("not supported", "proved");
        var error = Assert.Throws<InvalidDataException>(() => LedgerJson.Read(text));
        Assert.Contains("'proved' is no verdict", error.Message);
    }
}
