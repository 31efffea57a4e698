using System.Collections.Immutable;
using System.Xml.Linq;

namespace Looped.Studies.Figures.Drawing;

/// <summary>Room around a data area, in pixels.</summary>
internal readonly record struct Margins(double Left, double Top, double Right, double Bottom);

/// <summary>Which of its texts a panel writes itself, and which the figure writes for all.</summary>
internal readonly record struct PanelTexts(bool XNumbers, bool YNumbers, bool XCaption, bool YCaption, bool Legend);

/// <summary>A panel with everything measured, so that it knows the room it needs and can be drawn anywhere.</summary>
internal sealed class PanelModel
{
    private const double Gap = 6;

    private readonly ImmutableArray<StyledSeries> _series;
    private readonly AxisModel _x;
    private readonly AxisModel _y;
    private readonly double _width;
    private readonly double _height;
    private readonly bool _hasData;
    private readonly PanelTexts _texts;
    private readonly TextBlock _title;
    private readonly TextBlock _xCaption;
    private readonly TextBlock _yCaption;
    private readonly Legend _legend;
    private readonly LegendPlacement _placement;
    private readonly ReferenceLabels _references;
    private readonly ImmutableArray<ColourBar> _bars;

    public PanelModel(
        Panel panel,
        ImmutableArray<StyledSeries> series,
        (AxisModel X, AxisModel Y) axes,
        (double Width, double Height) size,
        bool hasData,
        PanelTexts texts)
    {
        (_series, _hasData, _texts) = (series, hasData, texts);
        (_x, _y) = axes;
        (_width, _height) = size;
        _title = new TextBlock(panel.Title, Theme.PanelTitleSize, _width, bold: true);
        _xCaption = new TextBlock(texts.XCaption ? panel.X.Caption : "", Theme.CaptionSize, _width);
        _yCaption = new TextBlock(texts.YCaption ? panel.Y.Caption : "", Theme.CaptionSize, _height);
        _placement = texts.Legend ? panel.Legend : LegendPlacement.None;
        _legend = Legend.Of(series, _placement, _width);
        _references = new ReferenceLabels(series, _x, _y, _width, _height);
        _bars = [.. series.Select(s => s.Series).OfType<HeatMap>().Select(map => new ColourBar(map, _height))];
        Margins = Measure();
    }

    /// <summary>The room that the panel's texts need around its data area.</summary>
    public Margins Margins { get; }

    private double NumbersHeight =>
        _texts.XNumbers ? AxisDrawing.LabelDistance + (1.2 * Theme.TickSize) + 2 : Theme.TickLength;

    private double TitleHeight => _title.Height > 0 ? _title.Height + Gap : 0;

    private double NumbersWidth => _texts.YNumbers ? _y.WidestLabel : 0;

    /// <summary>Adds the panel with the upper left corner of its data area at a point.</summary>
    /// <param name="parent">The element to add to.</param>
    /// <param name="left">The corner's x.</param>
    /// <param name="top">The corner's y.</param>
    /// <param name="headTop">Where the title starts, the same for all panels of a row.</param>
    /// <param name="clipId">An id that no other element has.</param>
    public void Draw(XElement parent, double left, double top, double headTop, string clipId)
    {
        var frame = new Frame(left, top, _width, _height, _x, _y);
        var image = _series.Any(s => s.Series is HeatMap);
        if (!image)
        {
            AxisDrawing.DrawGrid(parent, frame);
        }

        DrawSeries(parent, frame, clipId);
        AxisDrawing.DrawAxes(parent, frame, _texts.XNumbers, _texts.YNumbers, closed: image);
        if (!_hasData)
        {
            parent.Add(Markup.Text(
                left + (_width / 2), top + (_height / 2), "no data", Theme.CaptionSize, "middle", Theme.SoftInk));
        }

        _references.Draw(parent, frame);
        DrawTexts(parent, frame, headTop);
    }

    private void DrawSeries(XElement parent, Frame frame, string clipId)
    {
        // Half a line's width may reach over the edge, so that a curve along it is not cut in two.
        var clip = Markup.Svg("clipPath", ("id", clipId));
        clip.Add(Markup.Svg(
            "rect", ("x", frame.Left - 1), ("y", frame.Top - 1), ("width", _width + 2), ("height", _height + 2)));
        parent.Add(clip);

        var group = Markup.Svg("g", ("clip-path", $"url(#{clipId})"));
        group.Add(_series.OrderBy(s => s.Layer).SelectMany(s => SeriesDrawing.Draw(s, frame)));
        parent.Add(group);
    }

    private void DrawTexts(XElement parent, Frame frame, double headTop)
    {
        _title.Draw(parent, frame.Left, headTop);
        if (_placement == LegendPlacement.Above)
        {
            _legend.Draw(parent, frame.Left, headTop + TitleHeight);
        }

        var right = frame.Right + _references.RightMargin;
        foreach (var bar in _bars)
        {
            bar.Draw(parent, right, frame.Top);
            right += bar.Width;
        }

        if (_placement == LegendPlacement.Right)
        {
            _legend.Draw(parent, right + (2 * Gap), frame.Top);
        }

        var numbersLeft = frame.Left - AxisDrawing.LabelDistance - NumbersWidth;
        _xCaption.Draw(parent, frame.Left + (_width / 2), frame.Bottom + NumbersHeight, "middle");
        _yCaption.DrawUpwards(parent, numbersLeft - Gap - _yCaption.Height, frame.Top + (_height / 2));
    }

    private Margins Measure()
    {
        // Labels of the outermost ticks may stick out sideways and upwards.
        var labels = _x.Ticks.Where(t => _texts.XNumbers && t.Labelled)
            .Select(t => (Middle: _width * _x.Share(t.Tick.Value), Half: TextMetrics.Width(t.Tick, Theme.TickSize) / 2))
            .ToList();
        var outLeft = labels.Select(l => l.Half - l.Middle).DefaultIfEmpty(0).Max();
        var outRight = labels.Select(l => l.Middle + l.Half - _width).DefaultIfEmpty(0).Max();

        var left = _texts.YNumbers || _texts.YCaption
            ? AxisDrawing.LabelDistance + NumbersWidth + (_yCaption.Height > 0 ? Gap + _yCaption.Height : 0)
            : Theme.TickLength;
        var right = _references.RightMargin + _bars.Sum(b => b.Width);
        right += _placement == LegendPlacement.Right && _legend.Width > 0 ? (2 * Gap) + _legend.Width : 0;
        var top = _references.TopMargin + TitleHeight;
        top += _placement == LegendPlacement.Above && _legend.Height > 0 ? _legend.Height + Gap : 0;
        return new Margins(
            Math.Max(left, outLeft),
            Math.Max(top, Theme.TickSize / 2),
            Math.Max(right, outRight),
            NumbersHeight + _xCaption.Height);
    }
}
