using Looped.Kernels.Calls;

namespace Looped.Kernels.Reference;

/// <summary>What kernels that read whole numbers mean.</summary>
internal static class IndexKernels
{
    public static void Gather(GatherCall call, HostMemory arena)
    {
        var (table, indices, output) =
            (new Cells(call.Table, arena), new Cells(call.Indices, arena), new Cells(call.Output, arena));
        var rank = call.Indices.Shape.Rank;
        Cells.ForEach(call.Output.Shape, index =>
        {
            var row = (int)indices[index.AsSpan(0, rank)];
            output[index] = row >= 0 && row < call.Table.Shape[0] ? table[[row, .. index[rank..]]] : call.Outside;
        });
    }

    public static void ScatterAdd(ScatterAddCall call, HostMemory arena)
    {
        var (rows, indices, output) =
            (new Cells(call.Rows, arena), new Cells(call.Indices, arena), new Cells(call.Output, arena));
        Cells.ForEach(call.Output.Shape, target =>
        {
            var total = 0.0;
            Cells.ForEach(call.Indices.Shape, index =>
                total += (int)indices[index] == target[0] ? rows[[.. index, .. target[1..]]] : 0);
            output[target] = total;
        });
    }

    public static void OneHot(OneHotCall call, HostMemory arena)
    {
        var (indices, output) = (new Cells(call.Indices, arena), new Cells(call.Output, arena));
        Cells.ForEach(call.Output.Shape, index =>
            output[index] = (int)indices[index.AsSpan(0, index.Length - 1)] == index[^1] ? 1 : 0);
    }

    public static void Convert(ConvertCall call, HostMemory arena)
    {
        var (input, output) = (new Cells(call.Input, arena), new Cells(call.Output, arena));
        Cells.ForEach(call.Output.Shape, index => output[index] = input[index]);
    }
}
