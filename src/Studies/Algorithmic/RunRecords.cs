using System.Globalization;
using Looped.Models.Recurrent;
using Looped.Studies.Records;
using Looped.Studies.Settings;

namespace Looped.Studies.Algorithmic;

/// <summary>A row of a run's metrics.</summary>
/// <param name="Step">What the step did.</param>
/// <param name="Accuracy">Share of the batch's samples that were answered right before the update.</param>
/// <param name="Flops">Floating-point operations of all steps so far.</param>
/// <param name="Inside">Evaluation within the lengths of training so far; null where none was due.</param>
/// <param name="Outside">Evaluation beyond all lengths of training; null where none was due.</param>
/// <param name="Seconds">Seconds of all steps so far, evaluations and files left out.</param>
/// <param name="TokensPerSecond">Positions read in a second since the row before.</param>
public sealed record MetricsRow(
    StepResult Step,
    double Accuracy,
    long Flops,
    Evaluation? Inside,
    Evaluation? Outside,
    double Seconds,
    double TokensPerSecond);

/// <summary>The two files of a run that grow as it goes on: <c>metrics.csv</c> and TensorBoard's events.</summary>
public sealed class RunRecords : IDisposable
{
    /// <summary>The table's name.</summary>
    public const string TableName = "metrics.csv";

    /// <summary>Columns, of which the last two are times and differ from run to run.</summary>
    private const string Header =
        "step,longest,loops,loss,accuracy,gradient_norm,rate,flops,in_loss,in_accuracy,in_loops,out_loss,out_accuracy," +
        "out_loops,seconds,tokens_per_second";

    private const int TimeColumns = 2;

    private readonly GrowingTable _table;
    private readonly EventFile _events;

    /// <summary>Opens the files of a folder, or begins them; what they say of later steps is cut off.</summary>
    /// <exception cref="InvalidDataException">The table is not a run's.</exception>
    public RunRecords(RunFolder folder, long lastStep)
    {
        _table = GrowingTable.Open(folder.PathOf(TableName), Header, lastStep);
        try
        {
            _events = EventFile.Open(folder.PathOf(EventFile.Name), lastStep, TimeProvider.System);
        }
        catch
        {
            _table.Dispose();
            throw;
        }

        Seconds = _table.LastRow is { } row &&
            StudyOptions.TryNumber(row.Split(',')[^TimeColumns], out var seconds) ? seconds : 0;
    }

    /// <summary>Seconds of the steps up to the last row that was there.</summary>
    public double Seconds { get; }

    /// <summary>Adds a row to both.</summary>
    public void Append(MetricsRow row)
    {
        var step = row.Step;
        _table.Append(string.Join(
            ',',
            (string[])
            [
                Whole(step.Step),
                Whole(step.Longest),
                Whole(step.Loops),
                Real(step.Loss),
                Real(row.Accuracy),
                Real(step.GradientNorm),
                Real(step.Rate),
                Whole(row.Flops),
                .. Columns(row.Inside),
                .. Columns(row.Outside),
                row.Seconds.ToString("F3", CultureInfo.InvariantCulture),
                row.TokensPerSecond.ToString("F0", CultureInfo.InvariantCulture),
            ]));
        _events.Append(
            step.Step,
            [
                ("train/loss", step.Loss),
                ("train/accuracy", row.Accuracy),
                ("train/gradient_norm", step.GradientNorm),
                ("train/rate", step.Rate),
                ("train/longest", step.Longest),
                ("train/loops", step.Loops),
                .. Curves("in", row.Inside),
                .. Curves("out", row.Outside),
            ]);
    }

    /// <summary>Returns when all rows are on the disk.</summary>
    public void Flush() => _table.Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        _table.Dispose();
        _events.Dispose();
    }

    private static IEnumerable<(string Name, double Value)> Curves(string set, Evaluation? evaluation) =>
        evaluation is { } numbers
            ? [($"{set}/loss", numbers.Loss), ($"{set}/accuracy", numbers.Accuracy), ($"{set}/loops", numbers.Loops)]
            : [];

    private static string[] Columns(Evaluation? evaluation) => evaluation is { } numbers
        ? [Real(numbers.Loss), Real(numbers.Accuracy), Real(numbers.Loops)]
        : ["", "", ""];

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Real(double number) => StudyOptions.Text(number);
}
