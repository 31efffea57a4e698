using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Looped.Studies.Algorithmic;
using Looped.Studies.Settings;
using Looped.Tensors.IO;

namespace Looped.Studies.Curvature;

/// <summary>
/// The measurements of a run, in the folder <c>curvature</c> within the run's: a file <c>step-N.npz</c> for each measured
/// checkpoint, the table <c>curvature.csv</c> of them all, and the settings. It is locked for as long as it is open.
/// </summary>
public sealed class CurvatureFolder : IDisposable
{
    /// <summary>The folder's name within the run's.</summary>
    public const string Name = "curvature";

    /// <summary>The table of all measurements.</summary>
    public const string TableName = "curvature.csv";

    private const string ConfigName = "config.json";
    private const string Prefix = "step-";
    private const string Suffix = ".npz";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly RunFolder _folder;
    private readonly SortedDictionary<long, CurvatureRecord> _records = [];

    /// <summary>Opens the measurements of a run, or begins them.</summary>
    /// <param name="runPath">The run's folder.</param>
    /// <param name="run">The run's settings.</param>
    /// <param name="settings">How it is measured; where they give no length, that is the run's greatest.</param>
    /// <exception cref="RunFolderException">There are measurements with other settings, or the folder is in use.</exception>
    /// <exception cref="InvalidDataException">A measurement is damaged.</exception>
    public CurvatureFolder(string runPath, AlgorithmicSettings run, CurvatureSettings settings)
    {
        (RunPath, Run) = (runPath, run);
        Settings = settings.Length is null ? settings with { Length = run.Resolve().End } : settings;
        _folder = RunFolder.Open(System.IO.Path.Combine(runPath, Name));
        try
        {
            Claim();
            foreach (var path in Directory.EnumerateFiles(Path, $"{Prefix}*{Suffix}"))
            {
                var record = CurvatureRecord.Read(path);
                _records.Add(record.Step, record);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The run's folder.</summary>
    public string RunPath { get; }

    /// <summary>The run's settings.</summary>
    public AlgorithmicSettings Run { get; }

    /// <summary>How it is measured, with the length chosen.</summary>
    public CurvatureSettings Settings { get; }

    /// <summary>The folder of the measurements.</summary>
    public string Path => _folder.Path;

    /// <summary>The measurements, by step.</summary>
    public IReadOnlyCollection<CurvatureRecord> Records => _records.Values;

    /// <summary>Whether a step is measured.</summary>
    public bool Has(long step) => _records.ContainsKey(step);

    /// <summary>Adds a measurement; the table is written again, so that it stays in order of the steps.</summary>
    public void Add(CurvatureRecord record)
    {
        if (_records.Count == 0)
        {
            var config = new JsonObject
            {
                ["study"] = Name,
                ["settings"] = SettingsFile.Write(Settings, CurvatureSettings.Options),
            };
            AtomicFile.WriteText(_folder.PathOf(ConfigName), config.ToJsonString(Indented) + "\n");
        }

        var step = record.Step.ToString("D9", CultureInfo.InvariantCulture);
        record.Write(_folder.PathOf($"{Prefix}{step}{Suffix}"));
        _records[record.Step] = record;
        AtomicFile.WriteText(
            _folder.PathOf(TableName),
            string.Concat(_records.Values.Select(found => found.Row()).Prepend(CurvatureRecord.Header(record.Top.Length))
                .Select(row => row + "\n")));
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    /// <summary>Checks that measurements there were made with these settings.</summary>
    private void Claim()
    {
        foreach (var remains in Directory.EnumerateFiles(Path, ".*.tmp"))
        {
            File.Delete(remains);
        }

        var path = _folder.PathOf(ConfigName);
        if (!File.Exists(path))
        {
            return;
        }

        var found = SettingsFile.Read(path, new CurvatureSettings(), CurvatureSettings.Options);
        foreach (var option in CurvatureSettings.Defining)
        {
            if (option.Get(found) is var there && option.Get(Settings) is var given && there != given)
            {
                throw new RunFolderException(
                    $"{Path} holds measurements with {option.Name} {there}, not {given}; give the same settings, or move the folder away");
            }
        }
    }
}
