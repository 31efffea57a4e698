using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Looped.Benchmarks.Comparison;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Benchmarks.Roofline;

/// <summary>
/// Multiply-adds in registers, as many at once as the machine takes: the peak of floating-point operations that no kernel
/// passes.
/// </summary>
public abstract class MultiplyAddLoop : IParallelWork
{
    /// <summary>Rounds of a sample, some 0.2 ms.</summary>
    private protected const int Rounds = 100_000;

    private const int Samples = 4;

    private readonly WorkerTeam _team;
    private readonly Action _run;

    private protected MultiplyAddLoop(WorkerTeam team)
    {
        _team = team;
        _run = () => _team.Run(this, _team.Size);
    }

    /// <summary>Floating-point operations of one thread in one sample.</summary>
    private protected abstract double Flops { get; }

    /// <summary>The loop of an element type and a vector width.</summary>
    /// <param name="team">Who runs it, each thread on its own.</param>
    /// <param name="element">float32 or float64.</param>
    /// <param name="width">The width.</param>
    public static MultiplyAddLoop Create(WorkerTeam team, ElementType element, VectorWidth width) => (element, width) switch
    {
        (ElementType.Float32, VectorWidth.Bits512) => new MultiplyAddLoop<Vector512<float>, SixteenFloats>(team),
        (ElementType.Float32, _) => new MultiplyAddLoop<Vector256<float>, EightFloats>(team),
        (_, VectorWidth.Bits512) => new MultiplyAddLoop<Vector512<double>, EightDoubles>(team),
        _ => new MultiplyAddLoop<Vector256<double>, FourDoubles>(team),
    };

    /// <summary>Floating-point operations a second, of all threads, once all are awake; a multiply-add counts two.</summary>
    public double Measure()
    {
        _run();
        return Flops * _team.Size / Timing.Seconds(_run, Samples);
    }

    /// <inheritdoc/>
    public abstract void Run(int item, int worker);
}

/// <summary>The loop of one vector type.</summary>
/// <param name="team">Who runs it.</param>
internal sealed class MultiplyAddLoop<V, M>(WorkerTeam team) : MultiplyAddLoop(team)
    where V : struct
    where M : struct, IMultiplyAdd<V>
{
    /// <summary>
    /// Independent chains: more than units times cycles of latency (2 x 4 on current x64), and with two constants no more
    /// than the 16 registers of AVX2.
    /// </summary>
    private const int Chains = 12;

    private readonly V[] _results = new V[team.Size];

    private protected override double Flops => (double)Rounds * Chains * 2 * M.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int item, int worker)
    {
        // a -> a / 2 + 1 stays near 2: no overflow, no denormal numbers.
        var (half, one) = (M.Broadcast(0.5f), M.Broadcast(1));
        V a = one, b = one, c = one, d = one, e = one, f = one, g = one, h = one, i = one, j = one, k = one, l = one;
        for (var round = 0; round < Rounds; round++)
        {
            a = M.MultiplyAdd(a, half, one);
            b = M.MultiplyAdd(b, half, one);
            c = M.MultiplyAdd(c, half, one);
            d = M.MultiplyAdd(d, half, one);
            e = M.MultiplyAdd(e, half, one);
            f = M.MultiplyAdd(f, half, one);
            g = M.MultiplyAdd(g, half, one);
            h = M.MultiplyAdd(h, half, one);
            i = M.MultiplyAdd(i, half, one);
            j = M.MultiplyAdd(j, half, one);
            k = M.MultiplyAdd(k, half, one);
            l = M.MultiplyAdd(l, half, one);
        }

        // Every chain is part of what is kept, so that none can be left out.
        var (first, second) = (M.MultiplyAdd(a, b, c), M.MultiplyAdd(d, e, f));
        var (third, fourth) = (M.MultiplyAdd(g, h, i), M.MultiplyAdd(j, k, l));
        _results[item] = M.MultiplyAdd(M.MultiplyAdd(first, second, third), fourth, one);
    }
}
