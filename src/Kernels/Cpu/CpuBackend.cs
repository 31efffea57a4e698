using System.Runtime.Intrinsics;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Cpu;

/// <summary>Width of the vectors that CPU kernels use.</summary>
public enum VectorWidth
{
    /// <summary>256 bits: AVX2 with FMA on x64.</summary>
    Bits256,

    /// <summary>512 bits: AVX-512 on x64.</summary>
    Bits512,
}

/// <summary>
/// SIMD kernels. A sequence allocates nothing when it runs, and its bits depend on the vector width but on nothing else:
/// calls large enough to share are cut into pieces by their shapes, whoever and however many run them.
/// </summary>
public sealed class CpuBackend : IBackend
{
    private readonly VectorWidth _width;
    private readonly WorkerTeam? _team;

    /// <summary>A backend with the widest vectors that this machine has.</summary>
    /// <param name="team">Who shares large calls; the calling thread alone without one.</param>
    public CpuBackend(WorkerTeam? team = null)
        : this(Vector512.IsHardwareAccelerated ? VectorWidth.Bits512 : VectorWidth.Bits256, team)
    {
    }

    /// <summary>A backend with a given vector width (emulated where the machine lacks it).</summary>
    /// <param name="width">The width.</param>
    /// <param name="team">Who shares large calls; the calling thread alone without one.</param>
    public CpuBackend(VectorWidth width, WorkerTeam? team = null) => (_width, _team) = (width, team);

    /// <inheritdoc/>
    public string Name => _width == VectorWidth.Bits512 ? "cpu (512-bit vectors)" : "cpu (256-bit vectors)";

    /// <inheritdoc/>
    public IDeviceMemory Allocate(long bytes) => new HostMemory(bytes);

    /// <inheritdoc/>
    public IKernelSequence Prepare(IReadOnlyList<KernelCall> calls, IDeviceMemory arena)
    {
        var memory = (HostMemory)arena;
        var scratch = new Scratch(_team?.Size ?? 1);
        return new CpuSequence(memory, scratch, [.. MapGroup.Join(calls).SelectMany(call => Share(call, memory, scratch))]);
    }

    /// <summary>One kernel for a team to share, or the pieces one after the other.</summary>
    private IEnumerable<CpuKernel> Share(KernelCall call, HostMemory arena, Scratch scratch)
    {
        if (SharesItself(call))
        {
            var isShared = _team is { Size: > 1 } && Pieces.IsWorthSharing(call);
            return [Prepare(call, arena, scratch, isShared ? _team : null)];
        }

        CpuKernel[] pieces = [.. Pieces.Of(call).Select(piece => Prepare(piece, arena, scratch, team: null))];
        return _team is { Size: > 1 } team && pieces.Length > 1 ? [new SharedKernel(pieces, team)] : pieces;
    }

    /// <summary>Whether a call's own kernel hands out its work to a team.</summary>
    private static bool SharesItself(KernelCall call) => call switch
    {
        ContractCall product => ContractKernel.SharesItself(product),
        SumCall sum => SumKernel.SharesItself(sum),
        _ => false,
    };

    private CpuKernel Prepare(KernelCall call, HostMemory arena, Scratch scratch, WorkerTeam? team) => (call.Output.Type, _width) switch
    {
        (ElementType.Float64, VectorWidth.Bits512) => Prepare<double, Vector512<double>, Simd512<double>>(call, arena, scratch, team),
        (ElementType.Float64, _) => Prepare<double, Vector256<double>, Simd256<double>>(call, arena, scratch, team),
        (ElementType.Float32, VectorWidth.Bits512) => Prepare<float, Vector512<float>, Simd512<float>>(call, arena, scratch, team),
        (ElementType.Float32, _) => Prepare<float, Vector256<float>, Simd256<float>>(call, arena, scratch, team),
        _ => PrepareInteger(call, arena),
    };

    private static CpuKernel PrepareInteger(KernelCall call, HostMemory arena) => call switch
    {
        MapCall { Steps: [{ Function: MapFunction.Copy }] } copy =>
            new ConvertKernel<int>(copy.Inputs[0], copy.Output, arena),
        ConvertCall convert => new ConvertKernel<int>(convert.Input, convert.Output, arena),
        FillCall fill => new FillKernel<int>(fill, arena),
        IotaCall iota => new IotaKernel<int>(iota, arena),
        _ => throw new NotSupportedException($"the CPU backend has no kernel {call.Name} that makes {call.Output}"),
    };

    private static CpuKernel Prepare<T, V, S>(KernelCall call, HostMemory arena, Scratch scratch, WorkerTeam? team)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
        where V : struct
        where S : struct, ISimd<T, V> => call switch
        {
            MapGroup { Inputs.Count: 1, Steps: [{ Function: MapFunction.Copy }] } copy => new CopyKernel<T, V, S>(copy, arena),
            MapGroup map => new MapKernel<T, V, S>(map, arena, scratch),
            ContractCall contract => ContractKernel.Prepare<T, V, S>(contract, arena, scratch, team),
            SumCall sum => SumKernel.Prepare<T, V, S>(sum, arena, scratch, team),
            ReduceCall reduce => ReduceKernel<T, V, S>.Prepare(reduce, arena, scratch),
            SoftmaxCall softmax => new SoftmaxKernel<T, V, S>(softmax, arena, scratch),
            RowLossCall loss => new RowLossKernel<T, V, S>(loss, arena, scratch),
            NormalizeCall normalize => new NormalizeKernel<T, V, S>(normalize, arena, scratch),
            SoftmaxJacobianProductCall product => new RowJacobianKernel<T, V, S>(product, arena, scratch),
            NormalizeJacobianProductCall product => new RowJacobianKernel<T, V, S>(product, arena, scratch),
            CausalAttentionCall attention => new CausalAttentionKernel<T, V, S>(attention, arena, scratch),
            CausalAttentionPullbackCall attention =>
                new CausalAttentionPullbackKernel<T, V, S>(attention, arena, scratch),
            GatherCall gather => new GatherKernel<T>(gather, arena),
            ScatterAddCall scatter => new ScatterAddKernel<T, V, S>(scatter, arena),
            OneHotCall oneHot => new OneHotKernel<T>(oneHot, arena),
            ConvertCall convert => new ConvertKernel<T>(convert.Input, convert.Output, arena),
            FillCall fill => new FillKernel<T>(fill, arena),
            IotaCall iota => new IotaKernel<T>(iota, arena),
            _ => throw new NotSupportedException($"the CPU backend has no kernel {call.Name}"),
        };
}

/// <summary>One call, ready to run.</summary>
internal abstract class CpuKernel : IDisposable
{
    /// <summary>Runs the call.</summary>
    /// <param name="worker">Whose scratch memory it uses.</param>
    public abstract void Run(int worker);

    public virtual void Dispose()
    {
    }
}

/// <summary>Calls run one after the other.</summary>
internal sealed class CpuSequence(HostMemory arena, Scratch scratch, CpuKernel[] kernels) : IKernelSequence
{
    public void Run()
    {
        foreach (var kernel in kernels)
        {
            kernel.Run(worker: 0);
        }

        // The kernels hold the arena's address only, so the arena itself must be seen to live until here.
        GC.KeepAlive(arena);
    }

    public void Dispose()
    {
        foreach (var kernel in kernels)
        {
            kernel.Dispose();
        }

        scratch.Dispose();
    }
}
