using System.Numerics;
using System.Runtime.CompilerServices;

namespace Looped.Kernels.Cpu.Functions;

/// <summary>
/// Sine and cosine: <c>|x| = n pi/2 + r</c> with r to twice the type's digits, minimax polynomials of both functions in
/// r, and n's remainder by four says which of them and with which sign. Arguments beyond 2^26 (float64) or 2^14
/// (float32), for which n is too large for that, are left to the runtime, lane by lane. Within 1 ulp.
/// </summary>
internal static unsafe class Trigonometric<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    private const double LargestWide = 1L << 26;
    private const double LargestNarrow = 1L << 14;

    /// <summary><c>sin x</c></summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sin(V x)
    {
        var size = S.Abs(x);
        var y = S.Multiply(Quarter(size, S.Number(0)), S.CopySign(S.Number(1), x));
        return S.Any(S.Greater(size, S.Number(LargestWide, LargestNarrow))) ? Large(x, y, isCosine: false) : y;
    }

    /// <summary><c>cos x</c>: the sine a quarter turn on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Cos(V x)
    {
        var size = S.Abs(x);
        var y = Quarter(size, S.Number(1));
        return S.Any(S.Greater(size, S.Number(LargestWide, LargestNarrow))) ? Large(x, y, isCosine: true) : y;
    }

    /// <summary>The sine of <c>x + turns pi/2</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Quarter(V x, V turns)
    {
        var r = Reduce(x, out var n, out var low);
        var (sine, cosine) = (SineOf(r, low), CosineOf(r, low));

        // n less the next lower multiple of two or four, from quotients that never lie half way.
        n = S.Add(n, turns);
        var pair = S.MultiplyAdd(S.Number(-2), S.Round(S.MultiplyAdd(n, S.Number(0.5), S.Number(-0.25))), n);
        var four = S.MultiplyAdd(S.Number(-4), S.Round(S.MultiplyAdd(n, S.Number(0.25), S.Number(-0.375))), n);
        var y = S.Select(S.Greater(pair, S.Number(0.5)), cosine, sine);
        return S.Select(S.Greater(four, S.Number(1.5)), S.Negate(y), y);
    }

    /// <summary>
    /// <c>r + low = x - n pi/2</c>, pi/2 in three parts of the type's digits: the first difference is exact, the second
    /// is kept with its error.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Reduce(V x, out V n, out V low)
    {
        n = S.Round(S.Multiply(x, S.Number(0.6366197723675814)));
        var minus = S.Negate(n);
        var a = S.MultiplyAdd(minus, S.Number(1.5707963267948966, 1.5707963705062866), x);
        var second = S.Number(6.123233995736766e-17, -4.371138828673793e-08);
        var b = S.Multiply(minus, second);
        var productError = S.MultiplyAdd(minus, second, S.Negate(b));
        var sum = S.Add(a, b);
        var part = S.Subtract(sum, a);
        var sumError = S.Add(S.Subtract(a, S.Subtract(sum, part)), S.Subtract(b, part));
        var rest = S.MultiplyAdd(
            minus, S.Number(-1.4973849048591698e-33, -1.7151245100058819e-15), S.Add(sumError, productError));
        var r = S.Add(sum, rest);
        low = S.Add(S.Subtract(sum, r), rest);
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SineOf(V r, V low)
    {
        var z = S.Multiply(r, r);
        V p;
        if (typeof(T) == typeof(double))
        {
            p = S.Number(1.5896666008223587e-10);
            p = S.MultiplyAdd(p, z, S.Number(-2.5050755954318748e-08));
            p = S.MultiplyAdd(p, z, S.Number(2.755731367863497e-06));
            p = S.MultiplyAdd(p, z, S.Number(-0.00019841269829771148));
            p = S.MultiplyAdd(p, z, S.Number(0.00833333333332237));
            p = S.MultiplyAdd(p, z, S.Number(-0.16666666666666632));
        }
        else
        {
            p = S.Number(2.718274943925243e-06);
            p = S.MultiplyAdd(p, z, S.Number(-0.00019839331114355227));
            p = S.MultiplyAdd(p, z, S.Number(0.008333329374849622));
            p = S.MultiplyAdd(p, z, S.Number(-0.16666666641538894));
        }

        // sin(r + low) = sin r + low cos r, and cos r = 1 - r^2/2 is near enough.
        var cube = S.Multiply(S.Multiply(z, r), p);
        return S.Add(r, S.Add(cube, S.MultiplyAdd(S.Multiply(S.Number(-0.5), z), low, low)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V CosineOf(V r, V low)
    {
        var z = S.Multiply(r, r);
        V p;
        if (typeof(T) == typeof(double))
        {
            p = S.Number(-1.135956640309983e-11);
            p = S.MultiplyAdd(p, z, S.Number(2.0875721776699913e-09));
            p = S.MultiplyAdd(p, z, S.Number(-2.75573143419398e-07));
            p = S.MultiplyAdd(p, z, S.Number(2.480158728944865e-05));
            p = S.MultiplyAdd(p, z, S.Number(-0.0013888888888874075));
            p = S.MultiplyAdd(p, z, S.Number(0.0416666666666666));
        }
        else
        {
            p = S.Number(2.4438103235029736e-05);
            p = S.MultiplyAdd(p, z, S.Number(-0.0013887364603747416));
            p = S.MultiplyAdd(p, z, S.Number(0.041666646809730985));
        }

        // 1 - z/2 is kept with its error; cos(r + low) = cos r - low sin r, and sin r = r is near enough.
        var half = S.Multiply(S.Number(0.5), z);
        var w = S.Subtract(S.Number(1), half);
        var error = S.Subtract(S.Subtract(S.Number(1), w), half);
        return S.Add(w, S.Add(error, S.MultiplyAdd(S.Multiply(z, z), p, S.Negate(S.Multiply(r, low)))));
    }

    /// <summary>Takes the lanes with large arguments from the runtime, the others from <paramref name="y"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V Large(V x, V y, bool isCosine)
    {
        var arguments = stackalloc T[S.Width];
        var results = stackalloc T[S.Width];
        S.Store(x, arguments);
        S.Store(y, results);
        var limit = T.CreateTruncating(typeof(T) == typeof(double) ? LargestWide : LargestNarrow);
        for (var lane = 0; lane < S.Width; lane++)
        {
            if (T.Abs(arguments[lane]) > limit)
            {
                results[lane] = isCosine ? T.Cos(arguments[lane]) : T.Sin(arguments[lane]);
            }
        }

        return S.Load(results);
    }
}
