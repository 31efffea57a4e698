using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Cuda;

/// <summary>A kernel with all that its launch needs.</summary>
/// <param name="Module">The module of its PTX.</param>
/// <param name="Kernel">Its name.</param>
/// <param name="Blocks">Blocks of the grid.</param>
/// <param name="Threads">Threads of a block, a multiple of 32.</param>
/// <param name="SharedBytes">Shared memory of a block.</param>
/// <param name="Arguments">Its one parameter, a structure.</param>
/// <param name="Waits">The launches, by number, that must be over before.</param>
internal sealed record CudaLaunch(
    string Module, string Kernel, uint Blocks, uint Threads, uint SharedBytes, byte[] Arguments, IReadOnlyList<int> Waits);

/// <summary>
/// Turns calls into launches. Calls run one after the other, so all share the same scratch memory; constants, which kernels
/// only read, lie side by side.
/// </summary>
/// <param name="arena">The address that operands' offsets count from.</param>
/// <param name="scratch">The address of the scratch memory.</param>
/// <param name="constants">The address of the constants.</param>
/// <param name="precision">What products of float32 matrices may lose.</param>
internal sealed class LaunchList(ulong arena, ulong scratch, ulong constants, CudaPrecision precision)
{
    /// <summary>Shared memory that every device gives every kernel.</summary>
    public const int SharedLimit = 48 << 10;

    /// <summary>Threads of a block of a kernel that has no wish of its own.</summary>
    private const int Threads = 256;

    /// <summary>Blocks beyond which threads take several elements each.</summary>
    private const int MostBlocks = 1 << 14;

    private const int Alignment = 256;

    private readonly List<CudaLaunch> _launches = [];
    private readonly LaunchOrder _order = new();
    private byte[] _constants = [];
    private IReadOnlyList<int> _waits = [];
    private long _scratchOfCall;

    /// <summary>The launches, in order.</summary>
    public IReadOnlyList<CudaLaunch> Launches => _launches;

    /// <summary>What products of float32 matrices may lose.</summary>
    public CudaPrecision Precision { get; } = precision;

    /// <summary>Bytes of scratch memory that the call needs which needs most.</summary>
    public long ScratchBytes { get; private set; }

    /// <summary>The constants' content.</summary>
    public ReadOnlySpan<byte> Constants => _constants;

    /// <summary>Adds the launches of calls.</summary>
    public void AddRange(IEnumerable<KernelCall> calls)
    {
        foreach (var call in calls)
        {
            _scratchOfCall = 0;
            _waits = [];
            var first = _launches.Count;
            Add(call);
            if (_launches.Count > first)
            {
                _launches[first] = _launches[first] with
                {
                    Waits = _order.Add(call, usesScratch: _scratchOfCall > 0, last: _launches.Count - 1),
                };
            }
        }
    }

    /// <summary>The suffix of kernels of an element type.</summary>
    public static string Suffix(ElementType type) => type switch
    {
        ElementType.Float32 => "f32",
        ElementType.Float64 => "f64",
        _ => "i32",
    };

    /// <summary>An operand's address.</summary>
    public ulong Address(Operand operand) => arena + (ulong)operand.Offset;

    /// <summary>A float64 at an address, as an operand of the arena.</summary>
    public Operand At(ulong address) => new(unchecked((long)(address - arena)), ElementType.Float64, Shape.Scalar);

    /// <summary>Scratch memory for the present call.</summary>
    public ulong Scratch(long bytes)
    {
        var start = _scratchOfCall;
        _scratchOfCall += (bytes + Alignment - 1) / Alignment * Alignment;
        ScratchBytes = Math.Max(ScratchBytes, _scratchOfCall);
        return scratch + (ulong)start;
    }

    /// <summary>A structure in memory, for kernels to read.</summary>
    public ulong Constant<T>(in T value)
        where T : unmanaged
    {
        var start = (ulong)_constants.Length;
        _constants = [.. _constants, .. Bytes(value)];
        Array.Resize(ref _constants, (_constants.Length + Alignment - 1) / Alignment * Alignment);
        return constants + start;
    }

