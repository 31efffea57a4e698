using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cuda;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Cuda;

/// <summary>The elementary functions of the device, against those of the runtime.</summary>
public class ElementaryTests
{
    public static TheoryData<MapFunction, double, double> Ranges => new()
    {
        { MapFunction.Exp, -708, 709 }, { MapFunction.Exp, -1e-3, 1e-3 },
        { MapFunction.Log, 1e-300, 1e-290 }, { MapFunction.Log, 1e-3, 3 }, { MapFunction.Log, 1, 1e300 },
        { MapFunction.Tanh, -25, 25 }, { MapFunction.Tanh, -1e-4, 1e-4 },
        { MapFunction.Sigmoid, -700, 40 }, { MapFunction.Softplus, -700, 700 },
        { MapFunction.Sin, -10, 10 }, { MapFunction.Sin, -1e5, 1e5 }, { MapFunction.Sin, 1e6, 1e17 },
        { MapFunction.Cos, -10, 10 }, { MapFunction.Cos, 1e6, 1e17 }, { MapFunction.Sin, 1e290, 1e300 },
        { MapFunction.Power, 1e-3, 10 }, { MapFunction.Power, 1e20, 1e60 },
        { MapFunction.Sqrt, 1e-300, 1e300 }, { MapFunction.ReciprocalSqrt, 1e-3, 1e3 },
    };

    [EmulatedCudaTheory]
    [MemberData(nameof(Ranges))]
    public void Functions_in_float64(MapFunction function, double from, double to)
    {
        foreach (var power in function == MapFunction.Power ? (double[])[0.75, -2.5, 3, -1, 5.1, 0.001] : [1])
        {
            var random = new Philox(1, "arguments");
            double[] x = [.. Enumerable.Range(0, 500).Select(_ => from + ((to - from) * random.NextDouble()))];
            var y = Map(function, power, x);
            Assert.All(x.Zip(y), pair => Near(Exact(function, power, pair.First), pair.Second, 1e-13, $"{function}({pair.First:R})"));
        }
    }

    [EmulatedCudaTheory]
    [MemberData(nameof(Ranges))]
    public void Functions_in_float32(MapFunction function, double from, double to)
    {
        foreach (var power in function == MapFunction.Power ? (double[])[0.75, -2.5, 3, -1] : [1])
        {
            var random = new Philox(2, "arguments");
            float[] x =
            [
                .. Enumerable.Range(0, 500).Select(_ => (float)(from + ((to - from) * random.NextDouble())))
                    .Where(x => float.IsFinite(x) && float.IsNormal((float)Exact(function, (float)power, x))),
            ];
            var y = Map(function, power, x);
            Assert.All(
                x.Zip(y),
                pair => Near(Exact(function, (float)power, pair.First), pair.Second, 1e-6, $"{function}({pair.First:R})"));
        }
    }

    /// <summary>Twenty digits by mpmath 1.3.</summary>
    [EmulatedCudaFact]
    public void The_error_function()
    {
        (double X, double Y)[] table =
        [
            (1e-5, 1.128379167057899935e-5), (0.1, 0.11246291601828489220), (0.5, 0.52049987781304653768),
            (0.999, 0.84228527020649694201), (1.001, 0.84311548547807632466), (1.5, 0.96610514647531072707),
            (2.5, 0.99959304798255504106), (4, 0.99999998458274209972), (-0.7, -0.67780119383741847298), (7, 1),
        ];
        var wide = Map(MapFunction.Erf, 1, table.Select(row => row.X).ToArray());
        var narrow = Map(MapFunction.Erf, 1, table.Select(row => (float)row.X).ToArray());
        for (var i = 0; i < table.Length; i++)
        {
            Near(table[i].Y, wide[i], 1e-14, $"erf({table[i].X})");
            Near(table[i].Y, narrow[i], 1e-6, $"erf({table[i].X}) in float32");
        }
    }

    [EmulatedCudaFact]
    public void Powers_at_their_edges()
    {
        foreach (var power in (double[])[2, 3, -1, 0.5, 0, 100, -3, double.PositiveInfinity, 1e300])
        {
            double[] x =
            [
                0, -0.0, 1, -1, -2, 2, 0.5, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
            ];
            var y = Map(MapFunction.Power, power, x);
            Assert.All(x.Zip(y), pair => Near(Math.Pow(pair.First, power), pair.Second, 1e-13, $"{pair.First}^{power}"));
        }
    }

    private static void Near(double expected, double actual, double tolerance, string what) => Assert.True(
        expected.Equals(actual) || expected == actual || Math.Abs(actual - expected) <= tolerance * Math.Abs(expected),
        $"{what} is {actual:R} and should be {expected:R}");

    private static double Exact(MapFunction function, double power, double x) => function switch
    {
        MapFunction.Exp => Math.Exp(x),
        MapFunction.Log => Math.Log(x),
        MapFunction.Tanh => Math.Tanh(x),
        MapFunction.Sigmoid => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x)),
        MapFunction.Softplus => x < -5 ? LogarithmOfOneAnd(Math.Exp(x)) : x > 40 ? x : Math.Log(1 + Math.Exp(x)),
        MapFunction.Sin => Math.Sin(x),
        MapFunction.Cos => Math.Cos(x),
        MapFunction.Power => Math.Pow(x, power),
        MapFunction.Sqrt => Math.Sqrt(x),
        _ => 1 / Math.Sqrt(x),
    };

    /// <summary>ln(1 + s) of a small s by its series.</summary>
    private static double LogarithmOfOneAnd(double s) =>
        Enumerable.Range(1, 12).Reverse().Sum(k => (k % 2 == 1 ? 1 : -1) * Math.Pow(s, k) / k);

    private static T[] Map<T>(MapFunction function, double constant, T[] arguments)
        where T : unmanaged
    {
        var type = typeof(T) == typeof(double) ? ElementType.Float64 : ElementType.Float32;
        var operand = new Operand(0, type, new Shape(arguments.Length));
        var backend = new CudaBackend(Emulated.Device);
        using var arena = backend.Allocate(arguments.Length * type.Size());
        using var sequence =
            backend.Prepare([new MapCall([operand], [new MapStep(function, 0, Constant: constant)], operand)], arena);
        arena.Write(0, MemoryMarshal.AsBytes(arguments.AsSpan()));
        sequence.Run();
        var results = new T[arguments.Length];
        arena.Read(0, MemoryMarshal.AsBytes(results.AsSpan()));
        return results;
    }
}
