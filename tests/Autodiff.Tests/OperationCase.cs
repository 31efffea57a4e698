using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>One operation on inputs of given shapes, named x0, x1, ...</summary>
/// <param name="Operation">What is tested.</param>
/// <param name="Shapes">Shapes of the inputs.</param>
/// <param name="Build">The operation.</param>
/// <param name="IsPositive">Whether the inputs must be positive.</param>
internal sealed record OperationCase(
    string Operation, Shape[] Shapes, Func<Value[], Value> Build, bool IsPositive = false)
{
    public override string ToString() => $"{Operation} of {string.Join(" and ", Shapes.Select(shape => shape.ToString()))}";

    /// <summary>The program y = operation(x0, x1, ...).</summary>
    public Program Program(bool simplify = true, ElementType element = ElementType.Float64) =>
        Autodiff.Program.Trace(tracer => [new Port("y", Build(Inputs(tracer, element)))], simplify);

    /// <summary>The program of the scalar sum of w y, the weights w being data.</summary>
    public Program Weighted(bool simplify = true) => Autodiff.Program.Trace(
        tracer =>
        {
            var y = Build(Inputs(tracer, ElementType.Float64));
            return Op.Sum(tracer.Data("w", y.Shape) * y);
        },
        simplify);

    /// <summary>A point in the operation's domain.</summary>
    public Arguments Point(Program program, Philox random) =>
        Arguments.Draw(program.Parameters, () => IsPositive ? 0.5 + (1.5 * random.NextDouble()) : random.NextNormal());

    private Value[] Inputs(Tracer tracer, ElementType element) =>
        [.. Shapes.Select((shape, i) => tracer.Parameter($"x{i}", shape, element))];
}
