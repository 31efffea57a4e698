using Looped.Kernels;
using Looped.Kernels.Calls;

namespace Looped.Autodiff.Execution;

/// <summary>Turns planned steps into the kernel calls of a backend.</summary>
internal static class Lowering
{
    public static IReadOnlyList<KernelCall> Calls(MemoryPlan plan)
    {
        var calls = new List<KernelCall>();
        foreach (var step in plan.Steps)
        {
            var result = plan.Locate(step.Result);
            switch (step)
            {
                case KernelStep kernel:
                    calls.AddRange(kernel.Operation.Kernels(Locate(plan, step.Result.Operands), result));
                    break;
                case MapStepGroup chain:
                    calls.Add(Map(plan, chain, result));
                    break;
                case AccumulateStep sum:
                    AddSum(calls, plan, sum, result);
                    break;
                case CopyStep copy:
                    var source = plan.Locate(copy.Source);
                    calls.Add(Copy(source, new Operand(result.Offset, result.Type, source.Shape)));
                    break;
            }
        }

        return calls;
    }

    /// <summary>A copy of one operand to another of its shape.</summary>
    public static MapCall Copy(Operand source, Operand target) =>
        new([source], [new MapStep(MapFunction.Copy, 0)], target);

    private static void AddSum(List<KernelCall> calls, MemoryPlan plan, AccumulateStep sum, Operand result)
    {
        var accumulate = false;
        if (sum.Others is { } others)
        {
            var map = Map(plan, others, result);
            var isInPlace = map.Steps is [{ Function: MapFunction.Copy }] && map.Inputs[0].Offset == result.Offset &&
                map.Inputs[0].IsContiguous;
            if (!isInPlace)
            {
                calls.Add(map);
            }

            accumulate = true;
        }

        foreach (var (product, sign) in sum.Products)
        {
            var contract = (Contract)product.Operation;
            calls.Add(contract.Kernel(Locate(plan, product.Operands), result, sign, accumulate));
            accumulate = true;
        }
    }

    private static MapCall Map(MemoryPlan plan, MapStepGroup chain, Operand result) =>
        new([.. Locate(plan, chain.Inputs).Select(input => input.Broadcast(result.Shape))], chain.Steps, result);

    private static Operand[] Locate(MemoryPlan plan, IReadOnlyList<Value> values) =>
        [.. values.Select(plan.Locate)];
}
