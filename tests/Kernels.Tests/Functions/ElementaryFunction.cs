using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Functions;

/// <summary>
/// An elementwise function of one argument as the CPU backend computes it, what it should be, and by how many units in the
/// last place it may miss that.
/// </summary>
internal sealed record ElementaryFunction(MapFunction Function, double Constant, double Bound, Func<Real, Real> Exact)
{
    /// <summary>The functions that are not exactly rounded.</summary>
    public static IReadOnlyList<ElementaryFunction> All { get; } =
    [
        new(MapFunction.Exp, 0, 1, Real.Exp),
        new(MapFunction.Log, 0, 1, Real.Log),
        new(MapFunction.Tanh, 0, 2, Real.Tanh),
        new(MapFunction.Erf, 0, 1.1, Real.Erf),
        new(MapFunction.Sigmoid, 0, 2.5, x => 1 / (1 + Real.Exp(-x))),
        new(MapFunction.Softplus, 0, 2, x => Real.LogOfOnePlus(Real.Exp(x))),
        new(MapFunction.Sin, 0, 1, Real.Sin),
        new(MapFunction.Cos, 0, 1, Real.Cos),
        new(MapFunction.ReciprocalSqrt, 0, 1.5, x => 1 / Real.Sqrt(x)),
        new(MapFunction.Power, 0.75, 1.25, x => Real.Exp(Real.Log(x) * 3 / 4)),
        new(MapFunction.Power, -1.5, 1.25, x => Real.Exp(Real.Log(x) * -3 / 2)),
        new(MapFunction.Power, 3, 1.25, x => x * x * x),
        new(MapFunction.Power, -2, 1.25, x => 1 / (x * x)),
        new(MapFunction.Power, 0.5, 1.25, Real.Sqrt),
        new(MapFunction.Power, -1, 1.25, x => 1 / x),
    ];

    /// <summary>Arguments of both signs between which the function neither overflows nor is constant.</summary>
    public double Largest(ElementType type) => (Function, type) switch
    {
        (MapFunction.Exp or MapFunction.Sigmoid or MapFunction.Softplus, ElementType.Float64) => 746,
        (MapFunction.Exp or MapFunction.Sigmoid or MapFunction.Softplus, _) => 104,
        (MapFunction.Tanh, _) => 22,
        (MapFunction.Erf, _) => 6.2,
        (MapFunction.Sin or MapFunction.Cos, _) => 1e9,
        (_, ElementType.Float64) => double.MaxValue,
        _ => float.MaxValue,
    };

    /// <summary>Whether only positive numbers have a value.</summary>
    public bool IsOfPositive => Function is MapFunction.Log or MapFunction.ReciprocalSqrt
        || (Function == MapFunction.Power && !double.IsInteger(Constant));

    public override string ToString() => Function == MapFunction.Power ? $"{Function} {Constant}" : $"{Function}";

    /// <summary>The function of each argument, rounded to the type.</summary>
    public double[] Apply(VectorWidth width, ElementType type, double[] arguments)
    {
        var operand = new Operand(0, type, new Shape(arguments.Length));
        using var arena = new HostMemory(arguments.Length * type.Size());
        using var sequence = new CpuBackend(width).Prepare(
            [new MapCall([operand], [new MapStep(Function, 0, Constant: Constant)], operand)], arena);
        if (type == ElementType.Float64)
        {
            arena.Write(0, MemoryMarshal.AsBytes(arguments.AsSpan()));
            sequence.Run();
            var results = new double[arguments.Length];
            arena.Read(0, MemoryMarshal.AsBytes(results.AsSpan()));
            return results;
        }

        float[] narrow = [.. arguments.Select(argument => (float)argument)];
        arena.Write(0, MemoryMarshal.AsBytes(narrow.AsSpan()));
        sequence.Run();
        arena.Read(0, MemoryMarshal.AsBytes(narrow.AsSpan()));
        return [.. narrow.Select(element => (double)element)];
    }

    /// <summary>
    /// The distance of a result from the exact value, in units of the last place that the type gives to the exact value. An
    /// infinite result counts as the number that would follow the largest.
    /// </summary>
    public static double ErrorInUlp(double result, Real exact, ElementType type)
    {
        if (double.IsNaN(result))
        {
            return double.PositiveInfinity;
        }

        var (digits, lowest, highest) = type == ElementType.Float64 ? (53, -1022, 1023) : (24, -126, 127);
        var order = Math.Clamp(exact.Order, lowest, highest);
        var given = double.IsInfinity(result) ? Math.Sign(result) * Real.One.Scaled(highest + 1) : result;
        var end = Real.One.Scaled(highest + 1);
        var capped = exact > end ? end : exact < -end ? -end : exact;
        return (given - capped).Abs().Scaled(digits - 1 - order).ToDouble();
    }

    /// <summary>
    /// Numbers whose logarithm is spread evenly over a type's range up to a largest, subnormal numbers included, and as many
    /// that are spread evenly themselves.
    /// </summary>
    public double[] Arguments(ElementType type, Philox random, int count)
    {
        var smallest = type == ElementType.Float64 ? -1074 : -149;
        var largest = Largest(type);
        var arguments = new double[count];
        for (var i = 0; i < count; i++)
        {
            var size = (i % 4) switch
            {
                0 => Math.Exp((smallest * Math.Log(2)) + (random.NextDouble() * (Math.Log(largest) - (smallest * Math.Log(2))))),
                1 => Math.Min(4, largest) * random.NextDouble(),
                2 => Math.Min(40, largest) * random.NextDouble(),
                _ => largest * random.NextDouble(),
            };
            size = Math.Min(size, largest);
            arguments[i] = !IsOfPositive && random.NextInt(2) == 0 ? -size : size;
            arguments[i] = type == ElementType.Float64 ? arguments[i] : (float)arguments[i];
            arguments[i] = arguments[i] == 0 ? 1 : arguments[i];
        }

        return arguments;
    }
}
