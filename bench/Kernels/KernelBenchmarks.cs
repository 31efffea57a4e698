using BenchmarkDotNet.Attributes;
using Looped.Kernels.Cpu;
using Looped.Kernels.Reference;

namespace Looped.Benchmarks;

/// <summary>Each CPU kernel against the reference backend, which defines it.</summary>
public class KernelBenchmarks
{
    private BoundCall? _reference;
    private BoundCall? _cpu;

    /// <summary>The calls.</summary>
    public static IEnumerable<KernelCase> Cases => KernelCases.All;

    /// <summary>The call that is timed.</summary>
    [ParamsSource(nameof(Cases))]
    public KernelCase Case { get; set; } = KernelCases.All.First();

    /// <summary>Binds the call on both backends.</summary>
    [GlobalSetup]
    public void Bind() => (_reference, _cpu) = (Case.Bind(new ReferenceBackend()), Case.Bind(new CpuBackend()));

    /// <summary>Plain loops.</summary>
    [Benchmark(Baseline = true)]
    public void Reference() => _reference!.Run();

    /// <summary>SIMD.</summary>
    [Benchmark]
    public void Cpu() => _cpu!.Run();

    /// <summary>Frees the memory.</summary>
    [GlobalCleanup]
    public void Release()
    {
        _reference?.Dispose();
        _cpu?.Dispose();
    }
}
