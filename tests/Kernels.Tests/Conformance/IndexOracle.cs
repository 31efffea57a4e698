using Looped.Kernels.Calls;

namespace Looped.Kernels.Tests.Conformance;

/// <summary>What calls that read whole numbers should write.</summary>
internal static class IndexOracle
{
    public static Expected Gather(GatherCall call, ArenaImage before)
    {
        var (table, indices) = (Walk.Elements(before, call.Table), Walk.Elements(before, call.Indices));
        var rank = call.Indices.Shape.Rank;
        return Exactly(Walk.Indices(call.Output.Shape).Select(at => (int)indices(at) switch
        {
            var row when row >= 0 && row < call.Table.Shape[0] => table([row, .. at.Skip(rank)]),
            _ => call.Outside,
        }));
    }

    public static Expected ScatterAdd(ScatterAddCall call, ArenaImage before)
    {
        var (rows, indices) = (Walk.Elements(before, call.Rows), Walk.Elements(before, call.Indices));
        var rank = call.Indices.Shape.Rank;
        var sources = Walk.Indices(call.Rows.Shape).ToList();
        var (values, scale) = (new List<double>(), 0.0);
        foreach (var target in Walk.Indices(call.Output.Shape))
        {
            var parts = sources
                .Where(at => (int)indices(at) == target[0] && at.Skip(rank).SequenceEqual(target.Skip(1)))
                .Select(at => rows(at))
                .ToList();
            values.Add(parts.Sum());
            scale = Math.Max(scale, parts.Sum(Math.Abs));
        }

        return new Expected([.. values], scale);
    }

    public static Expected OneHot(OneHotCall call, ArenaImage before)
    {
        var indices = Walk.Elements(before, call.Indices);
        return Exactly(Walk.Indices(call.Output.Shape).Select(at => indices(at) - at[^1] == 0 ? 1.0 : 0));
    }

    public static Expected Convert(ConvertCall call, ArenaImage before)
    {
        var input = Walk.Elements(before, call.Input);
        return new Expected([.. Walk.Indices(call.Output.Shape).Select(at => input(at) switch
        {
            var x when call.Output.Type == Tensors.ElementType.Int32 => Math.Truncate(x),
            var x when call.Output.Type == Tensors.ElementType.Float32 => (float)x,
            var x => x,
        })], 0);
    }

    private static Expected Exactly(IEnumerable<double> values) => new([.. values], 0);
}
