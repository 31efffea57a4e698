using Looped.Models.Recurrent;
using Looped.Studies.Algorithmic;
using Looped.Studies.Ledger;
using Looped.Tensors.IO;

namespace Looped.Studies.Curvature;

/// <summary>How far a study is.</summary>
/// <param name="Done">Checkpoints measured, and the share of the one that is being measured.</param>
/// <param name="Total">Checkpoints to measure in this call.</param>
/// <param name="Run">Folder of the run that is being measured.</param>
/// <param name="Step">Its checkpoint.</param>
/// <param name="Predicted">Bytes that the last measurement was predicted to take; 0 before the first.</param>
public readonly record struct CurvatureProgress(double Done, int Total, string Run, long Step, long Predicted);

/// <summary>
/// Measures the curvature of checkpoints of one or several runs on one task, and compares the runs. What was measured before
/// is read back.
/// </summary>
public sealed class CurvatureStudy : IDisposable
{
    /// <summary>The report's file.</summary>
    public const string ReportName = "report.html";

    /// <summary>The ledger's file.</summary>
    public const string LedgerName = "ledger.json";

    private readonly List<CurvatureFolder> _folders = [];
    private readonly CurvatureSettings _settings;

    /// <summary>Opens the runs.</summary>
    /// <param name="runs">Their folders.</param>
    /// <param name="settings">How they are measured.</param>
    /// <exception cref="RunFolderException">
    /// A folder holds no run, or is measured already with other settings, or the runs cannot be compared.
    /// </exception>
    /// <exception cref="InvalidDataException">A measurement is damaged.</exception>
    public CurvatureStudy(IReadOnlyList<string> runs, CurvatureSettings settings)
    {
        _settings = settings;
        var found = runs.Select(path => (Path: path, Run: RunConfiguration.Load(path))).ToList();
        foreach (var (path, run) in found)
        {
            Require(run.Task.Name == found[0].Run.Task.Name, path, "task", run.Task.Name, found[0].Run.Task.Name);
            var (length, first) = (settings.Length ?? run.Resolve().End, settings.Length ?? found[0].Run.Resolve().End);
            Require(length == first, path, "greatest length", $"{length}", $"{first}");
            if (!Chosen(path).Any())
            {
                throw new RunFolderException(
                    $"{path} has no checkpoint of a step that is a multiple of {settings.Every}, nor the end of training");
            }
        }

        try
        {
            foreach (var (path, run) in found)
            {
                _folders.Add(new CurvatureFolder(path, run, settings));
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        void Require(bool holds, string path, string what, string is_, string first)
        {
            if (!holds)
            {
                throw new RunFolderException(
                    $"{path} cannot be compared with {runs[0]}: its {what} is {is_}, not {first}" +
                    (what == "task" ? "" : "; --length measures both at one"));
            }
        }
    }

    /// <summary>The runs with their measurements.</summary>
    public IReadOnlyList<CurvatureFolder> Runs => _folders;

    /// <summary>Measures the checkpoints whose steps the settings choose and that are not measured yet.</summary>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="leftOut">Is told of each checkpoint that is damaged.</param>
    /// <param name="cancellation">Stops the work; what is measured stays.</param>
    /// <returns>How many were measured.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    /// <exception cref="Settings.SettingException">A measurement does not fit the memory.</exception>
    public int Measure(Action<CurvatureProgress> progress, Action<string> leftOut, CancellationToken cancellation)
    {
        var open = _folders.SelectMany(folder => Chosen(folder.RunPath)
            .Where(file => !folder.Has(file.Step)).Select(file => (Folder: folder, file.Step, file.Path))).ToList();
        using var measurement = new CurvatureMeasurement(_settings);
        var measured = 0;
        for (var i = 0; i < open.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (folder, step, path) = open[i];
            DecoderCheckpoint checkpoint;
            try
            {
                checkpoint = DecoderCheckpoint.Read(path);
            }
            catch (InvalidDataException failure)
            {
                leftOut(failure.Message);
                continue;
            }

            folder.Add(measurement.Of(
                checkpoint,
                folder.Settings.Length!.Value,
                share => progress(new(i + share, open.Count, folder.RunPath, step, measurement.PredictedBytes)),
                cancellation));
            measured++;
        }

        return measured;
    }

    /// <summary>Writes report and ledger of all that is measured.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <returns>The ledger.</returns>
    public IReadOnlyList<LedgerRow> Write(string folder) => Write(_folders, folder);

    /// <summary>Writes report and ledger of measured runs.</summary>
    /// <param name="runs">The runs, each measured at least once.</param>
    /// <param name="folder">An existing folder.</param>
    /// <returns>The ledger.</returns>
    public static IReadOnlyList<LedgerRow> Write(IReadOnlyList<CurvatureFolder> runs, string folder)
    {
        IReadOnlyList<LedgerRow> rows = [.. CurvatureClaims.Judge(runs)];
        AtomicFile.WriteText(Path.Combine(folder, LedgerName), LedgerJson.Write(rows));
        AtomicFile.WriteText(Path.Combine(folder, ReportName), CurvatureReport.Build(runs, rows));
        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _folders.ForEach(folder => folder.Dispose());

    /// <summary>The checkpoints of a run that the settings choose, with the end of training where it has come to it.</summary>
    private List<(long Step, string Path)> Chosen(string run)
    {
        var files = CheckpointFolder.Of(run).Where(file => file.Step % _settings.Every == 0).ToList();
        var final = Path.Combine(run, AlgorithmicRun.FinalName);
        if (File.Exists(final))
        {
            files.Add((RunConfiguration.Load(run).Resolve().Steps!.Value, final));
        }

        return files;
    }
}
