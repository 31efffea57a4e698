using System.Globalization;
using Looped.Models.Gpt2;
using Looped.Studies.Settings;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Cli;

/// <summary>A GPT-2 model with weights, tokens and targets from files.</summary>
/// <param name="Settings">The model.</param>
/// <param name="Weights">The weights in order.</param>
/// <param name="Sequences">N.</param>
/// <param name="Length">L.</param>
/// <param name="Tokens">(N,L), row-major.</param>
/// <param name="Targets">(N,L), row-major.</param>
internal sealed record Gpt2Input(
    Gpt2Settings Settings,
    IReadOnlyList<NpyArray> Weights,
    int Sequences,
    int Length,
    int[] Tokens,
    int[] Targets)
{
    /// <summary>Largest vocabulary or number of outputs: beyond, a number is taken for a mistake.</summary>
    private const int Largest = 1 << 20;

    /// <summary>The settings that a configuration file must name.</summary>
    private static readonly IReadOnlyList<StudyOption<Gpt2Settings>> Options =
    [
        Member("width", 1 << 14, settings => settings.Width, (settings, v) => settings with { Width = v }),
        Member("layers", 1 << 10, settings => settings.Layers, (settings, v) => settings with { Layers = v }),
        Member("heads", 1 << 14, settings => settings.Heads, (settings, v) => settings with { Heads = v }),
        Member("vocabulary", Largest, settings => settings.Vocabulary, (settings, v) => settings with { Vocabulary = v }),
        Member("outputs", Largest, settings => settings.Outputs, (settings, v) => settings with { Outputs = v }),
    ];

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="UserException">A member is missing, or the heads do not divide the width.</exception>
    /// <exception cref="SettingException">The file is none, or a member is unknown or out of its range.</exception>
    public static Gpt2Settings ReadSettings(string path, int loops)
    {
        // Every member is at least 1 where it is given.
        var settings = SettingsFile.Read(path, new Gpt2Settings(0, 0, 0, 0, 0, loops), Options);
        if (Options.FirstOrDefault(option => option.Get(settings) == "0") is { } missing)
        {
            throw new UserException(
                $"the configuration file {path} lacks '{missing.Name}'; it must name " +
                string.Join(", ", Options.Select(option => option.Name)));
        }

        try
        {
            settings.Validate();
            return settings;
        }
        catch (ArgumentException failure)
        {
            throw new UserException($"in the configuration file {path}, {failure.Message}");
        }
    }

    /// <summary>Reads a tensor for each weight of a model: the weights themselves, or a direction.</summary>
    /// <exception cref="UserException">A tensor is missing, has another shape or type, or is of no weight.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static IReadOnlyList<NpyArray> ReadTensors(string path, Gpt2Settings settings)
    {
        var layout = Gpt2Weights.Of(settings);
        var tensors = Safetensors.Read(path).Tensors;
        if (tensors.Keys.Except(layout.Select(weight => weight.Name)).FirstOrDefault() is { } unknown)
        {
            throw new UserException(
                $"{path} holds '{unknown}', which is no weight of this model of {settings.Layers} layers");
        }

        return [.. layout.Select(weight => Tensor(path, tensors.GetValueOrDefault(weight.Name), weight))];
    }

    /// <summary>Reads tokens and targets.</summary>
    /// <exception cref="UserException">
    /// They are not of one shape (N,L), a token or target does not exist, or no target counts.
    /// </exception>
    /// <exception cref="InvalidDataException">A file is damaged or holds no integers.</exception>
    public static Gpt2Input Read(
        Gpt2Settings settings, IReadOnlyList<NpyArray> weights, string tokensPath, string targetsPath)
    {
        var (tokens, shape) = ReadIntegers(tokensPath, "tokens", 0, settings.Vocabulary - 1);
        var (targets, targetShape) = ReadIntegers(targetsPath, "targets", Gpt2Model.Ignored, settings.Outputs - 1);
        if (!targetShape.Equals(shape))
        {
            throw new UserException(
                $"the targets in {targetsPath} must have the shape {shape} of the tokens, not {targetShape}");
        }

        if (Array.TrueForAll(targets, target => target == Gpt2Model.Ignored))
        {
            throw new UserException($"the targets in {targetsPath} must not all be {Gpt2Model.Ignored}, which is ignored");
        }

        return new Gpt2Input(settings, weights, shape[0], shape[1], tokens, targets);
    }

    private static NpyArray Tensor(string path, NpyArray? tensor, Gpt2Weight weight)
    {
        if (tensor is null || !tensor.Shape.Equals(weight.Shape))
        {
            var found = tensor is null ? "which is missing" : $"not {tensor.Shape}";
            throw new UserException($"{path} must hold '{weight.Name}' of shape {weight.Shape}, {found}");
        }

        if (tensor.Type.IsInteger())
        {
            throw new UserException($"'{weight.Name}' in {path} must hold real numbers, not integers");
        }

        return Array.TrueForAll(tensor.ToDoubles(), double.IsFinite)
            ? tensor
            : throw new UserException($"'{weight.Name}' in {path} must hold finite numbers only");
    }

    private static (int[] Values, Shape Shape) ReadIntegers(string path, string what, int low, int high)
    {
        var array = Npy.Read(path);
        if (array.Shape.Rank != 2 || array.Shape.Size == 0)
        {
            throw new UserException($"the {what} in {path} must be (N,L) with at least one element, not {array.Shape}");
        }

        var values = array.ToIntegers();
        foreach (var value in values)
        {
            if (value < low || value > high)
            {
                throw new UserException(string.Create(
                    CultureInfo.InvariantCulture, $"the {what} in {path} must be from {low} to {high}, not {value}"));
            }
        }

        return (Array.ConvertAll(values, value => (int)value), array.Shape);
    }

    private static StudyOption<Gpt2Settings> Member(
        string name, int most, Func<Gpt2Settings, int> get, Func<Gpt2Settings, int, Gpt2Settings> set) =>
        StudyOptions.Integer<Gpt2Settings>(
            name, name, 1, most, settings => get(settings), (settings, value) => set(settings, (int)value));
}
