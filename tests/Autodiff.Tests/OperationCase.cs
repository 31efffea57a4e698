using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>Where an operation's derivatives exist and are tame.</summary>
internal enum Domain
{
    /// <summary>Everywhere.</summary>
    Real,

    /// <summary>For positive numbers.</summary>
    Positive,

    /// <summary>Where no two numbers are close, and none is close to zero.</summary>
    Distinct,

    /// <summary>
    /// Where neighbours in a pair, and the inputs among each other, are equal: the larger of two then has the mean
    /// slope, which central differences find, and no second derivative.
    /// </summary>
    Ties,
}

/// <summary>An input of whole numbers.</summary>
internal readonly record struct IndexInput(Shape Shape, int From, int To);

/// <summary>One operation on inputs of given shapes, named x0, x1, ..., and on whole numbers i0, i1, ...</summary>
/// <param name="Operation">What is tested.</param>
/// <param name="Shapes">Shapes of the inputs.</param>
/// <param name="Build">The operation, of the inputs and then the whole numbers.</param>
/// <param name="Domain">What the inputs are drawn from.</param>
internal sealed record OperationCase(
    string Operation, Shape[] Shapes, Func<Value[], Value> Build, Domain Domain = Domain.Real)
{
    /// <summary>The inputs of whole numbers.</summary>
    public IndexInput[] Indices { get; init; } = [];

    public override string ToString() => $"{Operation} of " + string.Join(
        " and ", Shapes.Concat(Indices.Select(index => index.Shape)).Select(shape => shape.ToString()));

    /// <summary>The program y = operation(x0, x1, ...).</summary>
    public Program Program(bool simplify = true, ElementType element = ElementType.Float64) =>
        Autodiff.Program.Trace(tracer => [new Port("y", Build(Inputs(tracer, element)))], simplify);

    /// <summary>The program of the scalar sum of w y, the weights w being data.</summary>
    public Program Weighted(bool simplify = true, ElementType element = ElementType.Float64) => Autodiff.Program.Trace(
        tracer =>
        {
            var y = Build(Inputs(tracer, element));
            return Op.Sum(tracer.Data("w", y.Shape, element) * y);
        },
        simplify);

    /// <summary>A point in the operation's domain: its parameters and whole numbers.</summary>
    public Arguments Point(Program program, Philox random)
    {
        var drawn = 0;
        var distinct = new Queue<double>(Distinct(random, Shapes.Sum(shape => (int)shape.Size)));
        var point = Arguments.Draw(
            program.Parameters,
            () => Domain switch
            {
                Domain.Positive => 0.5 + (1.5 * random.NextDouble()),
                Domain.Distinct => distinct.Dequeue(),
                Domain.Ties => 0.3 + (0.5 * (drawn++ % 7 / 2)),
                _ => random.NextNormal(),
            });
        for (var i = 0; i < Indices.Length; i++)
        {
            var index = Indices[i];
            point[$"i{i}"] =
            [
                .. Enumerable.Range(0, (int)index.Shape.Size)
                    .Select(_ => (double)(index.From + random.NextInt(index.To - index.From + 1))),
            ];
        }

        return point;
    }

    private Value[] Inputs(Tracer tracer, ElementType element) =>
    [
        .. Shapes.Select((shape, i) => tracer.Parameter($"x{i}", shape, element)),
        .. Indices.Select((index, i) => tracer.Data($"i{i}", index.Shape, ElementType.Int32)),
    ];

    /// <summary>Numbers a quarter apart on both sides of zero, in random order.</summary>
    private static IEnumerable<double> Distinct(Philox random, int count) => Enumerable.Range(0, count)
        .Select(i => 0.25 * (i + 0.5 - (count / 2)))
        .OrderBy(_ => random.NextDouble());
}
