using System.Globalization;
using Looped.Autodiff.Execution;

namespace Looped.Autodiff;

/// <summary>What a run of a program will cost, known before it runs.</summary>
/// <param name="Parameters">Elements of all parameters.</param>
/// <param name="Operations">Operations, after simplification.</param>
/// <param name="Kernels">Kernels that run them, after fusion.</param>
/// <param name="Flops">Floating-point operations; a multiply-add counts two.</param>
/// <param name="BytesMoved">Bytes that the kernels read and write.</param>
/// <param name="PeakBytes">Bytes of the one arena that holds all values: nothing else is allocated in a run.</param>
public sealed record ProgramReport(
    long Parameters, int Operations, int Kernels, long Flops, long BytesMoved, long PeakBytes)
{
    /// <summary>The report of a program.</summary>
    public static ProgramReport Of(Program program)
    {
        var plan = MemoryPlan.Of(program, carries: []);
        var calls = Lowering.Calls(plan);
        return new ProgramReport(
            program.ParameterCount,
            program.Instructions.Count,
            calls.Count,
            program.Flops,
            calls.Sum(call => call.Inputs.Append(call.Output).Sum(
                operand => operand.Shape.Size * Tensors.ElementTypes.Size(operand.Type))),
            plan.Bytes);
    }

    /// <summary>One line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Parameters} parameters, {Operations} operations in {Kernels} kernels, {Flops} FLOPs, {BytesMoved} bytes moved, " +
        $"{PeakBytes} bytes at the peak");
}
