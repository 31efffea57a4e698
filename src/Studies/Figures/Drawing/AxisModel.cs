using System.Collections.Immutable;

namespace Looped.Studies.Figures.Drawing;

/// <summary>A tick, and whether there is room for its label.</summary>
internal readonly record struct PlacedTick(Tick Tick, bool Labelled);

/// <summary>An axis with the range it covers and the ticks that fit its length.</summary>
/// <param name="Axis">Its description.</param>
/// <param name="Range">What it covers.</param>
/// <param name="Ticks">Its ticks; none on an axis that has nothing to show.</param>
internal sealed record AxisModel(Axis Axis, AxisRange Range, ImmutableArray<PlacedTick> Ticks)
{
    private const double LabelGap = 9;

    /// <summary>Width in pixels of the widest label.</summary>
    public double WidestLabel => Ticks.Where(t => t.Labelled)
        .Select(t => TextMetrics.Width(t.Tick, Theme.TickSize)).DefaultIfEmpty(0).Max();

    /// <summary>Where a value lies: 0 at the low end, 1 at the high one, NaN where it has no place.</summary>
    public double Share(double value) => Axis.Scale.Share(value, Range);

    /// <summary>Chooses ticks for an axis of so many pixels, labels side by side or one above the other.</summary>
    public static AxisModel Of(Axis axis, AxisRange range, double pixels, bool horizontal)
    {
        double Extent(Tick tick) =>
            horizontal ? TextMetrics.Width(tick, Theme.TickSize) + LabelGap : Theme.TickSize * 1.9;

        bool Fit(IEnumerable<Tick> ticks)
        {
            var end = double.NegativeInfinity;
            foreach (var tick in ticks)
            {
                var middle = pixels * axis.Scale.Share(tick.Value, range);
                if (middle - (Extent(tick) / 2) < end)
                {
                    return false;
                }

                end = middle + (Extent(tick) / 2);
            }

            return true;
        }

        IReadOnlyList<Tick> ticks = [];
        if (axis.Ticks is { } given)
        {
            ticks = [.. given.Where(t => t.Value >= range.Low && t.Value <= range.High).OrderBy(t => t.Value)];
        }
        else
        {
            // The denser the better, up to what fits and to what the eye takes in.
            for (var most = horizontal ? 9 : 8; most >= Figures.Ticks.FewestAllowed; most--)
            {
                ticks = Figures.Ticks.Of(axis.Scale, range, most, axis.WholeNumbers);
                if (Fit(ticks))
                {
                    break;
                }
            }
        }

        // Where even few labels collide, every second or third is shown, zero among them.
        var zero = Math.Max(0, ticks.Select(t => t.Value).ToList().IndexOf(0));
        var stride = 1;
        while (stride < ticks.Count && !Fit(ticks.Where((_, i) => (i - zero) % stride == 0)))
        {
            stride++;
        }

        return new AxisModel(axis, range, [.. ticks.Select((t, i) => new PlacedTick(t, (i - zero) % stride == 0))]);
    }
}
