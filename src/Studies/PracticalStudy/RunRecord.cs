using System.Globalization;
using System.Text;
using Looped.Studies.Algorithmic;
using Looped.Studies.Settings;

namespace Looped.Studies.PracticalStudy;

/// <summary>A row of a run's metrics, as it stands in its file; what was not measured then is NaN.</summary>
/// <param name="Step">Steps made.</param>
/// <param name="Longest">Greatest length of a sample.</param>
/// <param name="Loops">Loops of the step.</param>
/// <param name="Accuracy">Share of the batch's samples that were answered right before the update.</param>
/// <param name="Flops">Counted operations of training so far.</param>
/// <param name="Inside">Accuracy within the lengths of training so far.</param>
/// <param name="Outside">Accuracy beyond all lengths of training.</param>
/// <param name="Seconds">Seconds of training so far.</param>
public sealed record CurveRow(
    long Step, int Longest, int Loops, double Accuracy, double Flops, double Inside, double Outside, double Seconds);

/// <summary>What a finished run left.</summary>
/// <param name="Settings">Its settings.</param>
/// <param name="Rows">Its curve.</param>
/// <param name="Lengths">Accuracy by length at its end; at index 0 that of length 1.</param>
public sealed record RunRecord(AlgorithmicSettings Settings, IReadOnlyList<CurveRow> Rows, IReadOnlyList<double> Lengths)
{
    /// <summary>Enough of a table's end to hold its last row.</summary>
    private const int TailBytes = 2048;

    /// <summary>The greatest length of training.</summary>
    public int Longest => Settings.Resolve().End!.Value;

    /// <summary>Steps of training.</summary>
    public long Steps => Rows[^1].Step;

    /// <summary>Mean accuracy at the end over all lengths beyond those of training.</summary>
    public double Generalisation => Lengths.Skip(Longest).Average();

    /// <summary>The rows at which the model was evaluated.</summary>
    public IEnumerable<CurveRow> Evaluations => Rows.Where(row => !double.IsNaN(row.Inside));

    /// <summary>Accuracy within all lengths of training; NaN before the curriculum has come to the last.</summary>
    public double Within(CurveRow row) => row.Longest == Longest ? row.Inside : double.NaN;

    /// <summary>What a run left; null where it is not at its end, or its folder is another run's.</summary>
    /// <param name="settings">The settings of the run.</param>
    /// <param name="folder">Its folder.</param>
    /// <exception cref="InvalidDataException">Its tables are not those of a run.</exception>
    public static RunRecord? Find(AlgorithmicSettings settings, string folder)
    {
        // The weights are written last.
        if (!File.Exists(Path.Combine(folder, AlgorithmicRun.FinalName)) || !RunConfiguration.IsOf(settings, folder))
        {
            return null;
        }

        var rows = Table(Path.Combine(folder, RunRecords.TableName))
            .Select(row => new CurveRow(
                (long)row("step"),
                (int)row("longest"),
                (int)row("loops"),
                row("accuracy"),
                row("flops"),
                row("in_accuracy"),
                row("out_accuracy"),
                row("seconds")))
            .ToList();
        var lengths = Table(Path.Combine(folder, AlgorithmicRun.LengthsName)).Select(row => row("accuracy")).ToList();
        return rows.Count == 0 || lengths.Count <= settings.Resolve().End
            ? throw new InvalidDataException($"The tables in {folder} are shorter than those of a run that is at its end.")
            : new RunRecord(settings, rows, lengths);
    }

    /// <summary>Steps that a run in a folder has made, by the last whole row of its metrics; 0 where there is none.</summary>
    public static long StepsIn(string folder)
    {
        try
        {
            using var stream = new FileStream(
                Path.Combine(folder, RunRecords.TableName), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Seek(-Math.Min(TailBytes, stream.Length), SeekOrigin.End);
            var bytes = new byte[TailBytes];
            var lines = Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, TailBytes, throwOnEndOfStream: false)).Split('\n');
            return lines.Length >= 2 &&
                long.TryParse(lines[^2].Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>The rows of a table, each as a function from a column's name to its number.</summary>
    private static IEnumerable<Func<string, double>> Table(string path)
    {
        var lines = File.ReadAllLines(path);
        var columns = lines.Length == 0 ? [] : lines[0].Split(',');
        foreach (var line in lines.Skip(1))
        {
            var cells = line.Split(',');
            yield return column =>
            {
                var index = Array.IndexOf(columns, column);
                return index < 0 || cells.Length != columns.Length
                    ? throw new InvalidDataException($"{path} is no table of a run: it has no {column} in '{line}'.")
                    : StudyOptions.TryNumber(cells[index], out var number) ? number : double.NaN;
            };
        }
    }
}
