using System.Numerics;

namespace Looped.Kernels.Tests.Functions;

/// <summary>
/// A number <c>mantissa 2^exponent</c> of some 320 binary digits, and elementary functions by their defining series: slow,
/// plain, and with far more digits than the types it judges.
/// </summary>
internal readonly struct Real(BigInteger mantissa, int exponent)
{
    private const int Digits = 320;

    /// <summary>Arguments so small that the next term of a series does not count.</summary>
    private const int Tiny = -140;

    private static readonly Real Ln2 = 2 * ArTanh(One / 3);

    private static readonly Real HalfPi = 2 * ((4 * ArcTan(One / 5)) - ArcTan(One / 239));

    public static Real One => 1;

    /// <summary>Position of the leading digit: the number lies from <c>2^Order</c> up to twice that.</summary>
    public int Order => mantissa.IsZero ? int.MinValue / 2 : (int)BigInteger.Abs(mantissa).GetBitLength() - 1 + exponent;

    public int Sign => mantissa.Sign;

    private BigInteger Mantissa => mantissa;

    private int Exponent => exponent;

    public static implicit operator Real(long whole) => new(whole, 0);

    public static implicit operator Real(double number)
    {
        var bits = BitConverter.DoubleToInt64Bits(number);
        var (field, digits) = ((int)(bits >> 52) & 0x7FF, bits & 0xFFFFFFFFFFFFF);
        var whole = new BigInteger(field == 0 ? digits : digits | (1L << 52));
        return new Real(bits < 0 ? -whole : whole, Math.Max(field, 1) - 1075);
    }

    public static Real operator -(Real a) => new(-a.Mantissa, a.Exponent);

    public static Real operator +(Real a, Real b)
    {
        if (a.Sign == 0 || b.Sign == 0)
        {
            return a.Sign == 0 ? b : a;
        }

        // What lies far below the digits of the larger one does not count.
        var lowest = Math.Max(Math.Min(a.Exponent, b.Exponent), Math.Max(a.Order, b.Order) - (2 * Digits));
        return Rounded(Shift(a.Mantissa, a.Exponent - lowest) + Shift(b.Mantissa, b.Exponent - lowest), lowest);
    }

    public static Real operator -(Real a, Real b) => a + -b;

    public static Real operator *(Real a, Real b) => Rounded(a.Mantissa * b.Mantissa, a.Exponent + b.Exponent);

    public static Real operator /(Real a, Real b)
    {
        var shift = (2 * Digits) - (a.Order - a.Exponent) + (b.Order - b.Exponent);
        return Rounded(Shift(a.Mantissa, shift) / b.Mantissa, a.Exponent - shift - b.Exponent);
    }

    public static bool operator <(Real a, Real b) => (a - b).Sign < 0;

    public static bool operator >(Real a, Real b) => (a - b).Sign > 0;

    /// <summary>The number times a power of two.</summary>
    public Real Scaled(int power) => new(mantissa, exponent + power);

    public Real Abs() => new(BigInteger.Abs(mantissa), exponent);

    /// <summary>The nearest float64 or so: for differences and messages.</summary>
    public double ToDouble()
    {
        var drop = Math.Max(0, (int)BigInteger.Abs(mantissa).GetBitLength() - 60);
        return Math.ScaleB((double)(mantissa >> drop), exponent + drop);
    }

    public static Real Exp(Real x)
    {
        var n = Nearest(x / Ln2);
        var r = (x - (n * Ln2)).Scaled(-16);
        var power = Series(One, k => r / k);
        for (var i = 0; i < 16; i++)
        {
            power *= power;
        }

        return power.Scaled((int)n);
    }

    public static Real Log(Real x)
    {
        var m = x.Scaled(-x.Order);
        return (x.Order * Ln2) + (2 * ArTanh((m - 1) / (m + 1)));
    }

    public static Real LogOfOnePlus(Real x) => x.Order < Tiny ? x : Log(1 + x);

    public static Real Sqrt(Real x)
    {
        var shift = (2 * Digits) - (x.Order - x.Exponent);
        shift += (x.Exponent - shift) & 1;
        var (square, half) = (Shift(x.Mantissa, shift), (x.Exponent - shift) / 2);

        // Newton's iteration for whole numbers falls until it reaches the root.
        var root = BigInteger.One << (int)((square.GetBitLength() / 2) + 1);
        for (var next = root; ; root = next)
        {
            next = (root + (square / root)) >> 1;
            if (next >= root)
            {
                return Rounded(root, half);
            }
        }
    }

    public static Real Tanh(Real x)
    {
        if (x.Order < Tiny)
        {
            return x;
        }

        var power = Exp(2 * x);
        return (power - 1) / (power + 1);
    }

    public static Real Sin(Real x) => Quarter(x, 0);

    public static Real Cos(Real x) => Quarter(x, 1);

    /// <summary><c>2/sqrt(pi) e^(-x^2) sum_n 2^n x^(2n+1) / (1 3 .. (2n+1))</c> (Abramowitz and Stegun, 7.1.6).</summary>
    public static Real Erf(Real x)
    {
        var square = 2 * x * x;
        var sum = Series(x, n => square / ((2 * n) + 1));
        return 2 * sum * Exp(-(x * x)) / Sqrt(2 * HalfPi);
    }

    private static Real Quarter(Real x, long turns)
    {
        var n = Nearest(x / HalfPi);
        var r = x - (n * HalfPi);
        var square = r * r;
        var isCosine = ((n + turns) & 1) != 0;
        var value = isCosine
            ? Series(One, k => -(square / ((2 * k) * ((2 * k) - 1))))
            : Series(r, k => -(square / ((2 * k) * ((2 * k) + 1))));
        return ((n + turns) & 2) == 0 ? value : -value;
    }

    private static Real ArTanh(Real s) => OddPowers(s, s * s);

    private static Real ArcTan(Real s) => OddPowers(s, -(s * s));

    /// <summary><c>sum_k s ratio^k / (2k + 1)</c></summary>
    private static Real OddPowers(Real s, Real ratio)
    {
        var (sum, power) = (s, s);
        for (var k = 1; power.Sign != 0 && power.Order > sum.Order - Digits; k++)
        {
            power *= ratio;
            sum += power / ((2 * k) + 1);
        }

        return sum;
    }

    /// <summary>The sum of a first term and those that follow, each a factor times the one before.</summary>
    private static Real Series(Real first, Func<long, Real> factor)
    {
        var (sum, term) = (first, first);
        for (var k = 1L; term.Sign != 0 && term.Order > sum.Order - Digits; k++)
        {
            term *= factor(k);
            sum += term;
        }

        return sum;
    }

    private static long Nearest(Real x)
    {
        var half = x + (One / 2);
        return (long)Shift(half.Mantissa, half.Exponent);
    }

    private static BigInteger Shift(BigInteger number, int digits) => digits >= 0 ? number << digits : number >> -digits;

    private static Real Rounded(BigInteger mantissa, int exponent)
    {
        var drop = Math.Max(0, (int)BigInteger.Abs(mantissa).GetBitLength() - Digits);
        return new Real(mantissa >> drop, exponent + drop);
    }
}
