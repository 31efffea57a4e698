using System.Runtime.CompilerServices;
using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>Properties of derivatives and of execution on thousands of random programs.</summary>
public class RandomProgramTests
{
    private const int Chunks = 10;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, Chunks)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Forward_and_reverse_mode_agree_to_second_order(int chunk) => ForEach(chunk, 150, program =>
    {
        var loss = program.Loss;
        var random = new Philox(1, "point");
        var point = Arguments.Normal(loss.Inputs, random);
        var (u, v) = (Arguments.Normal(loss.Parameters, random), Arguments.Normal(loss.Parameters, random));
        var names = loss.Parameters.Select(parameter => parameter.Name).ToArray();
        var backend = PoisonedBackend.Cpu512;
        using var gradient = new Function(loss.Gradient(), backend);
        using var hvp = new Function(loss.Hvp(), backend);
        var slope = gradient.All(point);
        var alongU = point.With(u.AsTangents());
        Agree.Within(
            1e-12,
            Function.Run(loss.Jvp(), backend, alongU),
            [Agree.Dot(slope, u.Flat(names))],
            "gradient",
            Math.Max(1, Agree.DotScale(slope, u.Flat(names))));
        var (hu, hv) = (hvp.All(alongU), hvp.All(point.With(v.AsTangents())));
        var scale = Math.Max(1, Agree.Largest(slope));
        Agree.Within(1e-11, Function.Run(loss.Jvp().Gradient(names), backend, alongU), hu, "reverse over forward", scale);
        Agree.Within(
            1e-11,
            [Agree.Dot(v.Flat(names), hu)],
            [Agree.Dot(u.Flat(names), hv)],
            "symmetry",
            Math.Max(1, Agree.DotScale(v.Flat(names), hu)));
        if (program.IsSmooth)
        {
            Agree.Within(1e-6, Agree.CentralDifferences(gradient.All, point, u, 3e-4), hu, "differences", scale);
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Fused_and_planned_execution_is_one_instruction_after_the_other(int chunk) => ForEach(chunk, 25, program =>
    {
        var random = new Philox(1, "point");
        foreach (var derived in (Program[])[program.Loss.ValueAndGradient(), program.Loss.Hvp(3)])
        {
            var points = Enumerable.Range(0, 2).Select(_ => Arguments.Normal(derived.Inputs, random)).ToArray();
            var expected = points.Select(point => Interpreter.Run(derived, point)).ToArray();
            foreach (var backend in PoisonedBackend.All)
            {
                // The second run finds in its memory what the first one left.
                using var function = new Function(derived, backend);
                for (var run = 0; run < points.Length; run++)
                {
                    Agree.Within(1e-12, expected[run], function.All(points[run]), $"{backend.Name}, run {run}", 1);
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Simplification_changes_no_value(int chunk) => ForEach(chunk, 50, program =>
    {
        var plain = program.Plain();
        var loss = program.Loss;
        var random = new Philox(1, "point");
        var point = Arguments.Normal(loss.Inputs, random);
        var tangents = Arguments.Normal(loss.Parameters, random).AsTangents();
        Agree.Within(
            1e-11,
            Function.Run(plain.ValueAndGradient(), PoisonedBackend.Cpu512, point),
            Function.Run(loss.ValueAndGradient(), PoisonedBackend.Cpu256, point),
            "gradient",
            1);
        Agree.Within(
            1e-11,
            Function.Run(plain.Hvp(), PoisonedBackend.Cpu512, point.With(tangents)),
            Function.Run(loss.Hvp(), PoisonedBackend.Cpu256, point.With(tangents)),
            "Hessian-vector product",
            1);
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Directions_together_are_directions_one_by_one(int chunk) => ForEach(chunk, 50, program =>
    {
        const int Count = 9;
        var loss = program.Loss;
        var random = new Philox(1, "point");
        var point = Arguments.Normal(loss.Inputs, random);
        Arguments[] directions = [.. Enumerable.Range(0, Count).Select(_ => Arguments.Normal(loss.Parameters, random))];
        using var single = new Function(loss.Hvp(), PoisonedBackend.Cpu256);
        double[][] products = [.. directions.Select(direction => single.All(point.With(direction.AsTangents())))];
        Agree.Within(
            1e-12,
            [.. Enumerable.Range(0, products[0].Length).SelectMany(i => products.Select(product => product[i]))],
            Function.Run(
                loss.Hvp(Count), PoisonedBackend.Cpu512, point.With(Arguments.Interleave(directions).AsTangents())),
            "directions",
            1);
    });

    /// <summary>
    /// Tests programs, other ones for each chunk and test; of one that fails, the smallest that fails is shown.
    /// </summary>
    private static void ForEach(
        int chunk, int programs, Action<RandomProgram> test, [CallerLineNumber] int line = 0)
    {
        for (var i = 0; i < programs; i++)
        {
            var program = RandomProgram.Of((ulong)((line * 100_000) + (chunk * programs) + i));
            if (Record.Exception(() => test(program)) is not null)
            {
                var smallest = program.Shrink(smaller => Record.Exception(() => test(smaller)) is not null);
                Assert.Fail($"{Record.Exception(() => test(smallest))!.Message}\n{smallest}");
            }
        }
    }
}
