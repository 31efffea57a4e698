using Looped.Benchmarks.Comparison;
using Looped.Tensors;

namespace Looped.Benchmarks.Curvature;

/// <summary>Whose spectral density is taken, and how.</summary>
/// <param name="Width">Width of the decoder block.</param>
/// <param name="Heads">Heads of its attention.</param>
/// <param name="Loops">How often it is applied.</param>
/// <param name="Sequences">N.</param>
/// <param name="Length">L.</param>
/// <param name="Block">Sequences that are computed at a time.</param>
/// <param name="Element">What the model computes in.</param>
/// <param name="Probes">Random probes.</param>
/// <param name="Steps">Lanczos steps of each.</param>
/// <param name="Batch">Directions of a batch of products.</param>
/// <param name="Rounds">Samples of single products.</param>
/// <param name="Threads">Threads of each side.</param>
/// <param name="Python">The interpreter that has PyTorch; empty for our side alone.</param>
/// <param name="Procedures">Which of PyTorch's procedures run.</param>
/// <param name="Exact">Whether the full Hessian is computed too, which a small width allows.</param>
public sealed record CurvatureOptions(
    int Width,
    int Heads,
    int Loops,
    int Sequences,
    int Length,
    int Block,
    ElementType Element,
    int Probes,
    int Steps,
    int Batch,
    int Rounds,
    int Threads,
    string Python,
    IReadOnlyList<string> Procedures,
    bool Exact)
{
    private static readonly string[] Known = ["pyhessian", "curvlinops"];

    private const string Allowed =
        "--width 256  --heads 8  --loops 1  --sequences 64  --length 22  --block 8  --element float32  --probes 4  --steps 100  " +
        "--batch 1  --rounds 7  --threads 2  --python /usr/bin/python3  " +
        "--procedures pyhessian,curvlinops  --alone  --exact";

    /// <summary>Reads the arguments of the command.</summary>
    /// <exception cref="ArgumentException">An argument is unknown or its value is none.</exception>
    public static CurvatureOptions Parse(IReadOnlyList<string> given)
    {
        var arguments = new Arguments("curvature", Allowed, given);
        var options = new CurvatureOptions(
            256, 8, 1, 64, 22, 8, ElementType.Float32, 4, 100, 1, 7, 2, "/usr/bin/python3", Known, Exact: false);
        while (arguments.Next() is { } option)
        {
            options = option switch
            {
                "--width" => options with { Width = arguments.Positive() },
                "--heads" => options with { Heads = arguments.Positive() },
                "--loops" => options with { Loops = arguments.Positive() },
                "--sequences" => options with { Sequences = arguments.Positive() },
                "--length" => options with { Length = arguments.Positive() },
                "--block" => options with { Block = arguments.Positive() },
                "--element" => options with { Element = Element(arguments.OneOf(arguments.Value(), ["float32", "float64"])) },
                "--probes" => options with { Probes = arguments.Positive() },
                "--steps" => options with { Steps = arguments.Positive() },
                "--batch" => options with { Batch = arguments.Positive() },
                "--rounds" => options with { Rounds = arguments.Positive() },
                "--threads" => options with { Threads = arguments.Positive() },
                "--python" => options with { Python = arguments.Value() },
                "--procedures" => options with
                {
                    Procedures = [.. arguments.Value().Split(',').Select(word => arguments.OneOf(word, Known))],
                },
                "--alone" => options with { Python = "" },
                "--exact" => options with { Exact = true },
                _ => throw arguments.Unknown(option),
            };
        }

        return options;

        static ElementType Element(string name) => name == "float32" ? ElementType.Float32 : ElementType.Float64;
    }
}
