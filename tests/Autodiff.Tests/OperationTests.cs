using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>The rules of every operation of the table, in every order of differentiation.</summary>
public class OperationTests
{
    private const int Directions = 5;

    /// <summary>What programs are made and run with.</summary>
    private static readonly (IBackend Backend, bool Simplify)[] Settings =
    [
        (PoisonedBackend.Reference, true), (PoisonedBackend.Reference, false),
        (PoisonedBackend.Cpu256, true), (PoisonedBackend.Cpu512, true),
    ];

    public static TheoryData<string> Operations => OperationTable.Operations;

    public static TheoryData<string> TwiceDifferentiable =>
    [
        .. OperationTable.Cases.Where(group => group.All(entry => entry.Domain != Domain.Ties)).Select(group => group.Key),
    ];

    [Fact]
    public void The_table_holds_every_operation()
    {
        var operations = typeof(Operation).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Operation)) && !type.IsAbstract)
            .Except([typeof(Input)]);
        var tested = OperationTable.Cases.SelectMany(group => group)
            .SelectMany(entry => entry.Program().Instructions)
            .Select(value => value.Operation.GetType())
            .ToHashSet();
        Assert.All(operations, operation => Assert.Contains(operation, tested));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Tangents_are_central_differences(string operation) => ForEach(operation, (entry, backend, simplify) =>
    {
        var program = entry.Program(simplify);
        var (point, direction) = Draw(entry, program);
        using var function = new Function(program, backend);
        Agree.Within(
            1e-8,
            Agree.CentralDifferences(function.All, point, direction),
            Function.Run(program.Jvp(), backend, point.With(direction.AsTangents())),
            $"{entry}, {backend.Name}",
            Agree.Largest(function.All(point)));
    });

    [Theory]
    [MemberData(nameof(Operations))]
    public void Cotangents_are_transposed_tangents(string operation) => ForEach(operation, (entry, backend, simplify) =>
    {
        var program = entry.Program(simplify);
        var weighted = entry.Weighted(simplify);
        var (point, direction) = Draw(entry, program);
        var weights = Arguments.Normal([weighted.Input("w")], new Philox(2, "weights"));
        var gradient = Function.Run(weighted.Gradient(), backend, point.With(weights));
        var tangent = Function.Run(program.Jvp(), backend, point.With(direction.AsTangents()));
        var v = direction.Flat(program.Parameters.Select(parameter => parameter.Name));
        var w = weights["w"];
        Agree.Within(
            1e-12,
            [Agree.Dot(w, tangent)],
            [Agree.Dot(gradient, v)],
            $"{entry}, {backend.Name}",
            Agree.DotScale(w, tangent) + Agree.DotScale(gradient, v));
    });

    [Theory]
    [MemberData(nameof(TwiceDifferentiable))]
    public void Hessians_are_symmetric_central_differences_of_the_gradient(string operation) =>
        ForEach(operation, (entry, backend, simplify) =>
        {
            var program = entry.Weighted(simplify);
            var (point, u) = Draw(entry, program);
            var v = Arguments.Normal(program.Parameters, new Philox(3, "v"));
            point = point.With(Arguments.Normal([program.Input("w")], new Philox(2, "weights")));
            using var gradient = new Function(program.Gradient(), backend);
            using var hvp = new Function(program.Hvp(), backend);
            var names = program.Parameters.Select(parameter => parameter.Name).ToArray();
            var (hu, hv) = (hvp.All(point.With(u.AsTangents())), hvp.All(point.With(v.AsTangents())));
            Agree.Within(
                1e-8,
                Agree.CentralDifferences(gradient.All, point, u),
                hu,
                $"{entry}, {backend.Name}",
                Agree.Largest(gradient.All(point)));
            Agree.Within(
                1e-12,
                [Agree.Dot(v.Flat(names), hu)],
                [Agree.Dot(u.Flat(names), hv)],
                $"{entry}, {backend.Name}",
                Agree.DotScale(v.Flat(names), hu));
        });

    [Theory]
    [MemberData(nameof(TwiceDifferentiable))]
    public void Third_derivatives_are_central_differences_of_the_second(string operation) =>
        ForEach(operation, (entry, backend, simplify) =>
        {
            var curvature = Curvature(entry.Weighted(simplify));
            var (point, u) = Draw(entry, curvature);
            point = point.With(Arguments.Normal(curvature.Inputs.Where(IsGiven), new Philox(4, "fixed")));
            using var value = new Function(curvature, backend);
            var gradient = Function.Run(curvature.Gradient(), backend, point);
            var names = curvature.Parameters.Select(parameter => parameter.Name);
            Agree.Within(
                1e-8,
                Agree.CentralDifferences(value.All, point, u),
                [Agree.Dot(gradient, u.Flat(names))],
                $"{entry}, {backend.Name}",
                Agree.Largest(value.All(point)) + Agree.DotScale(gradient, u.Flat(names)));
        });

    [Theory]
    [MemberData(nameof(Operations))]
    public void Directions_together_are_directions_one_by_one(string operation) =>
        ForEach(operation, (entry, backend, simplify) =>
        {
            var scalar = entry.Weighted(simplify);
            var weights = Arguments.Normal([scalar.Input("w")], new Philox(2, "weights"));
            foreach (var program in (Program[])[entry.Program(simplify), scalar.Gradient()])
            {
                var random = new Philox(5, "directions");
                var point = entry.Point(program, random).With(weights);
                Arguments[] directions =
                    [.. Enumerable.Range(0, Directions).Select(_ => Arguments.Normal(program.Parameters, random))];
                using var single = new Function(program.Jvp(), backend);
                Arguments[] tangents =
                [
                    .. directions.Select(direction => Named(single.ByName(point.With(direction.AsTangents())))),
                ];
                foreach (var count in (int[])[1, Directions])
                {
                    var expected = Arguments.Interleave(tangents[..count]);
                    Agree.Within(
                        1e-13,
                        expected.Flat(single.Program.Outputs.Select(output => output.Name)),
                        Function.Run(
                            program.Jvp(count),
                            backend,
                            point.With(Arguments.Interleave(directions[..count]).AsTangents())),
                        $"{count} directions of {entry}, {backend.Name}");
                }
            }
        });

    [Theory]
    [MemberData(nameof(Operations))]
    public void Float32_agrees_with_float64(string operation)
    {
        foreach (var entry in OperationTable.Cases[operation])
        {
            Check(entry, element => entry.Program(element: element), 1e-5);
            Check(entry, element => entry.Weighted(element: element).ValueAndGradient(), 1e-5);
            Check(entry, element => entry.Weighted(element: element).Hvp(), 1e-4);
        }

        static void Check(OperationCase entry, Func<ElementType, Program> derive, double tolerance)
        {
            var (wide, narrow) = (derive(ElementType.Float64), derive(ElementType.Float32));
            var random = new Philox(6, "rounded");
            var point = entry.Point(wide, random)
                .With(Arguments.Normal(wide.Inputs.Where(IsGiven), random))
                .Rounded();
            var expected = Function.Run(wide, PoisonedBackend.Reference, point);
            foreach (var backend in PoisonedBackend.All)
            {
                Agree.Within(
                    tolerance, expected, Function.Run(narrow, backend, point), $"{backend.Name}, {entry}", 1);
            }
        }
    }

    /// <summary>The program v'Hv of a scalar program, H being its Hessian and v an input.</summary>
    private static Program Curvature(Program program)
    {
        var hvp = program.Hvp();
        Value? total = null;
        foreach (var parameter in program.Parameters)
        {
            var name = $"tangent({parameter.Name})";
            var term = Op.Sum(hvp.Input(name).Value * hvp.Output($"tangent(grad({parameter.Name}))").Value);
            total = total is null ? term : total + term;
        }

        return new Program(hvp.Inputs, [new Port("vHv", total!)]);
    }

    private static bool IsGiven(Port input) => input.Role == InputRole.Tangent || input.Name == "w";

    private static (Arguments Point, Arguments Direction) Draw(OperationCase entry, Program program)
    {
        var random = new Philox(1, entry.ToString());
        return (entry.Point(program, random), Arguments.Normal(program.Parameters, random));
    }

    private static Arguments Named(Dictionary<string, double[]> values)
    {
        var arguments = new Arguments();
        foreach (var (name, array) in values)
        {
            arguments[name] = array;
        }

        return arguments;
    }

    private static void ForEach(string operation, Action<OperationCase, IBackend, bool> test)
    {
        foreach (var entry in OperationTable.Cases[operation])
        {
            foreach (var (backend, simplify) in Settings)
            {
                test(entry, backend, simplify);
            }
        }
    }
}
