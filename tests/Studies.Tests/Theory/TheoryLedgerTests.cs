using System.Xml.Linq;
using Looped.Studies.Ledger;
using Looped.Studies.Settings;
using Looped.Studies.Theory;

namespace Looped.Studies.Tests.Theory;

public class TheoryLedgerTests
{
    private static readonly Dictionary<string, string> Files = TheoryRuns.Files(TheoryRuns.Result);
    private static readonly XElement Root = XDocument.Parse(Files["report.html"]["<!DOCTYPE html>".Length..]).Root!;

    public static TheoryData<string, string, Verdict> Weighings => new()
    {
        { "claim 0/9", "", Verdict.Supported },
        { "claim 0/9, claim 1/9", "", Verdict.Depends },
        { "claim 2/9, claim 1/9", "", Verdict.NotSupported },
        { "claim 2/9", "repair 0/9", Verdict.Depends },
        { "claim 2/9", "repair 1/9", Verdict.NotSupported },
        { "claim 0/9", "repair 1/9", Verdict.Supported },
        { "claim 0/9", "step 9/9, remark 9/9", Verdict.Supported },
        { "claim 0/0", "", Verdict.Depends },
    };

    [Theory]
    [MemberData(nameof(Weighings))]
    public void OneViolationRefutesAPartAndAConditionMendsIt(string claims, string others, Verdict verdict)
    {
        Check[] checks =
        [
            .. $"{claims}, {others}".Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(text =>
            {
                var words = text.Split(' ', '/');
                return new Check(
                    "T1", Enum.Parse<CheckRole>(words[0], ignoreCase: true), "", "", int.Parse(words[1]), int.Parse(words[2]), 0);
            }),
        ];
        Assert.Equal(verdict, TheoryLedger.Weigh(checks));
    }

    [Fact]
    public void ChecksCountWhatIsOnTheWrongSideAndKeepTheWorst()
    {
        var most = Check.AtMost("T1", CheckRole.Claim, "s", "m", 1, [0.5, 1, 1.5, double.NaN, 3]);
        Assert.Equal((2, 4, 3.0), (most.Violations, most.Instances, most.WorstMargin));
        var positive = Check.Positive("T1", CheckRole.Claim, "s", "m", [1, 0, -2, double.NaN]);
        Assert.Equal((2, 3, -2.0), (positive.Violations, positive.Instances, positive.WorstMargin));
        Assert.False(Check.AtMost("T1", CheckRole.Claim, "s", "m", 1, []).Holds);
    }

    [Fact]
    public void TheLedgerHasTheSixClaimsWithTheirSettings()
    {
        var rows = LedgerJson.Read(Files["ledger.json"]);
        Assert.Equal(["T1", "T2", "L1", "L2", "L3", "T3"], rows.Select(row => row.Id));
        Assert.All(rows, row => Assert.Equal("160", row.Settings["instances"]));
        Assert.Equal(Verdict.Supported, rows[2].Verdict);
        Assert.Equal(Verdict.Depends, rows[3].Verdict);
        Assert.All(rows, row => Assert.InRange(row.Value, row.Low, row.High));
    }

    [Fact]
    public void TheBoundOnTheUnforcedForceIsNeverBroken() => Assert.All(
        TheoryLedger.Checks(TheoryRuns.Result).Where(check => check.Statement.Contains("unforced valley is within")),
        check => Assert.True(check.Holds));

    [Fact]
    public void ARunLeavesItsFilesAndNothingElse() => Assert.Equal(
        [
            "alignments.csv", "checks.csv", "config.json", .. TheoryFigures.Names.Select(name => $"figures/{name}.svg")
                .Order(StringComparer.Ordinal), "forces.csv", "ledger.json", "report.html", "rivers.csv",
        ],
        Files.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void TheReportHasASectionForEachClaimAndNeedsNoOtherFile()
    {
        Assert.Equal(
            [
                "Contents", "Verdicts", "Theorem 1: quadratic loss", "Theorem 2: general loss", "Lemma 1: Single-Attn's gradients",
                "Lemma 2: Looped-Attn's gradients", "Lemma 3: the preconditioner", "Theorem 3: a shared upstream",
                "Two readings of 'river'", "Configuration",
            ],
            Root.Descendants("h2").Select(heading => heading.Value));
        Assert.Equal(TheoryFigures.Names.Count, Root.Descendants("figure").Count());
        var sources = Root.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href").Select(a => a.Value);
        Assert.All(sources, source => Assert.Matches("^(#|data:image/png;base64,)", source));
    }

    [Fact]
    public void TheConfigurationReadsBack()
    {
        using var temporary = new TemporaryFolder();
        var config = temporary.Write("config.json", Files["config.json"]);
        Assert.Equal(TheoryRuns.Small, SettingsFile.Read(config, new TheorySettings(), TheorySettings.Options));
    }

    [Fact]
    public void TablesHaveAsManyCellsAsHeadings()
    {
        foreach (var name in new[] { "forces.csv", "alignments.csv", "rivers.csv" })
        {
            var lines = Files[name].Split('\n')[..^1];
            Assert.All(lines, line => Assert.Equal(lines[0].Count(c => c == ','), line.Count(c => c == ',')));
        }
    }

    [Theory]
    [InlineData("instances", "7", "a whole number from 8 to 1000000")]
    [InlineData("seeds", "0", "a whole number from 1 to 10000")]
    [InlineData("seed", "-1", "a whole number from 0 to 18446744073709551615")]
    public void WhatIsOutOfItsRangeIsNamedWithTheRange(string name, string value, string allowed)
    {
        var option = TheorySettings.Options.Single(option => option.Name == name);
        var failure = Assert.Throws<SettingException>(() => option.Apply(new TheorySettings(), value));
        Assert.Equal($"{name} must be {allowed}, not '{value}'", failure.Message);
    }
}
