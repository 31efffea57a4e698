namespace Looped.Studies.Figures;

/// <summary>
/// How numbers are laid along an axis or a row of colours: an increasing map from values to positions. Only differences
/// of positions matter, since a drawing stretches them to its size.
/// </summary>
public abstract record Scale
{
    // Beyond these, differences of values or their ratios would leave the range of a double.
    private const double Largest = 1e300;
    private protected const double SmallestPositive = 1e-280;

    private protected Scale()
    {
    }

    /// <summary>Positions are the values.</summary>
    public static Scale Linear { get; } = new LinearScale();

    /// <summary>Positions are decimal logarithms; only positive values have one, and only from 1e-280 on.</summary>
    public static Scale Log10 { get; } = new Log10Scale();

    /// <summary>
    /// Linear from minus to plus a threshold, logarithmic outside, odd and continuous: each half of the linear part is
    /// as long as one decade.
    /// </summary>
    /// <param name="threshold">A positive number: values well below it count as zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not in 1e-280 .. 1e280.</exception>
    public static Scale SymmetricLog(double threshold) => new SymmetricLogScale(threshold);

    /// <summary>Whether a value has a position: it is no larger than 1e300, and positive where it must be.</summary>
    public virtual bool Accepts(double value) => Math.Abs(value) <= Largest;

    /// <summary>The accepted number nearest to a value.</summary>
    internal virtual double Nearest(double value) => Math.Clamp(value, -Largest, Largest);

    /// <summary>The position of a value that the scale accepts.</summary>
    public abstract double Forward(double value);

    /// <summary>The value at a position.</summary>
    public abstract double Inverse(double position);

    /// <summary>Where a value lies between the ends of a range, 0 at the low and 1 at the high one; NaN where the scale
    /// does not accept it.</summary>
    public double Share(double value, AxisRange range)
    {
        if (!Accepts(value))
        {
            return double.NaN;
        }

        var low = Forward(range.Low);
        return (Forward(value) - low) / (Forward(range.High) - low);
    }
}

/// <summary>See <see cref="Scale.Linear"/>.</summary>
public sealed record LinearScale : Scale
{
    internal LinearScale()
    {
    }

    /// <inheritdoc/>
    public override double Forward(double value) => value;

    /// <inheritdoc/>
    public override double Inverse(double position) => position;
}

/// <summary>See <see cref="Scale.Log10"/>.</summary>
public sealed record Log10Scale : Scale
{
    internal Log10Scale()
    {
    }

    /// <inheritdoc/>
    public override bool Accepts(double value) => value >= SmallestPositive && base.Accepts(value);

    /// <inheritdoc/>
    internal override double Nearest(double value) => Math.Max(SmallestPositive, base.Nearest(value));

    /// <inheritdoc/>
    public override double Forward(double value) => Math.Log10(value);

    /// <inheritdoc/>
    public override double Inverse(double position) => Math.Pow(10, position);
}

/// <summary>See <see cref="Scale.SymmetricLog"/>.</summary>
public sealed record SymmetricLogScale : Scale
{
    internal SymmetricLogScale(double threshold)
    {
        if (!(threshold is >= SmallestPositive and <= 1e280))
        {
            throw new ArgumentOutOfRangeException(
                nameof(threshold), threshold, "The threshold of a symmetric log scale lies in 1e-280 .. 1e280.");
        }

        Threshold = threshold;
    }

    /// <summary>The end of the linear part; its position is 1, and that of ten times as much is 2.</summary>
    public double Threshold { get; }

    /// <inheritdoc/>
    public override double Forward(double value)
    {
        var size = Math.Abs(value);
        return size <= Threshold
            ? value / Threshold
            : Math.Sign(value) * (1 + Math.Max(0, Math.Log10(size) - Math.Log10(Threshold)));
    }

    /// <inheritdoc/>
    public override double Inverse(double position)
    {
        var size = Math.Abs(position);
        return size <= 1 ? position * Threshold : Math.Sign(position) * Threshold * Math.Pow(10, size - 1);
    }
}
