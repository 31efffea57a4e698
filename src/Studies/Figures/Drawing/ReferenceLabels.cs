using System.Xml.Linq;

namespace Looped.Studies.Figures.Drawing;

/// <summary>
/// The labels of reference lines: of horizontal ones in the right margin, pushed apart where they would collide; of
/// vertical ones in rows above the data.
/// </summary>
internal sealed class ReferenceLabels
{
    private const double Size = 11;
    private const double Widest = 150;
    private const double Gap = 6;
    private const double RowHeight = Size * Theme.LineHeight;

    private readonly double _width;
    private readonly double _height;
    private readonly List<(double Middle, TextBlock Text)> _right = [];
    private readonly List<(double Left, int Row, TextBlock Text)> _above = [];

    /// <summary>Places the labels for a data area of so many pixels.</summary>
    public ReferenceLabels(IEnumerable<StyledSeries> series, AxisModel x, AxisModel y, double width, double height)
    {
        (_width, _height) = (width, height);
        foreach (var styled in series.OrderBy(s => (s.Series as ReferenceLine)?.Value))
        {
            if (styled.Series is ReferenceLine { Label: { Length: > 0 } label } line)
            {
                var horizontal = line.Orientation == Orientation.Horizontal;
                var share = (horizontal ? y : x).Share(line.Value);
                if (share is >= 0 and <= 1)
                {
                    var widest = horizontal ? Widest : width;
                    var text = new TextBlock(label, Size, widest, colour: styled.Colour.ToString());
                    if (horizontal)
                    {
                        _right.Add((height * (1 - share), text));
                    }
                    else
                    {
                        PlaceAbove(width * share, text);
                    }
                }
            }
        }

        SpreadRight();
    }

    /// <summary>Pixels needed right of the data.</summary>
    public double RightMargin => _right.Count == 0 ? 0 : Gap + _right.Max(l => l.Text.Width);

    /// <summary>Pixels needed above the data.</summary>
    public double TopMargin => _above.Count == 0 ? 0 : Gap + ((_above.Max(l => l.Row) + 1) * RowHeight);

    public void Draw(XElement parent, Frame frame)
    {
        foreach (var (middle, text) in _right)
        {
            text.Draw(parent, frame.Right + Gap, frame.Top + middle - (text.Height / 2));
        }

        foreach (var (left, row, text) in _above)
        {
            text.Draw(parent, frame.Left + left, frame.Top - Gap - ((row + 1) * RowHeight));
        }
    }

    // Labels come in the order of their values, so only the last of a row can be in the way.
    private void PlaceAbove(double middle, TextBlock text)
    {
        var left = Math.Clamp(middle - (text.Width / 2), 0, Math.Max(0, _width - text.Width));
        var row = 0;
        while (_above.Any(l => l.Row == row && l.Left + l.Text.Width + Gap > left))
        {
            row++;
        }

        _above.Add((left, row, text));
    }

    // From the bottom up, each label moves up as far as the one below demands; then, from the top down, as far as the
    // upper end of the data area demands.
    private void SpreadRight()
    {
        var end = _height + RowHeight;
        for (var i = 0; i < _right.Count; i++)
        {
            var (middle, text) = _right[i];
            middle = Math.Min(middle, end - (text.Height / 2));
            _right[i] = (middle, text);
            end = middle - (text.Height / 2);
        }

        end = -RowHeight / 2;
        for (var i = _right.Count - 1; i >= 0; i--)
        {
            var (middle, text) = _right[i];
            middle = Math.Max(middle, end + (text.Height / 2));
            _right[i] = (middle, text);
            end = middle + (text.Height / 2);
        }
    }
}
