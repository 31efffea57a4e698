using System.Numerics;
using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Functions;

/// <summary>Chains that write out GELU and its slope, held to numbers of many more digits.</summary>
public class GeluChainTests
{
    private const double Slope = 0.79788456080286536, Cubic = 0.044715;

    /// <summary>tanh of <c>s (x + c x^3)</c>, in step 5.</summary>
    private static readonly MapStep[] Tanh =
    [
        new(MapFunction.Multiply, 0, 0),
        new(MapFunction.Scale, 1, Constant: Slope * Cubic),
        new(MapFunction.Offset, 2, Constant: Slope),
        new(MapFunction.Multiply, 0, 3),
        new(MapFunction.Tanh, 4),
    ];

    /// <summary>erf of <c>x / sqrt 2</c>, in step 2.</summary>
    private static readonly MapStep[] Erf =
    [
        new(MapFunction.Scale, 0, Constant: Math.Sqrt(0.5)),
        new(MapFunction.Erf, 1),
    ];

    [Fact]
    public void Gelu_by_tanh_keeps_its_digits_far_below_zero() => HoldsTo(
        [.. Tanh, new(MapFunction.Gelu, 0, 5)],
        x => x * Sigmoid(x),
        (x, y) => Math.Abs(y) * (2 + (2 * Math.Abs(TwiceInner(x).ToDouble()))));

    [Fact]
    public void Its_slope_is_the_derivative() => HoldsTo(
        [.. Tanh, new(MapFunction.GeluTanhSlope, 0, 5)], SlopeByTanh, (x, _) => 4 + Math.Abs(x));

    [Fact]
    public void Its_slope_may_be_multiplied() => HoldsTo(
        [.. Tanh, new(MapFunction.GeluTanhSlope, 0, 5), new(MapFunction.Negate, 0), new(MapFunction.Multiply, 7, 6)],
        x => -x * SlopeByTanh(x),
        (x, _) => Math.Abs(x) * (4 + Math.Abs(x)));

    [Fact]
    public void Gelu_by_the_error_function_is_x_times_the_normal_distribution() => HoldsTo(
        [.. Erf, new(MapFunction.Gelu, 0, 2)], x => x * Normal(x), (x, _) => 2 * Math.Abs(x));

    [Fact]
    public void Its_slope_adds_x_times_the_density() => HoldsTo(
        [.. Erf, new(MapFunction.GeluErfSlope, 0, 2)],
        x => Normal(x) + (x * Real.Exp(-x * x / 2) * 0.3989422804014327),
        (_, _) => 3);

    [Fact]
    public void Steps_that_others_read_too_keep_their_results() => HoldsTo(
        [.. Tanh, new(MapFunction.Gelu, 0, 5), new(MapFunction.Add, 6, 5)],
        x => (x * Sigmoid(x)) + ((2 * Sigmoid(x)) - 1),
        (x, _) => 4 + (2 * Math.Abs(x)));

    private static Real TwiceInner(Real x) => 2 * x * Slope * (1 + (Cubic * x * x));

    private static Real Sigmoid(Real x) => 1 / (1 + Real.Exp(-TwiceInner(x)));

    private static Real SlopeByTanh(Real x)
    {
        var p = Sigmoid(x);
        return p + (x * p * (1 - p) * 2 * Slope * (1 + (3 * Cubic * x * x)));
    }

    private static Real Normal(Real x) => (1 + Real.Erf(x * Real.Sqrt(0.5))) / 2;

    /// <summary>
    /// Holds a chain of one argument, of either type and width, to a function, and elements to their bits wherever they lie.
    /// </summary>
    /// <param name="steps">The chain.</param>
    /// <param name="exact">The function.</param>
    /// <param name="allowed">The error allowed at x and y, in units of the last place of one.</param>
    private static void HoldsTo(MapStep[] steps, Func<Real, Real> exact, Func<double, double, double> allowed)
    {
        var random = new Philox(41, "arguments");
        double[] arguments = [.. Enumerable.Range(0, 203).Select(_ => (double)(float)((10 * random.NextDouble()) - 5))];
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            var (wide, narrow) = (Apply<double>(width, steps, arguments), Apply<float>(width, steps, arguments));
            Assert.Equal(wide[7..], Apply<double>(width, steps, arguments[7..]));
            Assert.Equal(narrow[7..], Apply<float>(width, steps, arguments[7..]));
            for (var i = 0; i < arguments.Length; i++)
            {
                var y = exact(arguments[i]);
                var limit = allowed(arguments[i], y.ToDouble());
                Assert.InRange((wide[i] - y).ToDouble(), -limit * Math.ScaleB(1, -52), limit * Math.ScaleB(1, -52));
                Assert.InRange((narrow[i] - y).ToDouble(), -limit * Math.ScaleB(1, -23), limit * Math.ScaleB(1, -23));
            }
        }
    }

    private static double[] Apply<T>(VectorWidth width, MapStep[] steps, double[] arguments)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var type = typeof(T) == typeof(double) ? ElementType.Float64 : ElementType.Float32;
        var operand = new Operand(0, type, new Shape(arguments.Length));
        using var arena = new HostMemory(arguments.Length * type.Size());
        using var sequence = new CpuBackend(width).Prepare([new MapCall([operand], steps, operand)], arena);
        T[] elements = [.. arguments.Select(T.CreateChecked)];
        arena.Write(0, MemoryMarshal.AsBytes(elements.AsSpan()));
        sequence.Run();
        arena.Read(0, MemoryMarshal.AsBytes(elements.AsSpan()));
        return [.. elements.Select(double.CreateChecked)];
    }
}
