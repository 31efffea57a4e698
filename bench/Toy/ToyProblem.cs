using Looped.Autodiff;
using Looped.Models.Attention;
using Looped.Tensors;

namespace Looped.Benchmarks;

/// <summary>
/// A toy model at its initial parameters with a training set of uniform random sequences of three tokens and a target, all
/// drawn from a fixed seed. The set can be seen as its distinct contexts with counts or sample by sample; both give the
/// same loss.
/// </summary>
public sealed class ToyProblem
{
    /// <summary>V.</summary>
    public const int Symbols = 3;

    /// <summary>L.</summary>
    public const int Length = 3;

    private const ulong Seed = 7;

    private readonly int[] _contexts;
    private readonly int[] _targets;
    private readonly double[] _embedding;

    /// <summary>Draws parameters, embedding and samples.</summary>
    /// <param name="architecture">Single or looped; loops are 3, the scale 1/n and the gate 1.</param>
    /// <param name="width">d.</param>
    /// <param name="samples">N.</param>
    public ToyProblem(ToyArchitecture architecture, int width, int samples)
    {
        Settings = new ToyModelSettings(architecture, width, Symbols);
        Samples = samples;
        var deviation = 1 / Math.Sqrt(width);
        _embedding = new double[Symbols * width];
        new Philox(Seed, "embedding").FillNormal(_embedding, deviation);
        Theta = new double[new ParameterLayout(ToyModel.Loss(Settings, 1, Length)).Size];
        new Philox(Seed, "parameters").FillNormal(Theta, deviation);

        var draws = new Philox(Seed, "samples");
        var contexts = (int)Math.Pow(Symbols, Length);
        _contexts = [.. Enumerable.Range(0, samples).Select(_ => draws.NextInt(contexts))];
        _targets = [.. Enumerable.Range(0, samples).Select(_ => draws.NextInt(Symbols))];
    }

    /// <summary>The model.</summary>
    public ToyModelSettings Settings { get; }

    /// <summary>N.</summary>
    public int Samples { get; }

    /// <summary>The parameters, (P,).</summary>
    public double[] Theta { get; }

    /// <summary>The target of each sample, (N,).</summary>
    public ReadOnlySpan<int> Targets => _targets;

    /// <summary>The distinct contexts, each with the share of the samples that each target has.</summary>
    public DataBlock DistinctContexts()
    {
        int[] seen = [.. _contexts.Distinct().Order()];
        var weights = new double[seen.Length * Symbols];
        for (var sample = 0; sample < Samples; sample++)
        {
            weights[(Array.BinarySearch(seen, _contexts[sample]) * Symbols) + _targets[sample]] += 1.0 / Samples;
        }

        return Block(seen, weights);
    }

    /// <summary>
    /// All samples in blocks of one size; the last is filled up with samples of weight zero.
    /// </summary>
    public IReadOnlyList<DataBlock> SampleBlocks(int size)
    {
        var blocks = new List<DataBlock>();
        for (var start = 0; start < Samples; start += size)
        {
            var contexts = new int[size];
            var weights = new double[size * Symbols];
            for (var i = 0; i < Math.Min(size, Samples - start); i++)
            {
                contexts[i] = _contexts[start + i];
                weights[(i * Symbols) + _targets[start + i]] = 1.0 / Samples;
            }

            blocks.Add(Block(contexts, weights));
        }

        return blocks;
    }

    /// <summary>The loss over blocks of one size.</summary>
    public Objective Objective(params IReadOnlyList<DataBlock> blocks) => new(
        ToyModel.Loss(Settings, blocks[0].Values[ToyModel.Weights].Length / Symbols, Length), blocks);

    /// <summary>A direction in parameter space, (P,).</summary>
    public double[] Direction(int number)
    {
        var direction = new double[Theta.Length];
        new Philox(Seed, $"direction {number}").FillNormal(direction, 1);
        return direction;
    }

    private DataBlock Block(int[] contexts, double[] weights)
    {
        var width = Settings.Width;
        var embedded = new double[contexts.Length * Length * width];
        for (var i = 0; i < contexts.Length; i++)
        {
            // A context is a number of Length digits to the base Symbols.
            var rest = contexts[i];
            for (var position = Length - 1; position >= 0; position--)
            {
                _embedding.AsSpan(rest % Symbols * width, width)
                    .CopyTo(embedded.AsSpan(((i * Length) + position) * width));
                rest /= Symbols;
            }
        }

        return new DataBlock(new Dictionary<string, double[]>
        {
            [ToyModel.Contexts] = embedded,
            [ToyModel.Weights] = weights,
        });
    }
}
