using FsCheck;
using FsCheck.Fluent;
using Looped.Analysis.Theory;
using Looped.Models.Attention;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Theory;

/// <summary>Random matrices, landscapes and attention models for the theory's tests.</summary>
internal static class Worlds
{
    /// <summary>A seed and a small size.</summary>
    public static readonly Arbitrary<(ulong Seed, int Size)> Cases =
        (from seed in Gen.Choose(0, int.MaxValue - 1)
         from size in Gen.Choose(2, 7)
         select ((ulong)seed, size)).ToArbitrary();

    public static QuadraticLandscape Quadratic(Philox random, double[] spectrum, int river, double coupling = 0.1)
    {
        var n = spectrum.Length;
        return new QuadraticLandscape(
            spectrum, Matrix.Orthogonal(random, n), Matrix.Normal(random, river, n, coupling), Vectors.Normal(random, river));
    }

    public static GeneralLandscape General(Philox random, double[] spectrum, int river)
    {
        var n = spectrum.Length;
        var ridges = Enumerable.Range(0, n).SelectMany(_ => Vectors.Direction(random, n)).ToArray();
        return new GeneralLandscape(
            spectrum,
            Matrix.Orthogonal(random, n),
            new Matrix(n, n, ridges),
            [.. Enumerable.Range(0, n).Select(_ => 0.2 * random.NextDouble() / n)],
            Matrix.Normal(random, river, n, 0.1),
            Vectors.Normal(random, river));
    }

    /// <summary>The settings of both toy models of a width.</summary>
    public static (ToyModelSettings Single, ToyModelSettings Looped) Models(int width, int loops = 3, double gate = 1) =>
        (new(ToyArchitecture.Single, width), new(ToyArchitecture.Looped, width, Loops: loops, Gate: gate));

    public static AttentionWeights Weights(Philox random, int width) => new(
        Matrix.Normal(random, width, width, 1 / Math.Sqrt(width)),
        Matrix.Normal(random, width, width, 1 / Math.Sqrt(width)),
        Matrix.Normal(random, width, width, 1 / Math.Sqrt(width)),
        Matrix.Normal(random, 3, width, 1 / Math.Sqrt(width)));

    /// <summary>The embedded tokens of a context.</summary>
    public static Matrix Tokens(ToyEmbedding embedding, params int[] context) =>
        new(context.Length, embedding.Width, embedding.Embed(context, context.Length));
}
