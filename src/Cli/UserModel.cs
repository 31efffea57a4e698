using System.CommandLine;
using System.Globalization;
using Looped.Autodiff;
using Looped.Models.Attention;
using Looped.Studies.Settings;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Cli;

/// <summary>
/// A toy model with parameters, embedding and data from files: the options that describe it and what is read from them.
/// </summary>
internal sealed class UserModel
{
    private static readonly string[] MatrixNames = ["W_Q", "W_K", "W_V", "W_h"];

    private UserModel(Objective objective, double[] theta) => (Objective, Theta) = (objective, theta);

    /// <summary>The count-weighted mean cross-entropy.</summary>
    public Objective Objective { get; }

    /// <summary>W_Q, W_K, W_V, W_h, each row-major.</summary>
    public double[] Theta { get; }

    /// <summary>The options of commands that take a model.</summary>
    public sealed class Options
    {
        private readonly Option<string> _model = new("--model")
        {
            Description = "single or looped",
            HelpName = "choice",
            Required = true,
        };

        private readonly Option<string> _parameters = PathOption.Required(
            "--params", "NPZ file with W_Q, W_K, W_V (d x d) and W_h (V x d), acting on column vectors");

        private readonly Option<string> _embedding = PathOption.Required(
            "--embedding", "NPY file with the embedding, V x d");

        private readonly Option<string> _data = PathOption.Required(
            "--data", "NPY file with sequences of integers from 0 to V-1, N x L, the last column the target");

        private readonly Option<string?> _counts = PathOption.Optional(
            "--counts", "NPY file with N counts of the sequences, not negative [default: all 1]");

        private readonly Option<string> _loops = new("--loops")
        {
            Description = "loops T of a looped model [a whole number from 1 to 64]",
            HelpName = "integer",
            DefaultValueFactory = _ => "3",
        };

        private readonly Option<string> _scale = new("--scale")
        {
            Description = "factor of attention: mean is 1/(L-1), none is 1",
            HelpName = "choice",
            DefaultValueFactory = _ => "mean",
        };

        private readonly Option<string> _gate = new("--gate")
        {
            Description = "factor gamma of each loop's update [a finite number]",
            HelpName = "number",
            DefaultValueFactory = _ => "1",
        };

        /// <summary>Adds the options to a command.</summary>
        public void AddTo(Command command)
        {
            foreach (var option in new Option[] { _model, _parameters, _embedding, _data, _counts, _loops, _scale, _gate })
            {
                command.Add(option);
            }
        }

        /// <summary>Reads the model that the options describe.</summary>
        /// <exception cref="UserException">An option or a file cannot be used.</exception>
        public UserModel Read(ParseResult parsed)
        {
            var architecture = Choice<ToyArchitecture>("--model", parsed.GetValue(_model)!);
            var scale = Choice<AttentionScale>("--scale", parsed.GetValue(_scale)!);
            var loops = ReadLoops(parsed.GetValue(_loops));
            if (!double.TryParse(parsed.GetValue(_gate), NumberStyles.Float, CultureInfo.InvariantCulture, out var gate) ||
                !double.IsFinite(gate))
            {
                throw new UserException($"--gate must be a finite number, not '{parsed.GetValue(_gate)}'");
            }

            var (theta, width, symbols) = ReadParameters(parsed.GetValue(_parameters)!);
            var embedding = ReadEmbedding(parsed.GetValue(_embedding)!, symbols, width);
            var sequences = ReadSequences(parsed.GetValue(_data)!, symbols);
            var counts = ReadCounts(parsed.GetValue(_counts), sequences.Count);
            var (tokens, targetCounts) = sequences.Distinct(counts, symbols);
            var settings = new ToyModelSettings(architecture, width, symbols, loops, scale, gate);
            return new UserModel(
                ToyObjective.Of(settings, tokens, sequences.Length - 1, targetCounts, embedding, Block(sequences.Length)), theta);
        }

        /// <summary>The value of <c>--loops</c>.</summary>
        /// <exception cref="UserException">It is no number of loops.</exception>
        public static int ReadLoops(string? text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var loops) && loops is >= 1 and <= 64
                ? loops
                : throw new UserException($"--loops must be a whole number from 1 to 64, not '{text}'");

        private static T Choice<T>(string name, string text)
            where T : struct, Enum
        {
            return StudyOptions.TryChoice<T>(text, out var value)
                ? value
                : throw new UserException($"{name} must be {StudyOptions.Alternatives<T>()}, not '{text}'");
        }
    }

