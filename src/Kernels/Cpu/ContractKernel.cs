using System.Numerics;
using System.Runtime.Intrinsics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Contractions as many small matrix products. Labels are sorted into batch axes (in both factors and the output), rows
/// (in the left factor and the output), columns (in the right factor and the output) and depth (summed); merged loops
/// of each kind leave one row, column and depth loop for the tiles and the rest to an odometer. The factor that owns
/// the output's innermost axis plays the right one, so that tiles store whole vectors; with a trailing axis of
/// directions, that axis fills the vectors however small the matrices are.
/// </summary>
internal static class ContractKernel
{
    /// <summary>The kernel of a contraction.</summary>
    /// <param name="call">The call.</param>
    /// <param name="arena">The memory of its operands.</param>
    /// <param name="scratch">Memory for copies.</param>
    /// <param name="team">Who may share a call that <see cref="SharesItself"/>.</param>
    public static CpuKernel Prepare<T, V, S>(ContractCall call, HostMemory arena, Scratch scratch, WorkerTeam? team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : struct
        where S : struct, ISimd<T, V>
    {
        var axes = ContractAxes.Of(call);
        if (axes.Depth.Extents.Any(extent => extent == 0))
        {
            return call.Accumulate ? new MapKernel<T, V, S>(Identity(call.Output), arena, scratch)
                : new FillKernel<T>(new FillCall(0, call.Output), arena);
        }

        if (call.Output.Shape.Any(extent => extent == 0))
        {
            return new FillKernel<T>(new FillCall(0, call.Output), arena);
        }

        if (!axes.AreDots(Size<T>()) && FewColumnsContractKernel<T, V, S>.Suits(axes))
        {
            return new FewColumnsContractKernel<T, V, S>(call, axes, arena, scratch);
        }

        if (S.Width == Vector512<T>.Count && axes.FillsHalfVectors(S.Width, Size<T>()))
        {
            return Prepare<T, Vector256<T>, Simd256<T>>(call, arena, scratch, team);
        }

        if (axes.AreDots(Size<T>()))
        {
            return new DotContractKernel<T, V, S>(call, axes, arena);
        }

        if (axes.VectorAxisIsShared)
        {
            return new RowContractKernel<T, V, S>(call, axes, arena);
        }

        if (axes.IsLarge || (!axes.OutputIsScattered && TileContractKernel<T, V, S>.IsTooLargeToCopy(axes)))
        {
            return new PackedContractKernel<T, V, S>(call, axes, arena, scratch, team);
        }

        return axes.OutputIsScattered
            ? new RowContractKernel<T, V, S>(call, axes, arena)
            : new TileContractKernel<T, V, S>(call, axes, arena, scratch);
    }

    /// <summary>
    /// Whether a call is one large product, of which a team copies factors together: pieces would each copy their own.
    /// </summary>
    public static bool SharesItself(ContractCall call)
    {
        var axes = ContractAxes.Of(call);
        return axes.IsLarge && axes.Batch.Rank == 0;
    }

    private static unsafe int Size<T>()
        where T : unmanaged => sizeof(T);

    /// <summary>What adding an empty sum does.</summary>
    private static MapCall Identity(Operand output) => new([output], [new MapStep(MapFunction.Copy, 0)], output);
}