    /// <summary>Adds a launch with so many threads in all, or fewer where each takes several elements.</summary>
    public void AddElements<T>(string module, string kernel, long threads, in T arguments)
        where T : unmanaged
    {
        var block = Block(threads);
        Add(module, kernel, Math.Min((threads + block - 1) / block, MostBlocks), block, sharedBytes: 0, arguments);
    }

    /// <summary>Adds a launch of a kernel that shares rows among groups of lanes.</summary>
    public void AddRows<T>(string module, string kernel, long rows, int lanes, ElementType type, in T arguments)
        where T : unmanaged
    {
        var block = Math.Max(lanes, Block(rows * lanes));
        var groups = block / lanes;
        Add(module, kernel, (rows + groups - 1) / groups, block, Threads / 32 * type.Size(), arguments);
    }

    /// <summary>Adds a launch; none where there are no blocks.</summary>
    public void Add<T>(string module, string kernel, long blocks, int threads, int sharedBytes, in T arguments)
        where T : unmanaged
    {
        if (blocks > 0)
        {
            _launches.Add(new CudaLaunch(
                module, kernel, DeviceLoops.Number(blocks), (uint)threads, (uint)sharedBytes, Bytes(arguments), _waits));

            // The launches of one call come one after the other.
            _waits = [_launches.Count - 1];
        }
    }

    /// <summary>Threads of a block where so many are wanted in all.</summary>
    public static int Block(long threads) => (int)Math.Clamp((threads + 31) / 32 * 32, 32, Threads);

    private static byte[] Bytes<T>(in T value)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private void Add(KernelCall call)
    {
        switch (call)
        {
            case MapCall map when map.Output.Type == ElementType.Int32:
                ElementLaunches.AddCopy(this, map);
                break;
            case MapCall map:
                MapLaunches.Add(this, map);
                break;
            case ContractCall contract:
                ContractLaunches.Add(this, contract);
                break;
            case SumCall sum:
                ReductionLaunches.Add(this, sum);
                break;
            case ReduceCall reduce:
                ReductionLaunches.Add(this, reduce);
                break;
            case SoftmaxCall softmax:
                RowLaunches.Add(this, softmax);
                break;
            case NormalizeCall normalize:
                RowLaunches.Add(this, normalize);
                break;
            case RowLossCall loss:
                RowLaunches.Add(this, loss);
                break;
            case SoftmaxJacobianProductCall jacobian:
                JacobianLaunches.Add(this, jacobian);
                break;
            case NormalizeJacobianProductCall jacobian:
                JacobianLaunches.Add(this, jacobian);
                break;
            case CausalAttentionCall attention:
                AttentionLaunches.Add(this, attention);
                break;
            case CausalAttentionPullbackCall pullback:
                AttentionLaunches.Add(this, pullback);
                break;
            case GatherCall gather:
                IndexLaunches.Add(this, gather);
                break;
            case ScatterAddCall scatter:
                IndexLaunches.Add(this, scatter);
                break;
            case OneHotCall oneHot:
                IndexLaunches.Add(this, oneHot);
                break;
            case ConvertCall convert:
                ElementLaunches.Add(this, convert.Input, convert.Output);
                break;
            case AdamCall adam:
                TrainingLaunches.Add(this, adam);
                break;
            case PhiloxCall philox:
                TrainingLaunches.Add(this, philox);
                break;
            case SmallEigenCall small:
                EigenLaunches.Add(this, small);
                break;
            case TridiagonalCall tridiagonal:
                EigenLaunches.Add(this, tridiagonal);
                break;
            case RestoreCall restore:
                EigenLaunches.Add(this, restore);
                break;
            case FillCall fill:
                ElementLaunches.Add(this, fill);
                break;
            case IotaCall iota:
                ElementLaunches.Add(this, iota);
                break;
            default:
                throw new NotSupportedException($"the CUDA backend has no kernel {call.Name}");
        }
    }
}
