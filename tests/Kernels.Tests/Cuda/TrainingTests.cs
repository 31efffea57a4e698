using System.Runtime.InteropServices;
using Looped.Kernels.Cuda;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Cuda;

/// <summary>Adam and random numbers on the device.</summary>
public class TrainingTests
{
    /// <summary>Two steps of AdamW by hand, replayed by one sequence.</summary>
    [EmulatedCudaFact]
    public void Adam_with_decoupled_decay()
    {
        const int count = 700;
        const double rate = 0.1, b1 = 0.8, b2 = 0.9, epsilon = 1e-3, decay = 0.05;
        var type = ElementType.Float64;
        var size = count * sizeof(double);
        Operand At(int place) => new(place * size, type, new Shape(count));
        var (weights, gradient, mean, square) = (At(0), At(1), At(2), At(3));
        var powers = new Operand(4 * size, type, new Shape(2));
        using var arena = new CudaBackend(Emulated.Device).Allocate(5 * size);
        using var sequence = new CudaBackend(Emulated.Device).Prepare(
            [
                new AdamCall(gradient, mean, square, powers, weights)
                {
                    Rate = rate, Beta1 = b1, Beta2 = b2, Epsilon = epsilon, Decay = decay,
                },
            ],
            arena);
        double[] w = [.. Enumerable.Range(0, count).Select(i => Math.Sin(i))];
        var (m, v) = (new double[count], new double[count]);
        arena.Write(0, MemoryMarshal.AsBytes(w.AsSpan()));
        arena.Write(4 * size, MemoryMarshal.AsBytes<double>([1, 1]));
        for (var step = 1; step <= 2; step++)
        {
            double[] g = [.. w.Select((x, i) => x + (0.01 * i * step))];
            arena.Write(size, MemoryMarshal.AsBytes(g.AsSpan()));
            sequence.Run();
            for (var i = 0; i < count; i++)
            {
                m[i] = (b1 * m[i]) + ((1 - b1) * g[i]);
                v[i] = (b2 * v[i]) + ((1 - b2) * g[i] * g[i]);
                var (first, second) = (m[i] / (1 - Math.Pow(b1, step)), v[i] / (1 - Math.Pow(b2, step)));
                w[i] -= (rate * first / (Math.Sqrt(second) + epsilon)) + (rate * decay * w[i]);
            }

            var actual = new double[count];
            arena.Read(0, MemoryMarshal.AsBytes(actual.AsSpan()));
            Assert.All(w.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-13));
        }
    }

    [EmulatedCudaTheory]
    [InlineData(1)]
    [InlineData(601)]
    public void Random_numbers_are_those_of_the_host(int count)
    {
        var backend = new CudaBackend(Emulated.Device);
        foreach (var isNormal in (bool[])[false, true])
        {
            var host = new Philox(0x123456789AB, "initialisation");
            double[] expected = [.. Enumerable.Range(0, count).Select(_ => 0.5 * (isNormal ? host.NextNormal() : host.NextDouble()))];
            var output = new Operand(0, ElementType.Float64, new Shape(count));
            using var arena = backend.Allocate(count * sizeof(double));
            using var sequence = backend.Prepare(
                [new PhiloxCall(0x123456789AB, "initialisation", isNormal, 0.5, output)], arena);
            sequence.Run();
            var actual = new double[count];
            arena.Read(0, MemoryMarshal.AsBytes(actual.AsSpan()));
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, isNormal ? 1e-14 : 0));
        }
    }
}
