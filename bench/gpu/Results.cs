using System.Globalization;
using Looped.Kernels.Cuda;

namespace Looped.GpuBenchmarks;

/// <summary>One measurement.</summary>
/// <param name="Name">What was run.</param>
/// <param name="Ours">Microseconds of ours; not a number for what has no time.</param>
/// <param name="Theirs">Microseconds of the peer; not a number where there is none.</param>
/// <param name="Rate">What ours moves or computes, with its unit, or nothing.</param>
/// <param name="Note">What else is to be known.</param>
internal sealed record Row(string Name, double Ours, double Theirs, string Rate = "", string Note = "");

/// <summary>Rows of all parts in a CSV, and the same as a Markdown table.</summary>
internal sealed class Results(string folder, CudaDevice device)
{
    private const string Header = "part,name,ours_us,theirs_us,rate,note";

    /// <summary>The table's file.</summary>
    public string Markdown => Path.Combine(folder, "gpu.md");

    private string Csv => Path.Combine(folder, "gpu.csv");

    /// <summary>Puts the rows of a part in place of its earlier ones.</summary>
    public void Replace(string part, IEnumerable<Row> rows)
    {
        Directory.CreateDirectory(folder);
        List<string> lines = File.Exists(Csv)
            ? [.. File.ReadLines(Csv).Skip(1).Where(line => !line.StartsWith(part + ",", StringComparison.Ordinal))]
            : [];
        lines.AddRange(rows.Select(row => string.Join(
            ',', part, row.Name, Number(row.Ours), Number(row.Theirs), row.Rate, row.Note.Replace(',', ';'))));
        File.WriteAllLines(Csv, [Header, .. lines]);
        File.WriteAllLines(
            Markdown,
            [
                $"{device.Name}, compute capability {device.Capability}, driver for CUDA {device.DriverVersion}. Times in " +
                    "microseconds, medians.",
                "",
                "| part | what | ours | peer | peer / ours | rate | note |",
                "|---|---|---|---|---|---|---|",
                .. lines.Select(line => line.Split(',')).Select(cell =>
                    $"| {cell[0]} | {cell[1]} | {cell[2]} | {cell[3]} | {Ratio(cell[2], cell[3])} | {cell[4]} | {cell[5]} |"),
            ]);
    }

    private static string Number(double value) =>
        double.IsNaN(value) ? string.Empty : value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Ratio(string ours, string theirs) =>
        ours.Length == 0 || theirs.Length == 0 ? string.Empty : (Parse(theirs) / Parse(ours)).ToString("F2", CultureInfo.InvariantCulture);

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
