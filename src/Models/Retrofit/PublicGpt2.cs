using System.Globalization;
using System.Text.RegularExpressions;
using Looped.Models.Gpt2;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Models.Retrofit;

/// <summary>The size of a public GPT-2.</summary>
/// <param name="Width">Numbers that a token's state has.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Heads">Heads of each attention.</param>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Positions">Positions with an embedding of their own: the longest row that can be read.</param>
public sealed record PublicGpt2Settings(int Width, int Layers, int Heads, int Vocabulary, int Positions)
{
    /// <summary>Width of a head in the published models.</summary>
    public const int PublishedHeadWidth = 64;

    /// <summary>The blocks, whose settings are those of any decoder of GPT-2's kind.</summary>
    internal Gpt2Settings Blocks => new(Width, Layers, Heads, Vocabulary, Vocabulary);
}

/// <summary>
/// A public GPT-2 checkpoint: token and position embeddings <c>wte</c> and <c>wpe</c>, blocks, final norm, and a head tied to
/// <c>wte</c> (Radford et al. 2019). Names may stand behind <c>transformer.</c>; buffers of attention masks are left out.
/// </summary>
/// <param name="Settings">The model's size.</param>
/// <param name="Prefix">What stood before every name: <c>transformer.</c> or nothing.</param>
/// <param name="Weights">The weights in the order of <see cref="Layout"/>, row-major.</param>
public sealed partial record PublicGpt2(PublicGpt2Settings Settings, string Prefix, IReadOnlyList<float[]> Weights)
{
    private const string TransformerPrefix = "transformer.";
    private const string TokenTable = "wte.weight";
    private const string PositionTable = "wpe.weight";
    private const string TiedHead = "lm_head.weight";

    /// <summary>Names and shapes of the weights, in order: embeddings, blocks, final norm.</summary>
    public static IReadOnlyList<(string Name, Shape Shape)> Layout(PublicGpt2Settings settings) =>
    [
        (TokenTable, new Shape(settings.Vocabulary, settings.Width)),
        (PositionTable, new Shape(settings.Positions, settings.Width)),
        .. Gpt2Weights.Of(settings.Blocks)
            .Where(weight => !weight.Name.StartsWith("read_", StringComparison.Ordinal))
            .Select(weight => (weight.Name, weight.Shape)),
    ];

    /// <summary>Reads a checkpoint; its size follows from its shapes.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <param name="heads">Heads, which no shape tells; null for heads of width 64, as in the published models.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or no GPT-2 checkpoint.</exception>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    public static PublicGpt2 Read(string path, int? heads)
    {
        var file = Safetensors.Read(path).Tensors;
        var prefix = file.ContainsKey(TransformerPrefix + TokenTable) ? TransformerPrefix : string.Empty;
        var tensors = file
            .Where(tensor => !MaskBuffer().IsMatch(tensor.Key))
            .ToDictionary(
                tensor => tensor.Key.StartsWith(prefix, StringComparison.Ordinal) ? tensor.Key[prefix.Length..] : tensor.Key,
                tensor => tensor.Value,
                StringComparer.Ordinal);
        var (tokens, positions) = (Table(TokenTable), Table(PositionTable));
        var layers = 0;
        while (tensors.ContainsKey($"h.{layers}.ln_1.weight"))
        {
            layers++;
        }

        if (layers == 0)
        {
            throw new InvalidDataException($"{path} holds no block of GPT-2: there is no '{prefix}h.0.ln_1.weight'");
        }

        var width = tokens.Shape[1];
        if (heads is null && width % PublicGpt2Settings.PublishedHeadWidth != 0)
        {
            throw new ArgumentException(
                $"the width {width} is not a multiple of {PublicGpt2Settings.PublishedHeadWidth}, the width of a head in the " +
                "published models; --heads must say how many heads there are");
        }

        var settings = new PublicGpt2Settings(
            width, layers, heads ?? (width / PublicGpt2Settings.PublishedHeadWidth), tokens.Shape[0], positions.Shape[0]);
        settings.Blocks.Validate();
        if (tensors.Remove(TiedHead, out var head) && !head.ToDoubles().AsSpan().SequenceEqual(tokens.ToDoubles()))
        {
            throw new InvalidDataException($"{path} has a head of its own in '{TiedHead}', but GPT-2's is its '{TokenTable}'");
        }

        var layout = Layout(settings);
        if (tensors.Keys.Except(layout.Select(weight => weight.Name)).Order(StringComparer.Ordinal).FirstOrDefault() is { } stray)
        {
            throw new InvalidDataException($"{path} holds '{stray}', which is no weight of a GPT-2 of {layers} blocks");
        }

        return new PublicGpt2(settings, prefix, [.. layout.Select(Array)]);

        NpyArray Table(string name) => tensors.TryGetValue(name, out var table) && table.Shape.Rank == 2
            ? table
            : throw new InvalidDataException($"{path} is no GPT-2 checkpoint: there is no matrix '{name}' in it");

        float[] Array((string Name, Shape Shape) weight)
        {
            if (!tensors.TryGetValue(weight.Name, out var tensor) || !tensor.Shape.Equals(weight.Shape))
            {
                throw new InvalidDataException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path} must hold '{weight.Name}' of shape {weight.Shape}, {(tensor is null ? "which is missing" : $"not {tensor.Shape}")}"));
            }

            if (tensor.Type.IsInteger())
            {
                throw new InvalidDataException($"'{weight.Name}' in {path} must hold real numbers, not integers");
            }

            float[] values = System.Array.ConvertAll(tensor.ToDoubles(), number => (float)number);
            return System.Array.TrueForAll(values, float.IsFinite)
                ? values
                : throw new InvalidDataException($"'{weight.Name}' in {path} must hold finite numbers only");
        }
    }

    /// <summary>Writes weights under the names that they were read by, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">What else is to be known, by name.</param>
    public void Write(string path, IReadOnlyDictionary<string, string> metadata) => Safetensors.Write(
        path,
        Layout(Settings).Zip(Weights, (weight, values) =>
            KeyValuePair.Create(Prefix + weight.Name, NpyArray.Create<float>(weight.Shape, values))),
        metadata);

    /// <summary>Masks of attention, which some checkpoints carry as if they were weights.</summary>
    [GeneratedRegex(@"^(transformer\.)?h\.\d+\.attn\.(bias|masked_bias)$")]
    private static partial Regex MaskBuffer();
}
