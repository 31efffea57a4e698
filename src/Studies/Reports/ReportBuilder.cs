using System.Globalization;
using System.Xml.Linq;
using Looped.Studies.Figures;
using Looped.Studies.Figures.Drawing;
using Looped.Studies.Ledger;

namespace Looped.Studies.Reports;

/// <summary>
/// Writes a report as one HTML page that needs no other file and no network: text, figures, tables and verdicts in the
/// order they are added, under a table of contents. All text is escaped. Figures and tables are numbered.
/// </summary>
public sealed class ReportBuilder
{
    private readonly string _title;
    private readonly List<XElement> _lead = [];
    private readonly List<XElement> _contents = [];
    private readonly List<XElement> _body = [];
    private int _figures;
    private int _tables;

    /// <summary>A report with this heading.</summary>
    public ReportBuilder(string title) => _title = title;

    /// <summary>Adds a paragraph between the title and the table of contents: what the report says, in brief.</summary>
    public ReportBuilder Lead(string text)
    {
        _lead.Add(Html.Styled("p", "lead", text));
        return this;
    }

    /// <summary>Starts a section.</summary>
    public ReportBuilder Section(string heading) => Heading("h2", "outer", heading);

    /// <summary>Starts a section within a section.</summary>
    public ReportBuilder Subsection(string heading) => Heading("h3", "inner", heading);

    /// <summary>Adds a paragraph.</summary>
    public ReportBuilder Paragraph(string text) => Add(Html.Element("p", text));

    /// <summary>Adds a list of short remarks.</summary>
    public ReportBuilder Bullets(params IEnumerable<string> items) =>
        Add(Html.Element("ul", [.. items.Select(item => Html.Element("li", item))]));

    /// <summary>Adds a figure with its caption.</summary>
    public ReportBuilder Figure(Figure figure, string caption = "") => Add(Numbered(figure, caption));

    /// <summary>Adds figures side by side, so many in a row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one column.</exception>
    public ReportBuilder FigureGrid(int columns, params IEnumerable<(Figure Figure, string Caption)> figures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var grid = Html.Styled("div", "grid", [.. figures.Select(f => Numbered(f.Figure, f.Caption))]);
        var count = columns.ToString(CultureInfo.InvariantCulture);
        return Add(grid.With("style", $"grid-template-columns: repeat({count}, minmax(0, 1fr))"));
    }

    /// <summary>Adds a table with its caption.</summary>
    public ReportBuilder Table(Table table, string caption = "")
    {
        XElement Cell(string element, string text, int column) => table.IsNumeric(column)
            ? Html.Styled(element, "number", text)
            : Html.Element(element, text);

        var heading = Html.Element("tr", [.. table.Headings.Select((h, i) => Cell("th", h, i).With("scope", "col"))]);
        var rows = table.Rows.Select(row => Html.Element("tr", [.. row.Select((c, i) => Cell("td", c.Text, i))]));
        return AddTable(heading, rows, caption);
    }

    /// <summary>Adds names and values, such as the configuration of the run.</summary>
    public ReportBuilder Configuration(IEnumerable<KeyValuePair<string, string>> settings) => Add(Html.Element(
        "dl", [.. settings.SelectMany(s => new[] { Html.Element("dt", s.Key), Html.Element("dd", s.Value) })]));

    /// <summary>Adds a table of claims with their verdicts.</summary>
    public ReportBuilder Verdicts(IEnumerable<LedgerRow> rows, string caption = "")
    {
        string[] headings = ["Claim", "Statement", "Statistic", "Value", "Interval", "Verdict"];
        var heading = Html.Element("tr", [.. headings.Select(h => Html.Element("th", h).With("scope", "col"))]);
        heading.Elements().ElementAt(3).With("class", "number");
        return AddTable(heading, rows.Select(VerdictRow), caption);
    }

    /// <summary>The page, for a file in UTF-8.</summary>
    public string Build()
    {
        var head = Html.Element(
            "head",
            new XElement("meta", new XAttribute("charset", "utf-8")),
            new XElement(
                "meta",
                new XAttribute("name", "viewport"),
                new XAttribute("content", "width=device-width, initial-scale=1")),
            Html.Element("title", _title),
            Html.Element("style", ReportStyle.Css));
        var body = Html.Element("body", Html.Element("h1", _title), _lead);
        if (_contents.Count > 0)
        {
            body.Add(Html.Element("nav", Html.Element("h2", "Contents"), Html.Element("ol", _contents)));
        }

        body.Add(_body);
        return "<!DOCTYPE html>\n" + Markup.Serialise(Html.Element("html", head, body).With("lang", "en"));
    }

    private ReportBuilder Heading(string element, string level, string text)
    {
        var id = "section-" + (_contents.Count + 1).ToString(CultureInfo.InvariantCulture);
        _contents.Add(Html.Styled("li", level, Html.Element("a", text).With("href", "#" + id)));
        return Add(Html.Element(element, text).With("id", id));
    }

    private ReportBuilder Add(XElement element)
    {
        _body.Add(element);
        return this;
    }

    private ReportBuilder AddTable(XElement heading, IEnumerable<XElement> rows, string caption)
    {
        var table = Html.Element(
            "table",
            Html.Element("caption", Caption("Table", ++_tables, caption)),
            Html.Element("thead", heading),
            Html.Element("tbody", rows));
        return Add(Html.Styled("div", "wide", table));
    }

    private XElement Numbered(Figure figure, string caption)
    {
        var number = ++_figures;
        var prefix = "figure-" + number.ToString(CultureInfo.InvariantCulture);
        return Html.Element(
            "figure",
            SvgRenderer.RenderElement(figure, prefix),
            Html.Element("figcaption", Caption("Figure", number, caption)));
    }

    private static object[] Caption(string kind, int number, string text)
    {
        var name = Html.Element("b", $"{kind} {number.ToString(CultureInfo.InvariantCulture)}.");
        return text.Length == 0 ? [name] : [name, " " + text];
    }

    private static XElement VerdictRow(LedgerRow row)
    {
        var sorted = row.Settings.OrderBy(s => s.Key, StringComparer.Ordinal);
        var settings = string.Join(", ", sorted.Select(s => $"{s.Key} = {s.Value}"));
        var statement = Html.Element("td", row.Statement);

        // Rules are long, and all rows of a run share most settings: folded, they do not hide the statements.
        statement.Add(Html.Styled("details", "settings", Html.Element("summary", "rule"), row.Rule));
        if (settings.Length > 0)
        {
            statement.Add(Html.Styled("details", "settings", Html.Element("summary", "settings"), settings));
        }

        var interval = double.IsNaN(row.Low) && double.IsNaN(row.High)
            ? Cell.Number(double.NaN).Text
            : $"[{Cell.Number(row.Low).Text}, {Cell.Number(row.High).Text}]";
        var words = row.Verdict.InWords();
        return Html.Element(
            "tr",
            Html.Styled("td", "short", Html.Element("b", row.Id)),
            statement,
            Html.Element("td", row.Statistic),
            Html.Styled("td", "number", Cell.Number(row.Value).Text),
            Html.Styled("td", "short", interval),
            Html.Element("td", Html.Styled("span", "badge " + words.Replace(' ', '-'), words)));
    }
}
