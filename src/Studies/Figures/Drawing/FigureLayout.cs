using System.Collections.Immutable;
using System.Xml.Linq;

namespace Looped.Studies.Figures.Drawing;

/// <summary>Places the panels of a figure in its grid, under the title.</summary>
internal sealed class FigureLayout
{
    private const double Gap = 8;

    private readonly Figure _figure;
    private readonly int _columns;
    private readonly ImmutableArray<PanelModel> _panels;
    private readonly double[] _columnLefts;
    private readonly double[] _rowTops;
    private readonly double _gridTop;
    private readonly double _gridLeft;
    private readonly double _gridRight;
    private readonly double _gridBottom;
    private readonly TextBlock _title;
    private readonly TextBlock _subtitle;
    private readonly TextBlock _xCaption;
    private readonly TextBlock _yCaption;
    private readonly Legend _legend;

    public FigureLayout(Figure figure)
    {
        _figure = figure;
        _columns = Math.Min(figure.Columns, figure.Panels.Length);
        var styles = StyledSeries.Of(figure);
        var axes = AxisPairs.Of(figure);
        var xCaption = CommonCaption(figure.SharedX, p => p.X.Caption);
        var yCaption = CommonCaption(figure.SharedY, p => p.Y.Caption);
        _panels = [.. figure.Panels.Select((panel, i) => new PanelModel(
            panel,
            styles[i],
            (axes[i].X, axes[i].Y),
            (figure.PanelWidth, figure.PanelHeight),
            axes[i].HasData,
            new PanelTexts(
                XNumbers: !figure.SharedX || i + _columns >= figure.Panels.Length,
                YNumbers: !figure.SharedY || i % _columns == 0,
                XCaption: xCaption is null,
                YCaption: yCaption is null,
                Legend: figure.CommonLegend is null)))];

        // Widths first: texts above the grid are wrapped to them.
        var columns = Enumerable.Range(0, _columns).Select(c => _panels.Where((_, i) => i % _columns == c)).ToList();
        _yCaption = new TextBlock(yCaption ?? "", Theme.CaptionSize, double.PositiveInfinity);
        var x = Theme.OuterMargin + (_yCaption.Height > 0 ? _yCaption.Height + 4 : 0);
        _gridLeft = x;
        _columnLefts = Place(columns, m => m.Left, m => m.Right, figure.PanelWidth, Theme.ColumnGap, ref x);
        _gridRight = x;
        var common = figure.CommonLegend ?? LegendPlacement.None;
        _legend = Legend.Of(styles.SelectMany(s => s), common, _gridRight - Theme.OuterMargin);
        Width = _gridRight + Theme.OuterMargin;
        Width += common == LegendPlacement.Right && _legend.Width > 0 ? (2 * Gap) + _legend.Width : 0;

        var textWidth = Width - (2 * Theme.OuterMargin);
        _title = new TextBlock(figure.Title, Theme.TitleSize, textWidth, bold: true);
        _subtitle = new TextBlock(figure.Subtitle, Theme.SubtitleSize, textWidth, colour: Theme.SoftInk);
        var y = Theme.OuterMargin + _title.Height + _subtitle.Height;
        y += _title.Height + _subtitle.Height > 0 ? Gap : 0;
        y += common == LegendPlacement.Above && _legend.Height > 0 ? _legend.Height + Gap : 0;
        _gridTop = y;
        var rows = _panels.Chunk(_columns).ToList();
        _rowTops = Place(rows, m => m.Top, m => m.Bottom, figure.PanelHeight, Theme.RowGap, ref y);
        _gridBottom = y;
        _xCaption = new TextBlock(xCaption ?? "", Theme.CaptionSize, textWidth);
        Height = y + _xCaption.Height + Theme.OuterMargin;
    }

    public double Width { get; }

    public double Height { get; }

    /// <summary>Adds everything; ids start with <paramref name="idPrefix"/>.</summary>
    public void Draw(XElement parent, string idPrefix)
    {
        _title.Draw(parent, Theme.OuterMargin, Theme.OuterMargin);
        _subtitle.Draw(parent, Theme.OuterMargin, Theme.OuterMargin + _title.Height);
        switch (_figure.CommonLegend)
        {
            case LegendPlacement.Above:
                _legend.Draw(parent, Theme.OuterMargin, _gridTop - Gap - _legend.Height);
                break;
            case LegendPlacement.Right:
                _legend.Draw(parent, _gridRight + (2 * Gap), _rowTops[0]);
                break;
        }

        for (var i = 0; i < _panels.Length; i++)
        {
            var group = Markup.Svg("g");
            var (row, column) = (i / _columns, i % _columns);
            var headTop = _rowTops[row] - _panels.Skip(row * _columns).Take(_columns).Max(p => p.Margins.Top);
            _panels[i].Draw(group, _columnLefts[column], _rowTops[row], headTop, $"{idPrefix}-clip-{i + 1}");
            parent.Add(group);
        }

        var (left, right) = (_columnLefts[0], _columnLefts[^1] + _figure.PanelWidth);
        var (top, bottom) = (_rowTops[0], _rowTops[^1] + _figure.PanelHeight);
        _xCaption.Draw(parent, (left + right) / 2, _gridBottom, "middle");
        _yCaption.DrawUpwards(parent, _gridLeft - 4 - _yCaption.Height, (top + bottom) / 2);
    }

    // The caption that the figure writes once for all panels; null where each panel writes its own.
    private string? CommonCaption(bool shared, Func<Panel, string> caption)
    {
        var captions = _figure.Panels.Select(caption).Distinct().ToList();
        return shared && captions.Count == 1 ? captions[0] : null;
    }

    // Starts of the data areas along one direction, where each line of panels gets the room that its largest needs.
    private static double[] Place(
        IReadOnlyList<IEnumerable<PanelModel>> lines,
        Func<Margins, double> before,
        Func<Margins, double> after,
        double size,
        double gap,
        ref double position)
    {
        var starts = new double[lines.Count];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = position + (i == 0 ? 0 : gap) + lines[i].Max(p => before(p.Margins));
            position = starts[i] + size + lines[i].Max(p => after(p.Margins));
        }

        return starts;
    }
}
