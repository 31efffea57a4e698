using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Looped.Kernels;
using Looped.Models.Gpt2;
using Looped.Tensors.IO;

namespace Looped.Cli;

/// <summary>
/// <c>looped gradient|hvp --model gpt2</c>: exact derivatives of a looped decoder of GPT-2's kind, a tensor a weight. The
/// commands are those of the toy models, joined with options that only this model has.
/// </summary>
internal sealed class Gpt2Command
{
    private const string ModelName = "gpt2";

    private readonly Option<string?> _config = PathOption.Optional(
        "--config", "gpt2: JSON file with width, layers, heads, vocabulary and outputs");

    private readonly Option<string?> _weights = PathOption.Optional(
        "--weights", "gpt2: safetensors file with the weights, named and shaped as in public checkpoints");

    private readonly Option<string?> _tokens = PathOption.Optional(
        "--tokens", "gpt2: NPY file with integers from 0 to vocabulary-1, N x L");

    private readonly Option<string?> _targets = PathOption.Optional(
        "--targets", "gpt2: NPY file with the target at each position, from 0 to outputs-1, N x L; -1 is ignored");

    private readonly Option<string?> _type = new("--type")
    {
        Description = "gpt2: computing type, f32 or f64 [default: the type of the weights]",
        HelpName = "choice",
    };

    private readonly Option[] _shared;
    private readonly Option[] _toyOnly;
    private readonly Option[] _toyRequired;

    private Gpt2Command(Command command)
    {
        _shared =
        [
            .. command.Options.Where(option => option.Name is "--model" or "--loops" or "--out" or "--vectors" or
                DeviceOption.Name or NumericsOption.Name),
        ];
        _toyOnly = [.. command.Options.Except(_shared)];
        _toyRequired = [.. _toyOnly.Where(option => option.Required)];
    }

    private Option[] Own => [_config, _weights, _tokens, _targets, _type];

    /// <summary>Has a command of toy models serve GPT-2 models, too.</summary>
    /// <param name="command"><c>gradient</c>, or <c>hvp</c> with the option <c>--vectors</c>.</param>
    public static Command Join(Command command)
    {
        var joined = new Gpt2Command(command);
        var toy = (SynchronousCommandLineAction)command.Action!;
        foreach (var option in joined._shared)
        {
            option.Description = option.Name switch
            {
                "--model" => "single, looped or gpt2",
                "--vectors" => $"{option.Description}; gpt2: safetensors file with one direction, tensors as the weights",
                "--out" => "NPY file to write; gpt2: safetensors file, a tensor a weight",
                _ => option.Description,
            };
        }

        // Which options are required depends on the model.
        foreach (var option in joined._toyOnly)
        {
            option.Required = false;
            option.Description = $"single, looped: {option.Description}";
        }

        foreach (var option in joined.Own)
        {
            command.Add(option);
        }

        command.SetAction(parsed => UserErrors.Guard(() => joined.Run(parsed, toy)));
        return command;
    }

    private int Run(ParseResult parsed, SynchronousCommandLineAction toy)
    {
        var model = parsed.GetValue<string>("--model")!;
        if (!model.Equals(ModelName, StringComparison.OrdinalIgnoreCase))
        {
            if (!model.Equals("single", StringComparison.OrdinalIgnoreCase) &&
                !model.Equals("looped", StringComparison.OrdinalIgnoreCase))
            {
                throw new UserException($"--model must be single, looped or {ModelName}, not '{model}'");
            }

            Require(parsed, model, _toyRequired, foreign: Own);
            return toy.Invoke(parsed);
        }

        Require(parsed, model, [_config, _weights, _tokens, _targets], foreign: _toyOnly);
        var output = PathOption.Writable("--out", parsed.GetValue<string>("--out")!);
        var settings = Gpt2Input.ReadSettings(
            parsed.GetValue(_config)!, UserModel.Options.ReadLoops(parsed.GetValue<string>("--loops")));
        var weights = Gpt2Input.ReadTensors(parsed.GetValue(_weights)!, settings);
        var input = Gpt2Input.Read(settings, weights, parsed.GetValue(_tokens)!, parsed.GetValue(_targets)!);
        var vectors = _shared.Any(option => option.Name == "--vectors")
            ? Gpt2Input.ReadTensors(parsed.GetValue<string>("--vectors")!, settings)
            : null;
        using var team = new WorkerTeam(Environment.ProcessorCount);
        return IsSingle(parsed, weights)
            ? Compute<float>(input, vectors, output, NumericsOption.Backend(parsed, team))
            : Compute<double>(input, vectors, output, NumericsOption.Backend(parsed, team));
    }

    private static void Require(ParseResult parsed, string model, Option[] needed, Option[] foreign)
    {
        if (Array.Find(needed, option => !IsGiven(option)) is { } missing)
        {
            throw new UserException($"{missing.Name} is needed with --model {model}");
        }

        if (Array.Find(foreign, IsGiven) is { } stray)
        {
            throw new UserException($"{stray.Name} is no option of --model {model}");
        }

        bool IsGiven(Option option) => parsed.GetResult(option) is OptionResult { Implicit: false };
    }

    private bool IsSingle(ParseResult parsed, IReadOnlyList<NpyArray> weights)
    {
        var text = parsed.GetValue(_type);
        if (text is not null)
        {
            return text switch
            {
                "f32" => true,
                "f64" => false,
                _ => throw new UserException($"{_type.Name} must be f32 or f64, not '{text}'"),
            };
        }

        var types = weights.Select(weight => weight.Type).Distinct().ToList();
        return types is [var type]
            ? type == NpyType.Float32
            : throw new UserException(
                $"the weights are of several types; {_type.Name} f32 or {_type.Name} f64 must say which to compute in");
    }

    private static int Compute<T>(
        Gpt2Input input, IReadOnlyList<NpyArray>? vectors, string output, IBackend backend)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var derivatives = vectors is null
            ? Gpt2Derivatives<T>.Gradient(input.Settings, input.Sequences, input.Length, backend)
            : Gpt2Derivatives<T>.Hvp(input.Settings, input.Sequences, input.Length, backend);
        derivatives.WriteData(input.Tokens, input.Targets);
        derivatives.WriteWeights(Convert<T>(input.Weights));
        derivatives.WriteDirections(Convert<T>(vectors ?? []));
        var loss = derivatives.Execute();
        Safetensors.Write(
            output,
            Gpt2Weights.Of(input.Settings).Zip(derivatives.Results(), (weight, result) =>
                KeyValuePair.Create(weight.Name, NpyArray.Create<T>(weight.Shape, result))));
        Console.WriteLine($"loss {loss.ToString("R", CultureInfo.InvariantCulture)}");
        return 0;
    }

    private static IReadOnlyList<T[]> Convert<T>(IReadOnlyList<NpyArray> arrays)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. arrays.Select(array => Array.ConvertAll(array.ToDoubles(), T.CreateTruncating))];
}
