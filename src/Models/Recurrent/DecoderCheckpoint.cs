using System.Globalization;
using Looped.Models.Gpt2;
using Looped.Models.Tasks;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Models.Recurrent;

/// <summary>
/// A looped decoder in training, as a file: weights by their public names, moments and running mean behind <c>first/</c>,
/// <c>second/</c> and <c>average/</c>, what SHIFT's criterion has seen, and in the metadata model, task, step, seed and a
/// checksum of it all. Random numbers are keyed by seed, purpose and step (<see cref="Philox"/>), so that seed and step are
/// the generator's whole state.
/// </summary>
public sealed record DecoderCheckpoint
{
    private const string Format = "looped decoder 1";
    private const string FormatKey = "format";
    private const string ChecksumKey = "checksum";
    private const string First = "first/";
    private const string Second = "second/";
    private const string Mean = "average/";
    private const string ShiftLosses = "shift/losses";
    private const string ShiftNorms = "shift/norms";
    private const string ShiftStepNorms = "shift/step_norms";

    /// <summary>The task.</summary>
    public required AlgorithmicTask Task { get; init; }

    /// <summary>The model; its loops play no part.</summary>
    public required Gpt2Settings Model { get; init; }

    /// <summary>Weights, moments, running mean and step.</summary>
    public required DecoderState<float> State { get; init; }

    /// <summary>Seed of weights and samples.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The greatest loop that training allowed: 1 for a model that does not loop.</summary>
    public required int Most { get; init; }

    /// <summary>The greatest length that training has come to.</summary>
    public required int Longest { get; init; }

    /// <summary>Floating-point operations of all steps so far.</summary>
    public required long Flops { get; init; }

    /// <summary>Settings of the run that made it, as it wrote them.</summary>
    public required string Settings { get; init; }

    /// <summary>Validation losses, gradient norms and the present epoch's norms by step; empty without a criterion.</summary>
    public IReadOnlyList<double[]> Shift { get; init; } = [[], [], []];

    /// <summary>The log of SHIFT's criterion as it stood.</summary>
    public ShiftLog ShiftLog(ShiftByCriterion plan) => new(plan, Shift[0], Shift[1], Shift[2]);

    /// <summary>Writes the whole file or none of it.</summary>
    public void Write(string path)
    {
        var tensors = new Dictionary<string, NpyArray>(StringComparer.Ordinal);
        var layout = Gpt2Weights.Of(Model);
        Add("", State.Weights);
        Add(First, State.First);
        Add(Second, State.Second);
        Add(Mean, State.Average);
        foreach (var (name, numbers) in ((string[])[ShiftLosses, ShiftNorms, ShiftStepNorms]).Zip(Shift))
        {
            tensors.Add(name, NpyArray.Create<double>(new Shape(numbers.Length), numbers));
        }

        var texts = Texts();
        texts.Add(ChecksumKey, TensorChecksum.Of(tensors, texts));
        Safetensors.Write(path, tensors, texts);

        void Add(string prefix, IReadOnlyList<float[]>? arrays)
        {
            for (var i = 0; i < (arrays?.Count ?? 0); i++)
            {
                tensors.Add(prefix + layout[i].Name, NpyArray.Create<float>(layout[i].Shape, arrays![i]));
            }
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or no such checkpoint.</exception>
    public static DecoderCheckpoint Read(string path)
    {
        var file = Safetensors.Read(path);
        if (file.Metadata.GetValueOrDefault(FormatKey) != Format)
        {
            throw new InvalidDataException(
                $"{path} is no checkpoint of a looped decoder: its metadata do not name the format '{Format}'.");
        }

        var texts = file.Metadata.Where(text => text.Key != ChecksumKey);
        if (TensorChecksum.Of(file.Tensors, texts) != file.Metadata.GetValueOrDefault(ChecksumKey))
        {
            throw new InvalidDataException($"{path} is damaged: what it holds is not what its checksum was taken of.");
        }

        try
        {
            return Parse(file);
        }
        catch (Exception failure) when (failure is FormatException or OverflowException or KeyNotFoundException
            or ArgumentException)
        {
            throw new InvalidDataException($"{path} is no sound checkpoint of a looped decoder: {failure.Message}", failure);
        }
    }

    private static DecoderCheckpoint Parse(SafetensorsFile file)
    {
        var texts = file.Metadata;
        var model = new Gpt2Settings(
            Number("width"), Number("layers"), Number("heads"), Number("vocabulary"), Number("outputs"));
        var layout = Gpt2Weights.Of(model);
        return new DecoderCheckpoint
        {
            Task = AlgorithmicTasks.Find(texts["task"]) ?? throw new FormatException($"there is no task '{texts["task"]}'"),
            Model = model,
            State = new DecoderState<float>(
                Arrays(""),
                Arrays(First),
                Arrays(Second),
                file.Tensors.ContainsKey(Mean + layout[0].Name) ? Arrays(Mean) : null,
                long.Parse(texts["step"], NumberStyles.None, CultureInfo.InvariantCulture)),
            Seed = ulong.Parse(texts["seed"], NumberStyles.None, CultureInfo.InvariantCulture),
            Most = Number("most_loops"),
            Longest = Number("longest"),
            Flops = long.Parse(texts["flops"], NumberStyles.None, CultureInfo.InvariantCulture),
            Settings = texts["settings"],
            Shift =
            [
                .. ((string[])[ShiftLosses, ShiftNorms, ShiftStepNorms]).Select(name => file.Tensors[name].ToDoubles()),
            ],
        };

        int Number(string key) => int.Parse(texts[key], NumberStyles.None, CultureInfo.InvariantCulture);

        float[][] Arrays(string prefix) =>
        [
            .. layout.Select(weight =>
            {
                var tensor = file.Tensors[prefix + weight.Name];
                return tensor.Shape.Equals(weight.Shape) && tensor.Type == NpyType.Float32
                    ? Array.ConvertAll(tensor.ToDoubles(), number => (float)number)
                    : throw new FormatException($"'{prefix}{weight.Name}' must be {weight.Shape} in float32");
            }),
        ];
    }

    private Dictionary<string, string> Texts()
    {
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [FormatKey] = Format,
            ["task"] = Task.Name,
            ["width"] = Text(Model.Width),
            ["layers"] = Text(Model.Layers),
            ["heads"] = Text(Model.Heads),
            ["vocabulary"] = Text(Model.Vocabulary),
            ["outputs"] = Text(Model.Outputs),
            ["step"] = Text(State.Step),
            ["seed"] = Seed.ToString(CultureInfo.InvariantCulture),
            ["random"] = "philox4x32-10 keyed by seed, purpose and step",
            ["most_loops"] = Text(Most),
            ["longest"] = Text(Longest),
            ["flops"] = Text(Flops),
            ["settings"] = Settings,
        };

        static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
