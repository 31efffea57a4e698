using Looped.Tensors;

namespace Looped.Models.Gpt2;

/// <summary>One tensor of weights.</summary>
/// <param name="Name">The name that public checkpoints of GPT-2 give it.</param>
/// <param name="Shape">Its shape there: matrices act on rows from the right, <c>(inputs, outputs)</c>.</param>
/// <param name="Mean">Mean of its elements before training.</param>
/// <param name="Deviation">Their standard deviation; where it is zero, all are equal.</param>
public sealed record Gpt2Weight(string Name, Shape Shape, double Mean, double Deviation);

/// <summary>
/// The weights of a model in order: the blocks, the final norm, the table of tokens (<c>read_in</c>) and the linear map to
/// logits (<c>read_out</c>, whose matrix is <c>(outputs, inputs)</c>).
/// </summary>
public static class Gpt2Weights
{
    /// <summary>Standard deviation of matrices before training.</summary>
    private const double Deviation = 0.02;

    /// <summary>The weights of a model.</summary>
    public static IReadOnlyList<Gpt2Weight> Of(Gpt2Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        var weights = new List<Gpt2Weight>();
        var width = settings.Width;

        // Each block adds to the residual stream twice, and the sum over all blocks is to stay of one size.
        var residual = Deviation / Math.Sqrt(2.0 * settings.Layers);
        for (var layer = 0; layer < settings.Layers; layer++)
        {
            AddNorm($"h.{layer}.ln_1");
            AddLinear($"h.{layer}.attn.c_attn", width, 3 * width, Deviation);
            AddLinear($"h.{layer}.attn.c_proj", width, width, residual);
            AddNorm($"h.{layer}.ln_2");
            AddLinear($"h.{layer}.mlp.c_fc", width, 4 * width, Deviation);
            AddLinear($"h.{layer}.mlp.c_proj", 4 * width, width, residual);
        }

        AddNorm("ln_f");
        Add("read_in.weight", new Shape(settings.Vocabulary, width), 0, Deviation);
        Add("read_out.weight", new Shape(settings.Outputs, width), 0, Deviation);
        Add("read_out.bias", new Shape(settings.Outputs), 0, 0);
        return weights;

        void AddNorm(string name)
        {
            Add($"{name}.weight", new Shape(width), 1, 0);
            Add($"{name}.bias", new Shape(width), 0, 0);
        }

        void AddLinear(string name, int inputs, int outputs, double deviation)
        {
            Add($"{name}.weight", new Shape(inputs, outputs), 0, deviation);
            Add($"{name}.bias", new Shape(outputs), 0, 0);
        }

        void Add(string name, Shape shape, double mean, double deviation) =>
            weights.Add(new Gpt2Weight(name, shape, mean, deviation));
    }

    /// <summary>Weights before training: one array a weight, in order, each row-major.</summary>
    /// <param name="settings">The model; the number of loops changes nothing.</param>
    /// <param name="seed">Seed.</param>
    public static IReadOnlyList<double[]> Initialize(Gpt2Settings settings, ulong seed)
    {
        var random = new Philox(seed, "initialisation");
        var arrays = new List<double[]>();
        foreach (var weight in Of(settings))
        {
            var array = new double[weight.Shape.Size];
            if (weight.Deviation > 0)
            {
                random.FillNormal(array, weight.Deviation);
            }
            else
            {
                Array.Fill(array, weight.Mean);
            }

            arrays.Add(array);
        }

        return arrays;
    }
}
