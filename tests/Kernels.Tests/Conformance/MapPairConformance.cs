using System.Numerics;
using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

public class MapPairConformance
{
    private static readonly MapFunction[] Functions =
    [
        MapFunction.Add, MapFunction.Subtract, MapFunction.Multiply, MapFunction.Divide, MapFunction.Scale,
        MapFunction.Offset, MapFunction.Sqrt,
    ];

    [Fact]
    public void A_function_of_a_function_is_rounded_after_each_in_float64() => Check<double>(ElementType.Float64);

    [Fact]
    public void A_function_of_a_function_is_rounded_after_each_in_float32() => Check<float>(ElementType.Float32);

    /// <summary>Each pair in each order of its arguments has the bits of the language's own arithmetic.</summary>
    private static void Check<T>(ElementType type)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Philox(4, "pairs");
        foreach (var width in Enum.GetValues<VectorWidth>())
        {
            foreach (var count in (int[])[1, 7, 16, 75, 300])
            {
                var inputs = Enumerable.Range(0, 3)
                    .Select(_ => Enumerable.Range(0, count).Select(_ => Number()).ToArray()).ToArray();
                foreach (var first in Functions)
                {
                    foreach (var second in Functions)
                    {
                        foreach (var (a, b) in ((int, int)[])[(3, 2), (2, 3), (3, 3)])
                        {
                            MapStep[] steps = [new(first, 0, 1, Constant: 0.7), new(second, a, b, Constant: 1.3)];
                            var expected = Enumerable.Range(0, count).Select(i =>
                            {
                                T[] values = [inputs[0][i], inputs[1][i], inputs[2][i], default];
                                values[3] = Apply(steps[0], values);
                                return Apply(steps[1], values);
                            });
                            Assert.Equal(expected, Run(width, type, inputs, steps));
                        }
                    }
                }
            }
        }

        T Number() => T.CreateTruncating(0.5 + random.NextDouble());
    }

    private static T[] Run<T>(VectorWidth width, ElementType type, T[][] inputs, MapStep[] steps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = inputs[0].Length;
        Operand[] operands = [.. Enumerable.Range(0, 4).Select(i => new Operand(i * 4096, type, new Shape(count)))];
        using var arena = new HostMemory(4 * 4096);
        for (var i = 0; i < 3; i++)
        {
            arena.Write(operands[i].Offset, MemoryMarshal.AsBytes(inputs[i].AsSpan()));
        }

        using var sequence = new CpuBackend(width).Prepare([new MapCall(operands[..3], steps, operands[3])], arena);
        sequence.Run();
        var results = new T[count];
        arena.Read(operands[3].Offset, MemoryMarshal.AsBytes(results.AsSpan()));
        return results;
    }

    private static T Apply<T>(MapStep step, T[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => step.Function switch
        {
            MapFunction.Add => values[step.A] + values[step.B],
            MapFunction.Subtract => values[step.A] - values[step.B],
            MapFunction.Multiply => values[step.A] * values[step.B],
            MapFunction.Divide => values[step.A] / values[step.B],
            MapFunction.Scale => values[step.A] * T.CreateTruncating(step.Constant),
            MapFunction.Offset => values[step.A] + T.CreateTruncating(step.Constant),
            _ => T.Sqrt(values[step.A]),
        };
}
