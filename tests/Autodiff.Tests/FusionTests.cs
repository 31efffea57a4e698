using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>Programs that tempt fusion and memory sharing to go wrong, against one instruction after the other.</summary>
public class FusionTests
{
    private static readonly Shape Square = new(5, 5);

    /// <summary>Functions of three square matrices, the products being contractions.</summary>
    private static readonly Dictionary<string, Func<Value, Value, Value, Value>> Functions = new()
    {
        ["a value and its transpose"] = (a, _, _) => Made(a) + Transposed(Made(a)),
        ["a transpose and its value"] = (a, _, _) => Transposed(Made(a)) * Made(a),
        ["a value and its reshaped self"] = (a, _, _) => Made(a) - Op.Reshape(Op.Reshape(Made(a), new(25)), Square),
        ["a value and a row of it"] = (a, _, _) => Made(a) * Op.Slice(Made(a), 0, 1, 1),
        ["nested differences of products"] = (a, b, c) =>
            Made(a) - (Op.MatMul(a, b) - (Op.MatMul(b, c) - (Made(b) - Op.MatMul(c, a)))),
        ["a difference that starts with products"] = (a, b, c) => Op.MatMul(a, b) - (Made(c) - Op.MatMul(b, c)),
        ["nothing but subtracted terms"] = (a, b, c) => Op.MatMul(a, b) - (Made(a) + (Made(b) - Op.Tanh(c))),
        ["a product added to its own factor"] = (a, b, _) => Op.MatMul(Made(a), b) + Made(a),
        ["a product added to another that is used again"] = (a, b, _) =>
            (Op.MatMul(a, b) + Op.MatMul(b, a)) * Op.MatMul(a, b),
        ["the same product twice"] = (a, b, _) => Op.MatMul(a, b) + Op.MatMul(a, b),
        ["a product and a broadcast row"] = (a, b, _) => Op.MatMul(a, b) + Op.Sum(Made(a), [0]),
        ["a product of fewer rows than the sum"] = (a, b, _) => Made(a) + Op.MatMul(Op.Slice(a, 0, 0, 1), b),
        ["scaled products"] = (a, b, _) => (3 * Op.MatMul(-a, 2 * b)) - (0.5 * (Op.MatMul(b, a) - a)),
        ["a sum inside a chain"] = (a, b, _) => Op.Tanh(0.1 * (Op.MatMul(a, b) + a)) * a,
        ["a square"] = (a, _, _) => Made(a) * Made(a),
        ["a padded transpose"] = (a, b, _) => Op.Slice(Op.Pad(Transposed(Made(a)), 0, 2, 0), 0, 1, 5) + b,
        ["a constant under a product"] = (a, b, _) => Op.MatMul(a, b) - Op.Full(a.Graph, a.Type, 2),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Fused_execution_is_one_instruction_after_the_other(string name)
    {
        // Outputs have memory of their own; what is computed on the way to one may share.
        foreach (var (simplify, isOutput) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            var program = Program.Trace(
                tracer =>
                {
                    var (a, b) = (tracer.Data("a", Square), tracer.Data("b", Square));
                    var result = Functions[name](a, b, tracer.Data("c", Square));
                    return isOutput ? result : Op.Sum(result, [0]);
                },
                simplify);
            foreach (var transformed in (Program[])[program, program.Jvp(null, "a", "b"), program.Jvp(3, "a", "b")])
            {
                var point = Arguments.Normal(transformed.Inputs, new Philox(1, name));
                var expected = Interpreter.Run(transformed, point);
                foreach (var backend in PoisonedBackend.All)
                {
                    using var function = new Function(transformed, backend);
                    Agree.Within(1e-14, expected, function.All(point), backend.Name);
                    Agree.Within(1e-14, expected, function.All(point), $"{backend.Name}, again");
                }
            }
        }
    }

    /// <summary>A value that is computed, and so has memory that others may take over.</summary>
    private static Value Made(Value x) => Op.Softmax(x, 1);

    private static Value Transposed(Value x) => Op.Transpose(x, [1, 0]);
}
