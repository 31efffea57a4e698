using System.Collections.Immutable;

namespace Looped.Studies.Figures.Drawing;

/// <summary>A series with the colour and dashes it is drawn in.</summary>
internal sealed record StyledSeries(Series Series, Rgb Colour, LineStyle Style)
{
    /// <summary>Areas lie under reference lines, those under lines, and points on top.</summary>
    public int Layer => Series switch
    {
        HeatMap => 0,
        Band or Histogram => 1,
        ReferenceLine => 2,
        Line => 3,
        _ => 4,
    };

    /// <summary>
    /// Styles for all series of all panels. Each new label takes the palette's next colour, unless one of its series
    /// names its own; once the palette has been used up, lines are dashed and then dotted.
    /// </summary>
    public static ImmutableArray<ImmutableArray<StyledSeries>> Of(Figure figure)
    {
        var named = figure.Panels.SelectMany(p => p.Series)
            .Where(s => s is { Label: not null, Colour: not null })
            .DistinctBy(s => s.Label)
            .ToDictionary(s => s.Label!, s => s.Colour!.Value);
        var numbers = new Dictionary<string, int>();
        var next = 0;

        StyledSeries Style(Series series)
        {
            var colour = series.Colour;
            if (series is HeatMap)
            {
                colour = ColourMap.Missing;
            }
            else if (colour is null && series.Label is not null && named.TryGetValue(series.Label, out var known))
            {
                colour = known;
            }

            var round = 0;
            if (colour is null)
            {
                if (series.Label is null || !numbers.TryGetValue(series.Label, out var number))
                {
                    number = next++;
                    if (series.Label is not null)
                    {
                        numbers.Add(series.Label, number);
                    }
                }

                (colour, round) = (Palette.At(number), number / Palette.Count);
            }

            var style = series switch
            {
                ReferenceLine reference => reference.Style,
                Line { Style: LineStyle.Solid } => (LineStyle)(round % 3),
                Line line => line.Style,
                _ => LineStyle.Solid,
            };
            return new StyledSeries(series, colour.Value, style);
        }

        return [.. figure.Panels.Select(panel => panel.Series.Select(Style).ToImmutableArray())];
    }
}
