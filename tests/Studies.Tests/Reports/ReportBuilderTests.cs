using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Looped.Studies.Ledger;
using Looped.Studies.Reports;
using Looped.Studies.Tests.Figures;

namespace Looped.Studies.Tests.Reports;

public partial class ReportBuilderTests
{
    private static readonly string Page = new ReportBuilder("Single & Looped")
        .Lead("What was found.")
        .Section("Claims")
        .Verdicts(
            [
                Row("H1", Verdict.Supported, 0.25, 0.125, 0.5),
                Row("C1", Verdict.NotSupported, 4210, 880, 19000),
                Row("A1", Verdict.Depends, double.NaN, double.NaN, double.NaN),
            ],
            "Verdicts.")
        .Configuration([new("d", "8"), new("dynamics", "cyclic")])
        .Section("Learning <fast>")
        .Paragraph("p < 0.05 & <script>alert(1)</script>")
        .Paragraph("")
        .Bullets("one", "two")
        .Subsection("Accuracy")
        .Figure(Samples.Accuracy, "Curves.")
        .FigureGrid(2, (Samples.Lengths, "By length."), (Samples.Heat, "Heat."), (Samples.Spectra, "Spectra."))
        .Table(new Table(["model", "accuracy", "epochs"], [["Single", -0.5, 400], ["Looped", 0.75, ""]]), "Ends.")
        .Build();

    private static readonly XElement Root = XDocument.Parse(Page["<!DOCTYPE html>".Length..]).Root!;

    [Fact]
    public void IdsAreUniqueAndEveryReferenceHasItsTarget()
    {
        var ids = Root.Descendants().Attributes("id").Select(a => a.Value).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());

        var references = Root.Descendants().Attributes("href").Select(a => a.Value).Where(v => v[0] == '#').Select(v => v[1..])
            .Concat(Root.Descendants().Attributes("aria-labelledby").SelectMany(a => a.Value.Split(' ')))
            .Concat(Root.Descendants().Attributes("clip-path").Select(a => a.Value[5..^1]))
            .ToList();
        Assert.True(references.Count > 20);
        Assert.Subset(ids.ToHashSet(), references.ToHashSet());
    }

    [Fact]
    public void ThePageNamesNothingOutsideItself()
    {
        var addresses = Address().Matches(Page).Select(m => m.Value).Distinct();
        Assert.Equal(["http://www.w3.org/2000/svg"], addresses);
        Assert.DoesNotContain("@import", Page);
        Assert.DoesNotMatch("url\\((?!#)", Page);
        Assert.Empty(Root.Descendants("link"));
        Assert.Empty(Root.Descendants("script"));
        var sources = Root.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href").Select(a => a.Value);
        Assert.All(sources, s => Assert.Matches("^(#|data:image/png;base64,)", s));
    }

    [Fact]
    public void TextIsEscaped()
    {
        Assert.Equal("Single & Looped", Root.Descendants("h1").Single().Value);
        Assert.Contains(Root.Descendants("p"), p => p.Value == "p < 0.05 & <script>alert(1)</script>");
        Assert.Equal(["Claims", "Learning <fast>", "Accuracy"], Root.Descendants("nav").Descendants("a").Select(a => a.Value));
    }

    [Fact]
    public void NoElementClosesItselfWhereHtmlWouldLeaveItOpen()
    {
        var selfClosed = SelfClosed().Matches(SvgElement().Replace(Page, "")).Select(m => m.Groups[1].Value);
        Assert.Equal(["meta"], selfClosed.Distinct());
    }

    [Fact]
    public void FiguresAndTablesAreNumberedInTheirOrder()
    {
        Assert.Equal(
            ["Figure 1. Curves.", "Figure 2. By length.", "Figure 3. Heat.", "Figure 4. Spectra."],
            Root.Descendants("figcaption").Select(c => c.Value));
        Assert.Equal(["Table 1. Verdicts.", "Table 2. Ends."], Root.Descendants("caption").Select(c => c.Value));
        Assert.Equal(4, Root.Descendants(Svg.Namespace + "svg").Count());
    }

    [Fact]
    public void ColumnsOfNumbersAreSetFlushRight()
    {
        var rows = Root.Descendants("table").Last().Descendants("tr").ToList();
        foreach (var row in rows)
        {
            Assert.Equal([null, "number", "number"], row.Elements().Select(c => c.Attribute("class")?.Value));
        }

        Assert.Equal(["Single", "−0.5", "400"], rows[1].Elements().Select(c => c.Value));
    }

    [Fact]
    public void AVerdictHasABadgeAndItsInterval()
    {
        var rows = Root.Descendants("table").First().Element("tbody")!.Elements().ToList();
        Assert.Equal(
            ["supported", "not supported", "depends"], rows.Select(r => r.Descendants("span").Single().Value));
        Assert.Equal(
            ["badge supported", "badge not-supported", "badge depends"],
            rows.Select(r => r.Descendants("span").Single().Attribute("class")!.Value));
        Assert.Equal(["[0.125, 0.5]", "[880, 19000]", "–"], rows.Select(r => r.Elements().ElementAt(4).Value));
        Assert.Contains("a = 1, b = 2", rows[0].Value);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.0123456, "0.01235")]
    [InlineData(-12345.6, "−12346")]
    [InlineData(1.5e-7, "1.5e−7")]
    [InlineData(2.5e12, "2.5e+12")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void NumbersAreShort(double value, string expected) => Assert.Equal(expected, Cell.Number(value).Text);

    [Fact]
    public void TheSameReportIsTheSameTextInEveryCulture()
    {
        static string Build() => new ReportBuilder("t").Table(new Table(["x"], [[0.5], [-1e-9], [1234567]])).Build();
        var first = Build();
        var before = CultureInfo.CurrentCulture;
        var foreign = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        foreign.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = foreign;
        try
        {
            Assert.Equal(first, Build());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void ARowHasACellForEveryHeading() =>
        Assert.Throws<ArgumentException>(() => new Table(["a", "b"], [["only one"]]));

    private static LedgerRow Row(string id, Verdict verdict, double value, double low, double high) => new(
        id, "A statement.", "a statistic", value, low, high, "a rule", verdict,
        new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" });

    [GeneratedRegex(@"https?://[^""'\s<)]*")]
    private static partial Regex Address();

    [GeneratedRegex(@"<(\w+)[^<>]*/>")]
    private static partial Regex SelfClosed();

    [GeneratedRegex(@"<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex SvgElement();
}
