using Looped.Autodiff;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;
using Looped.Tensors;

namespace Looped.Models.Tests.Gpt2;

/// <summary>
/// A tiny model with weights, tokens and targets given by formulas, so that other programs can repeat it: element i of
/// weight j is <c>mean_j + 0.4 sin(1.7 i + 0.9 j + 0.3)</c>, of the direction <c>cos(0.6 i + 1.1 j)</c>; token i is
/// <c>(i^2 + 3 i) mod vocabulary</c>, its target <c>(5 i + 2) mod outputs</c>, every third one ignored.
/// </summary>
internal sealed class Gpt2Case
{
    public const int Sequences = 2;

    public const int Length = 5;

    public Gpt2Case(int loops = 2, int layers = 2, int width = 8, int heads = 2)
    {
        Settings = new Gpt2Settings(width, layers, heads, Vocabulary: 6, Outputs: 4, loops);
        Layout = Gpt2Weights.Of(Settings);
        Weights =
        [
            .. Layout.Select((weight, j) =>
                Fill(weight, i => weight.Mean + (0.4 * Math.Sin((1.7 * i) + (0.9 * j) + 0.3)))),
        ];
        Direction = [.. Layout.Select((weight, j) => Fill(weight, i => Math.Cos((0.6 * i) + (1.1 * j))))];
        Tokens = [.. Enumerable.Range(0, Sequences * Length).Select(i => ((i * i) + (3 * i)) % Settings.Vocabulary)];
        Targets = [.. Enumerable.Range(0, Sequences * Length).Select(i => i % 3 == 1 ? -1 : ((5 * i) + 2) % Settings.Outputs)];
    }

    public Gpt2Settings Settings { get; }

    public IReadOnlyList<Gpt2Weight> Layout { get; }

    public double[][] Weights { get; }

    public double[][] Direction { get; }

    public int[] Tokens { get; }

    public int[] Targets { get; set; }

    public PlainGpt2 Plain => new(Settings, Layout.Zip(Weights).ToDictionary(pair => pair.First.Name, pair => pair.Second));

    /// <summary>The engine's logits, a row a position.</summary>
    public double[][] Logits()
    {
        var program = Gpt2Model.Loss(Settings, Sequences, Length);
        using var run = new Program(program.Inputs, [program.Output(Gpt2Model.Logits)]).Compile(new CpuBackend());
        run.Input(Gpt2Model.Tokens).Write<int>(Tokens);
        foreach (var (weight, values) in Layout.Zip(Weights))
        {
            run.Input(weight.Name).Write<double>(values);
        }

        run.Execute();
        var logits = new double[Sequences * Length * Settings.Outputs];
        run.Output(Gpt2Model.Logits).Read<double>(logits);
        return [.. logits.Chunk(Settings.Outputs)];
    }

    /// <summary>The engine's loss and gradient.</summary>
    public (double Loss, double[][] Gradient) Gradient()
    {
        using var derivatives = Gpt2Derivatives<double>.Gradient(Settings, Sequences, Length, new CpuBackend());
        derivatives.WriteData(Tokens, Targets);
        derivatives.WriteWeights(Weights);
        return (derivatives.Execute(), derivatives.Results());
    }

    /// <summary>The engine's product of the Hessian and a direction.</summary>
    public double[][] Hvp(double[][] direction)
    {
        using var derivatives = Gpt2Derivatives<double>.Hvp(Settings, Sequences, Length, new CpuBackend());
        derivatives.WriteData(Tokens, Targets);
        derivatives.WriteWeights(Weights);
        derivatives.WriteDirections(direction);
        derivatives.Execute();
        return derivatives.Results();
    }

    /// <summary>Directions of normal numbers, tensors as the weights.</summary>
    public double[][] RandomDirection(ulong seed)
    {
        var random = new Philox(seed, "direction");
        return [.. Layout.Select(weight => Fill(weight, _ => random.NextNormal()))];
    }

    public static double Dot(double[][] a, double[][] b) => a.Zip(b, (x, y) => x.Zip(y, (p, q) => p * q).Sum()).Sum();

    private static double[] Fill(Gpt2Weight weight, Func<int, double> element) =>
        [.. Enumerable.Range(0, (int)weight.Shape.Size).Select(element)];
}
