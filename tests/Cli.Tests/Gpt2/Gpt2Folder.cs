using System.Diagnostics;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Cli.Tests.Gpt2;

/// <summary>
/// A folder with a tiny model in files, and the program run on them as a user would. Deleted at the end.
/// </summary>
internal sealed class Gpt2Folder : IDisposable
{
    public static readonly Gpt2Settings Settings = new(Width: 4, Layers: 1, Heads: 2, Vocabulary: 5, Outputs: 3, Loops: 2);

    public static readonly int[] Tokens = [0, 3, 4, 1, 2, 2];

    public static readonly int[] Targets = [2, -1, 0, 1, 1, -1];

    /// <summary>N sequences of L tokens.</summary>
    public static readonly Shape Sequences = new(2, 3);

    public const string Gradient =
        "gradient --model gpt2 --config @m.json --weights @w.safetensors --tokens @x.npy --targets @y.npy --loops 2 " +
        "--out @g.safetensors";

    public const string Hvp =
        "hvp --model gpt2 --config @m.json --weights @w.safetensors --tokens @x.npy --targets @y.npy --loops 2 " +
        "--vectors @v.safetensors --out @g.safetensors";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("looped-tests-");

    public Gpt2Folder()
    {
        File.WriteAllText(
            Path("m.json"), """{"width": 4, "layers": 1, "heads": 2, "vocabulary": 5, "outputs": 3}""");
        Safetensors.Write(Path("w.safetensors"), Tensors<double>(Weights));
        Safetensors.Write(Path("w32.safetensors"), Tensors<float>(Weights));
        Safetensors.Write(Path("v.safetensors"), Tensors<double>(Direction));
        Npy.Write<long>(Path("x.npy"), Sequences, Array.ConvertAll(Tokens, token => (long)token));
        Npy.Write<int>(Path("y.npy"), Sequences, Targets);
    }

    /// <summary>Weights that float32 holds exactly.</summary>
    public static IReadOnlyList<double[]> Weights { get; } = Random("weights");

    public static IReadOnlyList<double[]> Direction { get; } = Random("direction");

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>A tensor of a type for each weight.</summary>
    public static Dictionary<string, NpyArray> Tensors<T>(IReadOnlyList<double[]> values)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        Gpt2Weights.Of(Settings).Zip(values).ToDictionary(
            pair => pair.First.Name,
            pair => NpyArray.Create<T>(pair.First.Shape, Array.ConvertAll(pair.Second, T.CreateTruncating)));

    /// <summary>What the engine computes in a type: the loss, and gradient or product.</summary>
    public static (T Loss, T[][] Results) Compute<T>(bool product)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var derivatives = product
            ? Gpt2Derivatives<T>.Hvp(Settings, Sequences[0], Sequences[1], new CpuBackend())
            : Gpt2Derivatives<T>.Gradient(Settings, Sequences[0], Sequences[1], new CpuBackend());
        derivatives.WriteData(Tokens, Targets);
        derivatives.WriteWeights(Convert(Weights));
        derivatives.WriteDirections(product ? Convert(Direction) : []);
        return (derivatives.Execute(), derivatives.Results());

        static T[][] Convert(IReadOnlyList<double[]> tensors) =>
            [.. tensors.Select(tensor => Array.ConvertAll(tensor, T.CreateTruncating))];
    }

    /// <summary>
    /// Runs a command line whose words are separated by blanks; <c>@name</c> stands for a file of the folder.
    /// </summary>
    public (int ExitCode, string Output, string Error) Run(string commandLine)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(System.IO.Path.Combine(AppContext.BaseDirectory, "looped.dll"));
        foreach (var word in commandLine.Split(' '))
        {
            start.ArgumentList.Add(word.StartsWith('@') ? Path(word[1..]) : word);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Runs a command line that must end in one sentence, exit code 2 and no result.</summary>
    public void Fail(string command, string complaint)
    {
        var (exitCode, output, error) = Run(command);
        Assert.Equal(2, exitCode);
        Assert.Equal("", output);
        Assert.StartsWith("looped: ", error, StringComparison.Ordinal);
        Assert.Contains(complaint, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.False(File.Exists(Path("g.safetensors")));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static IReadOnlyList<double[]> Random(string purpose)
    {
        var random = new Philox(1, purpose);
        return
        [
            .. Gpt2Weights.Of(Settings).Select(weight =>
            {
                var values = new double[weight.Shape.Size];
                random.FillNormal(values, 0.5);
                return Array.ConvertAll(values, value => (double)(float)(value + weight.Mean));
            }),
        ];
    }
}
