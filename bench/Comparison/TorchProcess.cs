using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Looped.Tensors.IO;

namespace Looped.Benchmarks.Comparison;

/// <summary>
/// The Python process that runs the other side, PyTorch's or NumPy's: started once and asked over its standard input, so
/// that neither starting nor asking is timed. Results travel as files.
/// </summary>
public sealed class TorchProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _script;

    private TorchProcess(Process process, string script, string description)
    {
        _process = process;
        _script = script;
        Description = description;
    }

    /// <summary>Version, threads and the library of matrix products.</summary>
    public string Description { get; }

    /// <summary>Starts the process.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="script">What it runs, a file beside this program.</param>
    /// <param name="threads">Threads that it may use: the script's first argument.</param>
    /// <param name="arguments">The script's other arguments.</param>
    /// <param name="missing">Out: what is missing, where null is returned.</param>
    public static TorchProcess? Start(
        string python, string script, int threads, IEnumerable<double> arguments, out string missing)
    {
        var start = new ProcessStartInfo(
            python,
            [
                Path.Combine(AppContext.BaseDirectory, script),
                $"{threads}",
                .. arguments.Select(argument => argument.ToString(CultureInfo.InvariantCulture)),
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // OpenBLAS counts its threads itself, and a processor or cache named in the environment would keep it from taking the
        // kernels that are made for this one.
        start.Environment["OPENBLAS_NUM_THREADS"] = $"{threads}";
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");

        // PyTorch's threads would spin after each operation and keep OpenBLAS's from the cores.
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        try
        {
            var process = Process.Start(start)!;
            var first = process.StandardOutput.ReadLine() ?? "no answer";
            if (first.StartsWith("ready ", StringComparison.Ordinal))
            {
                missing = "";
                return new TorchProcess(process, script, first["ready ".Length..]);
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
    /// <param name="words">What else the script needs to know of it.</param>
    public void Load(string folder, params IEnumerable<object> words) =>
        Ask(string.Create(CultureInfo.InvariantCulture, $"load {folder} {string.Join(' ', words)}"));

    /// <summary>Finds the fastest form of a work.</summary>
    public TorchForm Choose(string work)
    {
        var parts = Ask($"choose {work}").Split('|');
        return new TorchForm(parts[0], double.Parse(parts[1], CultureInfo.InvariantCulture), parts[2]);
    }

    /// <summary>Seconds of one run of a work, the mean of <paramref name="count"/> in a row.</summary>
    public double Time(string work, int count) =>
        double.Parse(Ask($"time {work} {count}"), CultureInfo.InvariantCulture);

    /// <summary>The greatest memory that the process has had, in bytes.</summary>
    public long Peak() => long.Parse(Ask("peak"), CultureInfo.InvariantCulture);

    /// <summary>Writes the result of a work to a file, NPY or NPZ as the script does.</summary>
    public void Write(string work, string path) => Ask($"write {work} {path}");

    /// <summary>How far its result is from ours, relative, in the Frobenius norm.</summary>
    /// <param name="ours">Our result; where it measures a part only, that is the first of ours.</param>
    /// <param name="work">What it computes.</param>
    /// <param name="folder">Where the result is exchanged.</param>
    public double Difference(double[] ours, string work, string folder)
    {
        var path = Path.Combine(folder, "result.npy");
        Write(work, path);
        var theirs = Npy.Read(path).ToDoubles();
        var (error, size) = (0.0, 0.0);
        for (var i = 0; i < theirs.Length; i++)
        {
            error += (ours[i] - theirs[i]) * (ours[i] - theirs[i]);
            size += theirs[i] * theirs[i];
        }

        return Math.Sqrt(error / size);
    }

    /// <summary>
    /// How far its named tensors are from ours: the largest difference in any tensor, over the tensor's largest element.
    /// </summary>
    /// <param name="ours">Our tensors.</param>
    /// <param name="work">What it computes.</param>
    /// <param name="folder">Where the result is exchanged.</param>
    public double LargestDifference(Dictionary<string, double[]> ours, string work, string folder)
    {
        var path = Path.Combine(folder, "result.npz");
        Write(work, path);
        return Npz.Read(path).Max(tensor =>
        {
            var theirs = tensor.Value.ToDoubles();
            var error = theirs.Zip(ours[tensor.Key], (a, b) => Math.Abs(a - b)).Max();
            return error / theirs.Max(Math.Abs);
        });
    }

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
            : throw new InvalidOperationException($"{_script} answered '{request}' with '{answer ?? "nothing"}'");
    }
}

/// <summary>The form of a work that PyTorch runs fastest.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Seconds">About how long a run takes.</param>
/// <param name="Note">What part of it is run, where the rest is scaled.</param>
public sealed record TorchForm(string Name, double Seconds, string Note);
