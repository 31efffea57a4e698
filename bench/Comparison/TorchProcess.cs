using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Looped.Benchmarks.Comparison;

/// <summary>
/// The Python process that runs PyTorch's side: started once and asked over its standard input, so that neither starting
/// nor asking is timed. Results travel as files.
/// </summary>
public sealed class TorchProcess : IDisposable
{
    private const string Script = "peers/toy.py";

    private readonly Process _process;

    private TorchProcess(Process process, string description)
    {
        _process = process;
        Description = description;
    }

    /// <summary>Version, threads and the library of matrix products.</summary>
    public string Description { get; }

    /// <summary>Starts the process.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="threads">Threads that PyTorch may use.</param>
    /// <param name="patience">Seconds after which a Hessian is timed in part and scaled.</param>
    /// <param name="missing">Out: what is missing, where null is returned.</param>
    public static TorchProcess? Start(string python, int threads, double patience, out string missing)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, Script),
            threads.ToString(CultureInfo.InvariantCulture),
            patience.ToString(CultureInfo.InvariantCulture),
        ];
        var start = new ProcessStartInfo(python, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            var process = Process.Start(start)!;
            var first = process.StandardOutput.ReadLine() ?? "no answer";
            if (first.StartsWith("ready ", StringComparison.Ordinal))
            {
                missing = "";
                return new TorchProcess(process, first["ready ".Length..]);
            }

            missing = $"{python}: {first}";
            process.Dispose();
        }
        catch (Win32Exception failure)
        {
            missing = failure.Message;
        }

        return null;
    }

    /// <summary>Gives the process a problem.</summary>
    /// <param name="folder">Where its arrays are.</param>
    /// <param name="architecture">Single or looped.</param>
    /// <param name="labels">Name of the array of labels: weights of each target of each context, or a target a sample.</param>
    public void Load(string folder, string architecture, string labels) =>
        Ask($"load {folder} {architecture} {labels}");

    /// <summary>Finds the fastest form of a work.</summary>
    public TorchForm Choose(string work)
    {
        var parts = Ask($"choose {work}").Split('|');
        return new TorchForm(parts[0], double.Parse(parts[1], CultureInfo.InvariantCulture), parts[2]);
    }

    /// <summary>Seconds of one run of a work, the mean of <paramref name="count"/> in a row.</summary>
    public double Time(string work, int count) =>
        double.Parse(Ask($"time {work} {count}"), CultureInfo.InvariantCulture);

    /// <summary>Writes the result of a work to an NPY file.</summary>
    public void Write(string work, string path) => Ask($"write {work} {path}");

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Ask(string request)
    {
        _process.StandardInput.WriteLine(request);
        _process.StandardInput.Flush();
        var answer = _process.StandardOutput.ReadLine();
        return answer is not null && answer.StartsWith("ok", StringComparison.Ordinal)
            ? answer[2..].Trim()
            : throw new InvalidOperationException($"{Script} answered '{request}' with '{answer ?? "nothing"}'");
    }
}

/// <summary>The form of a work that PyTorch runs fastest.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Seconds">About how long a run takes.</param>
/// <param name="Note">What part of it is run, where the rest is scaled.</param>
public sealed record TorchForm(string Name, double Seconds, string Note);
