namespace Looped.Studies.Figures.Drawing;

/// <summary>The extremes of what an axis must show.</summary>
internal sealed class Bounds(Scale scale)
{
    private const double Padding = 0.03;

    private double _low = double.PositiveInfinity;
    private double _high = double.NegativeInfinity;
    private bool _hardLow;
    private bool _hardHigh;

    /// <summary>Widens the bounds to a value, if the scale accepts it.</summary>
    /// <param name="value">What must be seen.</param>
    /// <param name="hard">Whether nothing is worth showing beyond it: the foot of a bar, the edge of an image.</param>
    public void Add(double value, bool hard = false)
    {
        if (!scale.Accepts(value))
        {
            return;
        }

        if (value < _low || (value == _low && hard))
        {
            (_low, _hardLow) = (value, hard);
        }

        if (value > _high || (value == _high && hard))
        {
            (_high, _hardHigh) = (value, hard);
        }
    }

    /// <summary>Whether nothing has been added.</summary>
    public bool IsEmpty => _low > _high;

    /// <summary>The range to show: a little more than the bounds, but no more past a hard one.</summary>
    public AxisRange Range()
    {
        if (IsEmpty)
        {
            return Ranges.Default(scale);
        }

        var range = Ranges.Around(scale, _low, _high);
        var (first, last) = (scale.Forward(range.Low), scale.Forward(range.High));
        var margin = Padding * (last - first);
        return new AxisRange(
            _hardLow && range.Low == _low ? range.Low : scale.Nearest(scale.Inverse(first - margin)),
            _hardHigh && range.High == _high ? range.High : scale.Nearest(scale.Inverse(last + margin)));
    }
}
