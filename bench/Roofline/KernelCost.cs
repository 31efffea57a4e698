using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Benchmarks.Roofline;

/// <summary>What a kernel has to do, and how long our instructions take for it.</summary>
/// <param name="Element">Type that it computes in.</param>
/// <param name="Flops">Floating-point operations; a multiply-add counts two.</param>
/// <param name="Slots">Its time in registers, in multiply-adds; see <see cref="KernelSlots"/>.</param>
/// <param name="Reads">Bytes of its inputs, each distinct one once.</param>
/// <param name="Writes">Bytes of its output, each once.</param>
public sealed record KernelCost(ElementType Element, double Flops, double Slots, long Reads, long Writes)
{
    /// <summary>Bytes that it must move.</summary>
    public long Bytes => Reads + Writes;

    /// <summary>The cost of one call.</summary>
    public static KernelCost Of(KernelCall call)
    {
        var element = Computing(call);
        var inputs = call.Inputs.Where(input => call is not GatherCall gather || input != gather.Table);
        var reads = inputs.DistinctBy(input => input.Offset).Sum(Distinct);
        reads += call switch
        {
            ContractCall { Accumulate: true } => Distinct(call.Output),
            GatherCall gather => Math.Min(Distinct(gather.Table), Distinct(gather.Output)),
            _ => 0,
        };
        return new KernelCost(element, KernelFlops.Of(call), KernelSlots.Of(call), reads, Distinct(call.Output));
    }

    /// <summary>
    /// The cost of a compiled program: the operations of its calls, and as traffic its inputs and outputs alone, since what
    /// lies between need not pass through memory.
    /// </summary>
    public static KernelCost Of(Executable executable)
    {
        var program = executable.Program;
        return new KernelCost(
            program.Outputs[0].Type.Element,
            executable.Calls.Sum(KernelFlops.Of),
            executable.Calls.Sum(KernelSlots.Of),
            program.Inputs.Sum(input => Bytes(input.Type)),
            program.Outputs.Sum(output => Bytes(output.Type)));

        static long Bytes(TensorType type) => type.Shape.Size * type.Element.Size();
    }

    private static ElementType Computing(KernelCall call) =>
        call.Output.Type.IsFloat() ? call.Output.Type : ElementType.Float64;

    /// <summary>Bytes of an operand's distinct elements: an axis of stride zero repeats them.</summary>
    private static long Distinct(Operand operand)
    {
        var elements = 1L;
        for (var axis = 0; axis < operand.Shape.Rank; axis++)
        {
            elements *= operand.Strides[axis] == 0 ? 1 : operand.Shape[axis];
        }

        return elements * operand.Type.Size();
    }
}
