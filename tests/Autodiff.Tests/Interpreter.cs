using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>
/// Runs a program one instruction at a time, each as a program of its own on the reference backend: nothing is fused and
/// no memory is shared.
/// </summary>
internal static class Interpreter
{
    /// <summary>The outputs, one after the other.</summary>
    public static double[] Run(Program program, Arguments arguments)
    {
        var values = program.Inputs.ToDictionary(input => input.Value, input => arguments[input.Name]);
        foreach (var instruction in program.Instructions)
        {
            values[instruction] = Step(instruction, [.. instruction.Operands.Select(operand => values[operand])]);
        }

        return [.. program.Outputs.SelectMany(output => values[output.Value])];
    }

    private static double[] Step(Value instruction, double[][] operands)
    {
        var arguments = new Arguments();
        var program = Program.Trace(
            tracer =>
            {
                // An operation without operands still needs the graph of this trace.
                var graph = tracer.Constant(0, Shape.Scalar).Graph;
                var inputs = new Value[operands.Length];
                for (var i = 0; i < operands.Length; i++)
                {
                    inputs[i] = tracer.Data($"x{i}", instruction.Operands[i].Shape, instruction.Operands[i].Type.Element);
                    arguments[$"x{i}"] = operands[i];
                }

                return graph.Apply(instruction.Operation, inputs);
            },
            simplify: false);
        return Function.Run(program, PoisonedBackend.Reference, arguments);
    }
}
