using System.Numerics;
using Looped.Benchmarks.Comparison;
using Looped.Models.Gpt2;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Benchmarks.Gpt2;

/// <summary>
/// A looped decoder with weights, directions and sequences drawn from a fixed seed. Weights are larger than before training,
/// so that no part of the model is nearly linear.
/// </summary>
public sealed class Gpt2Problem
{
    /// <summary>Tokens of a small vocabulary.</summary>
    public const int Symbols = 16;

    private const ulong Seed = 7;
    private const double Deviation = 0.1;

    /// <summary>Draws a problem.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="sequences">N.</param>
    /// <param name="length">L.</param>
    /// <param name="directions">K.</param>
    public Gpt2Problem(Gpt2Settings settings, int sequences, int length, int directions)
    {
        Settings = settings;
        Layout = Gpt2Weights.Of(Settings);
        Shape = new Shape(sequences, length);
        Directions = directions;
        var (weights, vectors, draws) = (Random("weights"), Random("directions"), Random("sequences"));
        Weights = [.. Layout.Select(weight => Draw(weight, 1, () => weight.Mean + (Deviation * weights.NextNormal())))];
        Vectors = [.. Layout.Select(weight => Draw(weight, Directions, vectors.NextNormal))];
        Tokens = [.. Enumerable.Range(0, (int)Shape.Size).Select(_ => draws.NextInt(settings.Vocabulary))];

        // One target of so many symbols and one that says to ignore.
        Targets = [.. Tokens.Select(_ => draws.NextInt(settings.Outputs + 1) - 1)];

        static Philox Random(string purpose) => new(Seed, purpose);
    }

    /// <summary>The model.</summary>
    public Gpt2Settings Settings { get; }

    /// <summary>Its weights' names and shapes.</summary>
    public IReadOnlyList<Gpt2Weight> Layout { get; }

    /// <summary>(N,L).</summary>
    public Shape Shape { get; }

    /// <summary>K.</summary>
    public int Directions { get; }

    /// <summary>The weights.</summary>
    public IReadOnlyList<double[]> Weights { get; }

    /// <summary>The directions, K numbers for each element of a weight.</summary>
    public IReadOnlyList<double[]> Vectors { get; }

    /// <summary>The first direction alone.</summary>
    public IReadOnlyList<double[]> FirstVector =>
        [.. Vectors.Select(vector => vector.Where((_, i) => i % Directions == 0).ToArray())];

    /// <summary>(N,L), row-major.</summary>
    public int[] Tokens { get; }

    /// <summary>(N,L), row-major.</summary>
    public int[] Targets { get; }

    /// <summary>Hands the problem to the other side, in the type that it is to compute in.</summary>
    public void Offer<T>(TorchProcess torch, string folder)
        where T : unmanaged, INumberBase<T>
    {
        Npy.Write<int>(Path.Combine(folder, "tokens.npy"), Shape, Tokens);
        Npy.Write<int>(Path.Combine(folder, "targets.npy"), Shape, Targets);
        Write("weights", Weights, shape => shape);
        Write("directions", Vectors, shape => shape.Append(Directions));
        torch.Load(folder, Settings.Layers, Settings.Heads, Settings.Loops);

        void Write(string name, IReadOnlyList<double[]> tensors, Func<Shape, Shape> shape) => Npz.Write(
            Path.Combine(folder, $"{name}.npz"),
            Layout.Zip(tensors, (weight, tensor) =>
                KeyValuePair.Create(weight.Name, NpyArray.Create<T>(shape(weight.Shape), Rounded<T>(tensor)))));
    }

    /// <summary>Numbers in another type.</summary>
    public static T[] Rounded<T>(double[] values)
        where T : INumberBase<T> => Array.ConvertAll(values, T.CreateChecked);

    private static double[] Draw(Gpt2Weight weight, int times, Func<double> element)
    {
        var values = new double[weight.Shape.Size * times];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = element();
        }

        return values;
    }
}
