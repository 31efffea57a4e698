using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Looped.Studies.Figures;
using Looped.Studies.Tests.Figures;
using Looped.Studies.Toy;

namespace Looped.Studies.Tests.Toy;

public partial class ToyReportTests
{
    private static readonly ToyResult Result = Runs.Of(Runs.Small with { Width = 2, Epochs = 61 });
    private static readonly string Page = Encoding.UTF8.GetString(Runs.Files(Result)["report.html"]);
    private static readonly XElement Root = XDocument.Parse(Page["<!DOCTYPE html>".Length..]).Root!;

    [Fact]
    public void TheReportHasAllItsSections() => Assert.Equal(
        [
            "Contents", "Verdicts", "At the end of training", "Through training", "Where the time went",
            "What is stated and what is rebuilt", "Configuration",
        ],
        Root.Descendants("h2").Select(heading => heading.Value));

    [Fact]
    public void TheReportNeedsNoOtherFile()
    {
        Assert.Equal(["http://www.w3.org/2000/svg"], Address().Matches(Page).Select(match => match.Value).Distinct());
        Assert.DoesNotContain(
            Root.Descendants(), element => element.Name.LocalName is "script" or "link" or "iframe" or "object");
        var sources = Root.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href").Select(a => a.Value);
        Assert.All(sources, source => Assert.Matches("^(#|data:image/png;base64,)", source));
        Assert.DoesNotContain("@import", Page);
    }

    [Fact]
    public void SpectraAreShownAtThePapersEpochsThatThereAre()
    {
        var titles = Root.Descendants(Svg.Namespace + "text").Select(text => text.Value).ToList();
        foreach (var epoch in new[] { 1, 10, 50, 60 })
        {
            Assert.Contains($"Single-Attn, epoch {epoch}", titles);
            Assert.Contains($"Looped-Attn, epoch {epoch}", titles);
        }

        Assert.DoesNotContain("Single-Attn, epoch 100", titles);
        Assert.Equal(7, Root.Descendants("figure").Count());
    }

    [Fact]
    public void AllTenEpochsOfThePaperAreShownWhereTrainingIsLongEnough()
    {
        var result = SyntheticRuns.Of(SyntheticRuns.Model("single", 400), SyntheticRuns.Model("looped", 400));
        var figure = ToyFigures.Of(result).Single(figure => figure.Name == "spectra").Figure;
        Assert.Equal(
            new[] { 1, 10, 50, 60, 100, 150, 170, 200, 300, 400 }.SelectMany(
                epoch => new[] { $"Single-Attn, epoch {epoch}", $"Looped-Attn, epoch {epoch}" }),
            figure.Panels.Select(panel => panel.Title));
    }

    [Fact]
    public void AClaimHasItsVerdictAndTheEndIsBesideTheCeilings()
    {
        var tables = Root.Descendants("table").ToList();
        Assert.Equal(["O1", "O2a", "O2b"], tables[0].Element("tbody")!.Elements().Select(row => row.Elements().First().Value));
        Assert.Equal(
            ["Single-Attn", "Looped-Attn", "best by last token", "best by bag and last token", "best by full context"],
            tables[1].Element("tbody")!.Elements().Select(row => row.Elements().First().Value));
    }

    [Fact]
    public void AHeatMapHasNoMoreCellsThanAPictureShowsAndKeepsTheEnds()
    {
        var model = SyntheticRuns.Model("looped", 3000, values: epoch => [-epoch, 0, 1, epoch]);
        var figure = ToyFigures.Of(SyntheticRuns.Of(model)).Single(figure => figure.Name == "heatmap-looped").Figure;
        var map = Assert.IsType<HeatMap>(figure.Panels[0].Series[0]);
        Assert.Equal((4, 1000), (map.Rows, map.Columns));
        Assert.Equal((0.0, 3000.0), (map.Values[3 * 1000], map.Values[(3 * 1000) + 999]));
    }

    [Fact]
    public void ARunThatWasStoppedOrDivergedSaysSo()
    {
        Assert.Contains("stopped before its last epoch", Report(Result with { IsComplete = false }));
        var diverged = Result.Models[1] with { Divergence = "the loss is not finite after epoch 61" };
        Assert.Contains(
            "Looped-Attn diverged: the loss is not finite after epoch 61.",
            Report(Result with { IsComplete = false, Models = [Result.Models[0], diverged] }));
        Assert.DoesNotContain("stopped", Page);
    }

    private static string Report(ToyResult result) => Encoding.UTF8.GetString(Runs.Files(result)["report.html"]);

    [GeneratedRegex(@"https?://[^""'\s<)]*")]
    private static partial Regex Address();
}