    private static (double[] Theta, int Width, int Symbols) ReadParameters(string path)
    {
        var arrays = Npz.Read(path);
        foreach (var name in MatrixNames)
        {
            if (!arrays.ContainsKey(name))
            {
                throw new UserException(
                    $"{path} lacks {name}; it must hold {string.Join(", ", MatrixNames)}, not {string.Join(", ", arrays.Keys)}");
            }
        }

        var head = arrays["W_h"].Shape;
        if (head.Rank != 2 || head.Size == 0)
        {
            throw new UserException($"W_h in {path} must be V x d, not {head}");
        }

        var square = new Shape(head[1], head[1]);
        foreach (var name in MatrixNames[..3])
        {
            if (!arrays[name].Shape.Equals(square))
            {
                throw new UserException($"{name} in {path} must be d x d = {square} beside W_h {head}, not {arrays[name].Shape}");
            }
        }

        double[] theta = [.. MatrixNames.SelectMany(name => Finite(arrays[name].ToDoubles(), $"{name} in {path}"))];
        return (theta, head[1], head[0]);
    }

    private static ToyEmbedding ReadEmbedding(string path, int symbols, int width)
    {
        var array = Npy.Read(path);
        if (!array.Shape.Equals(new Shape(symbols, width)))
        {
            throw new UserException($"the embedding in {path} must be V x d = ({symbols},{width}) as W_h, not {array.Shape}");
        }

        return new ToyEmbedding(Finite(array.ToDoubles(), path), width);
    }

    private static Sequences ReadSequences(string path, int symbols)
    {
        var array = Npy.Read(path);
        if (array.Shape.Rank != 2 || array.Shape[0] < 1 || array.Shape[1] < 2)
        {
            throw new UserException($"the data in {path} must be N x L with N at least 1 and L at least 2, not {array.Shape}");
        }

        var tokens = array.ToIntegers();
        foreach (var token in tokens)
        {
            if (token < 0 || token >= symbols)
            {
                throw new UserException($"the data in {path} must hold symbols from 0 to {symbols - 1}, not {token}");
            }
        }

        return new Sequences([.. tokens.Select(token => (int)token)], array.Shape[1]);
    }

    private static double[] ReadCounts(string? path, int sequences)
    {
        if (path is null)
        {
            var ones = new double[sequences];
            Array.Fill(ones, 1);
            return ones;
        }

        var array = Npy.Read(path);
        if (!array.Shape.Equals(new Shape(sequences)))
        {
            throw new UserException($"the counts in {path} must be one for each of the {sequences} sequences, not {array.Shape}");
        }

        var counts = Finite(array.ToDoubles(), path);
        if (counts.Any(count => count < 0) || !(counts.Sum() > 0))
        {
            throw new UserException($"the counts in {path} must not be negative and must have a positive sum");
        }

        return counts;
    }

    /// <summary>Contexts of a block: a looped model keeps L x L numbers of each context and direction.</summary>
    private static int Block(int length) =>
        (int)Math.Clamp(ToyObjective.PreferredBlock * 64L / ((long)length * length), 1, ToyObjective.PreferredBlock);

    /// <summary>The numbers, all of them finite.</summary>
    /// <exception cref="UserException">One is not.</exception>
    public static double[] Finite(double[] numbers, string source) => Array.TrueForAll(numbers, double.IsFinite)
        ? numbers
        : throw new UserException($"{source} must hold finite numbers only");

    /// <summary>Sequences of L tokens, row-major.</summary>
    private sealed record Sequences(int[] Tokens, int Length)
    {
        public int Count => Tokens.Length / Length;

        /// <summary>The distinct contexts in order of appearance, and the counts of their targets.</summary>
        public (int[] Tokens, double[] TargetCounts) Distinct(double[] counts, int symbols)
        {
            var rows = new Dictionary<IndexList, int>();
            var contexts = new List<int>();
            var targets = new List<double>();
            for (var i = 0; i < Count; i++)
            {
                var sequence = Tokens.AsSpan(i * Length, Length);
                var context = IndexList.Create(sequence[..^1]);
                if (!rows.TryGetValue(context, out var row))
                {
                    row = rows.Count;
                    rows.Add(context, row);
                    contexts.AddRange(context);
                    targets.AddRange(new double[symbols]);
                }

                targets[(row * symbols) + sequence[^1]] += counts[i];
            }

            return ([.. contexts], [.. targets]);
        }
    }
}
