using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Looped.GpuBenchmarks;

/// <summary>PyTorch's side: a Python process that is given a list of works and answers with microseconds each.</summary>
internal static class Peer
{
    /// <summary>Times works; those that fail or are unknown there are missing in the answer.</summary>
    /// <param name="python">The interpreter.</param>
    /// <param name="works">One a line: a name and its numbers.</param>
    public static IReadOnlyDictionary<string, double> Time(string python, IEnumerable<string> works)
    {
        var times = new Dictionary<string, double>();
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "peer.py")])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                })!;
            process.StandardInput.Write(string.Join('\n', works) + "\n");
            process.StandardInput.Close();
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line.Split('\t') is [var work, var time] &&
                    double.TryParse(time, CultureInfo.InvariantCulture, out var microseconds))
                {
                    times[work] = microseconds;
                }
                else
                {
                    Console.WriteLine($"peer: {line}");
                }
            }

            process.WaitForExit();
        }
        catch (Win32Exception failure)
        {
            Console.WriteLine($"no peer: {failure.Message}");
        }

        return times;
    }
}
