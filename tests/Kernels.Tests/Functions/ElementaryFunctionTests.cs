using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Functions;

/// <summary>The elementwise functions of the CPU backend, held to numbers of many more digits.</summary>
public class ElementaryFunctionTests
{
    private const double Infinity = double.PositiveInfinity;

    private static readonly ElementType[] Types = [ElementType.Float32, ElementType.Float64];

    public static TheoryData<int> Functions => [.. Enumerable.Range(0, ElementaryFunction.All.Count)];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Errors_stay_below_their_bounds(int index)
    {
        var function = ElementaryFunction.All[index];
        foreach (var type in Types)
        {
            var arguments = function.Arguments(type, new Philox(31, $"{function}"), 1000);
            foreach (var width in Enum.GetValues<VectorWidth>())
            {
                var results = function.Apply(width, type, arguments);
                for (var i = 0; i < arguments.Length; i++)
                {
                    var exact = function.Exact(arguments[i]);
                    var error = ElementaryFunction.ErrorInUlp(results[i], exact, type);
                    Assert.True(
                        error <= function.Bound,
                        $"{function} of {arguments[i]:r} is {results[i]:r}, {error} ulp from {exact.ToDouble():r}: {type}, {width}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void An_element_has_the_same_bits_wherever_it_lies(int index)
    {
        var function = ElementaryFunction.All[index];
        var random = new Philox(32, $"{function}");
        foreach (var type in Types)
        {
            foreach (var width in Enum.GetValues<VectorWidth>())
            {
                var arguments = function.Arguments(type, random, 40);
                double[] results = [.. arguments.Select(argument => function.Apply(width, type, [argument])[0])];
                foreach (var count in (int[])[2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 40])
                {
                    var start = random.NextInt(arguments.Length - count + 1);
                    Assert.Equal(
                        results[start..(start + count)],
                        function.Apply(width, type, arguments[start..(start + count)]));
                }
            }
        }
    }

    [Theory]
    [InlineData(MapFunction.Exp, 0, new[] { -Infinity, 0, -0.0, 1, 0.0, 1, 1000, Infinity, -1000, 0, Infinity, Infinity })]
    [InlineData(MapFunction.Log, 0, new[] { 0, -Infinity, -0.0, -Infinity, 1, 0, -1, double.NaN, Infinity, Infinity, -Infinity, double.NaN })]
    [InlineData(MapFunction.Tanh, 0, new[] { 0, 0, -0.0, -0.0, 100, 1, -100, -1, Infinity, 1, -Infinity, -1, 1e-40, 1e-40 })]
    [InlineData(MapFunction.Erf, 0, new[] { 0, 0, -0.0, -0.0, 100, 1, -100, -1, Infinity, 1, -Infinity, -1 })]
    [InlineData(MapFunction.Sigmoid, 0, new[] { 0, 0.5, 1000, 1, -1000, 0, Infinity, 1, -Infinity, 0 })]
    [InlineData(MapFunction.Softplus, 0, new[] { 1000, 1000, -1000, 0, Infinity, Infinity, -Infinity, 0 })]
    [InlineData(MapFunction.Sin, 0, new[] { 0, 0, -0.0, -0.0, Infinity, double.NaN, -Infinity, double.NaN })]
    [InlineData(MapFunction.Cos, 0, new[] { 0, 1, -0.0, 1, Infinity, double.NaN, -Infinity, double.NaN })]
    [InlineData(MapFunction.ReciprocalSqrt, 0, new[] { 0, Infinity, 4, 0.5, -1, double.NaN, Infinity, 0 })]
    [InlineData(MapFunction.Power, 0.5, new[] { 0, 0, -0.0, 0, 1, 1, -1, double.NaN, Infinity, Infinity, -Infinity, Infinity })]
    [InlineData(MapFunction.Power, -0.5, new[] { 0, Infinity, -0.0, Infinity, -1, double.NaN, Infinity, 0, -Infinity, 0 })]
    [InlineData(MapFunction.Power, 3, new[] { 0, 0, -0.0, -0.0, -1, -1, Infinity, Infinity, -Infinity, -Infinity, 1e300, Infinity })]
    [InlineData(MapFunction.Power, -3, new[] { 0, Infinity, -0.0, -Infinity, -1, -1, Infinity, 0, -Infinity, -0.0, 1e300, 0 })]
    [InlineData(MapFunction.Power, 4, new[] { 0, 0, -0.0, 0, -1, 1, -Infinity, Infinity, -1e300, Infinity })]
    [InlineData(MapFunction.Power, 0, new[] { 0, 1, -2, 1, Infinity, 1 })]
    public void Limits_are_exact(MapFunction name, double constant, double[] argumentsAndValues)
    {
        var function = new ElementaryFunction(name, constant, 0, x => x);
        double[] arguments = [.. argumentsAndValues.Where((_, i) => i % 2 == 0)];
        double[] values = [.. argumentsAndValues.Where((_, i) => i % 2 == 1)];
        foreach (var type in Types)
        {
            var isWide = type == ElementType.Float64;
            foreach (var width in Enum.GetValues<VectorWidth>())
            {
                Assert.Equal(
                    values.Select(value => Bits(isWide ? value : (float)value)),
                    function.Apply(width, type, arguments).Select(Bits));
                if (constant != 0 || name != MapFunction.Power)
                {
                    Assert.Equal([double.NaN], function.Apply(width, type, [double.NaN]));
                }
            }
        }
    }

    [Fact]
    public void Exponentials_overflow_and_underflow_where_they_should()
    {
        var exp = ElementaryFunction.All[0];
        foreach (var (type, lowest, none, highest, infinite) in new[]
        {
            (ElementType.Float64, -745.13, -745.14, 709.782712893384, 709.7827128933841),
            (ElementType.Float32, -103.97, -103.98, 88.72283, 88.72285),
        })
        {
            foreach (var width in Enum.GetValues<VectorWidth>())
            {
                var results = exp.Apply(width, type, [lowest, none, highest, infinite]);
                Assert.Equal(type == ElementType.Float64 ? double.Epsilon : float.Epsilon, results[0]);
                Assert.Equal(0, results[1]);
                Assert.True(double.IsFinite(results[2]));
                Assert.Equal(Infinity, results[3]);
            }
        }
    }

    [Fact]
    public void Sines_of_huge_numbers_keep_their_digits()
    {
        // The first is the float64 number nearest to a multiple of pi/2; the sines were computed with 400 digits.
        foreach (var (argument, sine) in new[]
        {
            (6381956970095103.0 * Math.Pow(2, 797), 1.0),
            (1e22, -0.8522008497671888),
            (1e15, 0.8582727931702359),
        })
        {
            foreach (var width in Enum.GetValues<VectorWidth>())
            {
                var sin = ElementaryFunction.All.Single(function => function.Function == MapFunction.Sin);
                Assert.Equal(sine, sin.Apply(width, ElementType.Float64, [0.1, argument, 0.2])[1], 1e-15);
            }
        }
    }

    private static long Bits(double x) => BitConverter.DoubleToInt64Bits(double.IsNaN(x) ? double.NaN : x);
}
