namespace Looped.Studies.Figures;

/// <summary>
/// Chooses the values that an axis marks: multiples of 1, 2 or 5 times a power of ten on linear scales, powers of ten
/// on logarithmic ones, and zero between both signs' powers on symmetric log ones.
/// </summary>
public static class Ticks
{
    /// <summary>The least that <c>most</c> may be: steps of 1, 2, 5 leave no fewer than two ticks then.</summary>
    public const int FewestAllowed = 5;

    /// <summary>The largest that <c>most</c> may be.</summary>
    public const int MostAllowed = 12;

    private const double LargestPlainNumber = 1e6;
    private const double SmallestPlainNumber = 1e-3;

    /// <summary>Between 2 and <paramref name="most"/> ticks inside the range, in increasing order.</summary>
    /// <param name="scale">How values are laid out; it must accept both ends of the range.</param>
    /// <param name="range">What is covered; its width is at least a 1e-9th of its larger end.</param>
    /// <param name="most">At most so many ticks, 5 to 12.</param>
    /// <param name="whole">Whether to mark whole numbers only; a range that holds fewer than two may then get fewer
    /// ticks.</param>
    /// <exception cref="ArgumentException">An argument lies outside these bounds.</exception>
    public static IReadOnlyList<Tick> Of(Scale scale, AxisRange range, int most = 8, bool whole = false)
    {
        if (most is < FewestAllowed or > MostAllowed)
        {
            throw new ArgumentOutOfRangeException(
                nameof(most), most, $"The largest number of ticks lies in {FewestAllowed} .. {MostAllowed}.");
        }

        Ranges.Require(scale, range);
        IReadOnlyList<Tick> ticks = scale switch
        {
            Log10Scale => Logarithmic(range, most),
            SymmetricLogScale s => SymmetricLogarithmic(range, s.Threshold, most),
            _ => [],
        };
        return ticks.Count >= 2 ? ticks : Linear(range, most, whole);
    }

    /// <summary>
    /// Values between the ticks that a logarithmic axis marks without a label: 2, 3, ..., 9 times the powers of ten,
    /// where the range is no longer than seven decades; else none.
    /// </summary>
    public static IReadOnlyList<double> Minor(Scale scale, AxisRange range)
    {
        if (scale is not Log10Scale || Math.Log10(range.High / range.Low) > 7)
        {
            return [];
        }

        var values =
            from exponent in Exponents(range.Low / 10, range.High)
            from mantissa in Enumerable.Range(2, 8)
            select PowersOfTen.Scale(mantissa, exponent);
        return [.. values.Where(v => v >= range.Low && v <= range.High)];
    }

    private static List<Tick> Linear(AxisRange range, int most, bool whole)
    {
        var exponent = PowersOfTen.FloorLog((range.High - range.Low) / most);
        if (whole && exponent < 0)
        {
            exponent = 0;
        }

        for (; ; exponent++)
        {
            foreach (var mantissa in (ReadOnlySpan<int>)[1, 2, 5])
            {
                if ((range.High - range.Low) / PowersOfTen.Scale(mantissa, exponent) <= most + 1)
                {
                    var multiples = Multiples(range, mantissa, exponent);
                    if (multiples.Count <= most)
                    {
                        return Labelled(multiples, exponent);
                    }
                }
            }
        }
    }

    private static List<double> Multiples(AxisRange range, int mantissa, int exponent)
    {
        // An end that is itself a multiple may come out a rounding error away from a whole number of steps.
        var step = PowersOfTen.Scale(mantissa, exponent);
        var first = Math.Ceiling((range.Low / step) - 1e-6);
        var last = Math.Floor((range.High / step) + 1e-6);
        var values = new List<double>();
        for (var k = first; k <= last; k++)
        {
            var value = PowersOfTen.Scale(k * mantissa, exponent) + 0.0;
            if (value >= range.Low && value <= range.High)
            {
                values.Add(value);
            }
        }

        return values;
    }

    private static List<Tick> Labelled(List<double> multiples, int exponent)
    {
        var largest = multiples.Count == 0 ? 0 : multiples.Max(Math.Abs);
        var plain = largest < LargestPlainNumber && largest >= SmallestPlainNumber;
        return [.. multiples.Select(v => plain ? Tick.Fixed(v, Math.Max(0, -exponent)) : Tick.Scientific(v, exponent))];
    }

    private static List<Tick> Logarithmic(AxisRange range, int most)
    {
        var decades = Exponents(range.Low, range.High);
        if (decades.Count >= 2)
        {
            var stride = (decades.Count + most - 1) / most;
            return [.. decades.Where(k => (k - decades[0]) % stride == 0).Select(k => Tick.PowerOfTen(1, k))];
        }

        var values =
            from k in Exponents(range.Low / 10, range.High)
            from mantissa in (int[])[1, 2, 5]
            let value = PowersOfTen.Scale(mantissa, k)
            where value >= range.Low && value <= range.High
            select value is < LargestPlainNumber and >= SmallestPlainNumber
                ? Tick.Fixed(value, Math.Max(0, -k))
                : Tick.Scientific(value, k);
        return [.. values];
    }

    private static List<Tick> SymmetricLogarithmic(AxisRange range, double threshold, int most)
    {
        var positive = range.High >= threshold ? Exponents(Math.Max(range.Low, threshold), range.High) : [];
        var negative = range.Low <= -threshold ? Exponents(Math.Max(-range.High, threshold), -range.Low) : [];
        var zero = range is { Low: <= 0, High: >= 0 };

        // Counted outwards from the threshold, the marked decades stand equally far apart, zero among them.
        var innermost = positive.Concat(negative).DefaultIfEmpty(0).Min();
        for (var stride = 1; ; stride++)
        {
            var offset = zero ? stride - 1 : 0;
            bool Marked(int k) => k - innermost - offset >= 0 && (k - innermost - offset) % stride == 0;
            List<Tick> ticks =
            [
                .. negative.AsEnumerable().Reverse().Where(Marked).Select(k => Tick.PowerOfTen(-1, k)),
                .. zero ? [new Tick(0, "0")] : Array.Empty<Tick>(),
                .. positive.Where(Marked).Select(k => Tick.PowerOfTen(1, k)),
            ];
            if (ticks.Count <= most)
            {
                return ticks;
            }
        }
    }

    // All k with low <= 10^k <= high, for positive ends.
    private static List<int> Exponents(double low, double high)
    {
        var first = PowersOfTen.FloorLog(low);
        if (PowersOfTen.Of(first) < low)
        {
            first++;
        }

        var last = PowersOfTen.FloorLog(high);
        return first <= last ? [.. Enumerable.Range(first, last - first + 1)] : [];
    }
}
