using Looped.Autodiff;
using Looped.Tensors;

namespace Looped.Benchmarks.KernelPeers;

/// <summary>
/// Elementwise functions and the chains of optimizers, on operands that fit a core's cache and on such that fit none.
/// </summary>
internal static class ElementwiseCases
{
    private const int InCache = 16 << 10, OutOfCache = 8 << 20;

    // The other side's optimizers have the same defaults.
    private const double Rate = 1e-3, Decay = 1e-2, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    /// <summary>All cases.</summary>
    public static IEnumerable<PeerCase> All(bool isQuick)
    {
        IReadOnlyList<ElementType> elements = isQuick ? [ElementType.Float32] : PeerCases.Elements;
        return elements.SelectMany(
            element => new[] { InCache, OutOfCache }.SelectMany(size => Of(element, new Shape(size))));
    }

    private static IEnumerable<PeerCase> Of(ElementType element, Shape shape)
    {
        yield return Unary("copy", "copy", x => x);
        yield return Case("a + b", "elementwise:add", tracer => Input(tracer, "a") + Input(tracer, "b"));
        yield return Unary("exp", "elementwise:exp", Op.Exp);
        yield return Unary("tanh", "elementwise:tanh", Op.Tanh);
        yield return Unary("log", "elementwise:log", Op.Log) with { Fill = (_, normal) => Math.Abs(normal) + 0.1 };
        yield return Unary("GELU, tanh", "gelu:tanh", x => Op.Gelu(x, GeluForm.Tanh));
        yield return Unary("GELU, erf", "gelu:none", x => Op.Gelu(x, GeluForm.Exact));
        yield return Optimizer("Adam", "adam", decay: 0);
        yield return Optimizer("AdamW", "adamw", Decay);

        Value Input(Tracer tracer, string name) => tracer.Data(name, shape, element);

        PeerCase Case(string kernel, string work, Func<Tracer, Value> trace) =>
            PeerCase.Of(kernel, $"{shape.Size}", element, work, trace);

        PeerCase Unary(string kernel, string work, Func<Value, Value> function) =>
            Case(kernel, work, tracer => function(Input(tracer, "x")));

        // One step after another with the same gradient and the corrections of the first.
        PeerCase Optimizer(string kernel, string work, double decay) =>
            new(kernel, $"{shape.Size}", element, work, tracer =>
            {
                var (theta, gradient) = (Input(tracer, "theta"), Input(tracer, "gradient"));
                var first = (Beta1 * Input(tracer, "m")) + ((1 - Beta1) * gradient);
                var second = (Beta2 * Input(tracer, "v")) + ((1 - Beta2) * (gradient * gradient));
                var rate = tracer.Data("rate", Shape.Scalar, element);
                var correction = tracer.Data("correction", Shape.Scalar, element);
                var kept = decay == 0 ? theta : (1 - (Rate * decay)) * theta;
                var updated = kept - (rate * first / (Op.Sqrt(correction * second) + Epsilon));
                return [new Port("theta", updated), new Port("m", first), new Port("v", second)];
            })
            {
                Carried = ["theta", "m", "v"],
                Fill = (name, normal) => name switch
                {
                    "m" or "v" => 0,
                    "rate" => Rate / (1 - Beta1),
                    "correction" => 1 / (1 - Beta2),
                    _ => normal,
                },
            };
    }
}
