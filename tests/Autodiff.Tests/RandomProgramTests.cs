using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>Properties of derivatives and of execution on a few hundred random programs.</summary>
public class RandomProgramTests
{
    private const int Chunks = 10;
    private const int ProgramsPerChunk = 25;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, Chunks)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Fused_and_planned_execution_is_one_instruction_after_the_other(int chunk) => ForEach(chunk, (seed, loss) =>
    {
        var random = new Philox(seed, "point");
        Program[] programs = seed % 5 == 0 ? [loss.ValueAndGradient(), loss.Hvp(3)] : [loss.ValueAndGradient()];
        foreach (var program in programs)
        {
            var points = Enumerable.Range(0, 2).Select(_ => Arguments.Normal(program.Inputs, random)).ToArray();
            var expected = points.Select(point => Interpreter.Run(program, point)).ToArray();
            foreach (var backend in PoisonedBackend.All)
            {
                // The second run finds in its memory what the first one left.
                using var function = new Function(program, backend);
                for (var run = 0; run < points.Length; run++)
                {
                    Agree.Within(1e-12, expected[run], function.All(points[run]), $"{backend.Name}, run {run}", 1);
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Simplification_changes_no_value(int chunk) => ForEach(chunk, (seed, loss) =>
    {
        var plain = RandomProgram.Of(seed, simplify: false);
        var point = Arguments.Normal(loss.Inputs, new Philox(seed, "point"));
        var tangents = Arguments.Normal(loss.Parameters, new Philox(seed, "tangents")).AsTangents();
        Agree.Within(
            1e-12,
            Function.Run(plain.ValueAndGradient(), PoisonedBackend.Reference, point),
            Function.Run(loss.ValueAndGradient(), PoisonedBackend.Cpu256, point),
            "gradient",
            1);
        Agree.Within(
            1e-12,
            Function.Run(plain.Hvp(), PoisonedBackend.Reference, point.With(tangents)),
            Function.Run(loss.Hvp(), PoisonedBackend.Cpu256, point.With(tangents)),
            "Hessian-vector product",
            1);
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Gradients_and_symmetric_Hessians_are_central_differences(int chunk) => ForEach(chunk, (seed, loss) =>
    {
        var random = new Philox(seed, "point");
        var point = Arguments.Normal(loss.Inputs, random);
        var (u, v) = (Arguments.Normal(loss.Parameters, random), Arguments.Normal(loss.Parameters, random));
        var names = loss.Parameters.Select(parameter => parameter.Name).ToArray();
        var backend = PoisonedBackend.Cpu512;
        using var value = new Function(loss, backend);
        using var gradient = new Function(loss.Gradient(), backend);
        using var hvp = new Function(loss.Hvp(), backend);
        var slope = gradient.All(point);
        Agree.Within(
            1e-7,
            Agree.CentralDifferences(value.All, point, u, 3e-4),
            [Agree.Dot(slope, u.Flat(names))],
            "gradient",
            Math.Max(1, Agree.DotScale(slope, u.Flat(names))));
        var (hu, hv) = (hvp.All(point.With(u.AsTangents())), hvp.All(point.With(v.AsTangents())));
        Agree.Within(
            1e-7, Agree.CentralDifferences(gradient.All, point, u, 3e-4), hu, "Hessian", Math.Max(1, Agree.Largest(slope)));
        Agree.Within(
            1e-12,
            [Agree.Dot(v.Flat(names), hu)],
            [Agree.Dot(u.Flat(names), hv)],
            "symmetry",
            Math.Max(1, Agree.DotScale(v.Flat(names), hu)));
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Directions_together_are_directions_one_by_one(int chunk) => ForEach(chunk, (seed, loss) =>
    {
        const int Count = 9;
        var random = new Philox(seed, "point");
        var point = Arguments.Normal(loss.Inputs, random);
        Arguments[] directions = [.. Enumerable.Range(0, Count).Select(_ => Arguments.Normal(loss.Parameters, random))];
        using var single = new Function(loss.Hvp(), PoisonedBackend.Cpu256);
        double[][] products = [.. directions.Select(direction => single.All(point.With(direction.AsTangents())))];
        Agree.Within(
            1e-13,
            [.. Enumerable.Range(0, products[0].Length).SelectMany(i => products.Select(product => product[i]))],
            Function.Run(
                loss.Hvp(Count), PoisonedBackend.Cpu512, point.With(Arguments.Interleave(directions).AsTangents())),
            "directions",
            1);
    });

    private static void ForEach(int chunk, Action<ulong, Program> test)
    {
        for (var i = 0; i < ProgramsPerChunk; i++)
        {
            var seed = (ulong)((chunk * ProgramsPerChunk) + i);
            var program = RandomProgram.Of(seed);
            var failure = Record.Exception(() => test(seed, program));
            Assert.True(failure is null, $"random program of seed {seed}: {failure}\n{program}");
        }
    }
}
