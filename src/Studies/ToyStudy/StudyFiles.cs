using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Looped.Studies.Figures;
using Looped.Studies.Ledger;
using Looped.Studies.Settings;
using Looped.Studies.Toy;
using Looped.Tensors.IO;

namespace Looped.Studies.ToyStudy;

/// <summary>The files of a study beside those of its seeds. Each is written whole or not at all.</summary>
public static class StudyFiles
{
    private const string ConfigurationName = "config.json";
    private const string StudyName = "toy-study";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// Marks a folder as this study's. A folder of another study is refused; more seeds, a sweep or other threads make no
    /// other study.
    /// </summary>
    /// <exception cref="RunFolderException">The folder holds something else.</exception>
    public static void Claim(ToyStudySettings settings, RunFolder folder, bool force)
    {
        var path = folder.PathOf(ConfigurationName);
        if (!force && !(File.Exists(path) ? IsOf(settings, path) : folder.IsEmpty))
        {
            throw new RunFolderException(
                $"{folder.Path} holds something else than this study; --force measures it there nevertheless, --out names " +
                "another folder");
        }

        AtomicFile.WriteText(path, Configuration(settings));
    }

    /// <summary>Whether a configuration is of a study with the same runs; what it does not name has its default.</summary>
    private static bool IsOf(ToyStudySettings settings, string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) is JsonObject members &&
                (string?)members["study"] == StudyName &&
                SettingsFile.Read(path, new ToyStudySettings(), ToyStudySettings.Options) is var own &&
                (own.Run, own.Plan) == (settings.Run, settings.Plan);
        }
        catch (Exception failure) when (failure is SettingException or JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Writes report, ledger, metrics and figures of what is measured so far.</summary>
    /// <returns>The path of the report.</returns>
    public static string Write(ToyStudyRun run, RunFolder folder, TimeSpan elapsed)
    {
        var results = run.Results();
        var ledger = StudyLedger.Judge(results);
        AtomicFile.WriteText(folder.PathOf("ledger.json"), LedgerJson.Write(ledger.Rows));
        if (ledger.Varied.Count > 0)
        {
            AtomicFile.WriteText(folder.PathOf("sweep.json"), LedgerJson.Write(ledger.Varied.Select(flip => flip.Row)));
        }

        AtomicFile.WriteText(folder.PathOf("metrics.csv"), Metrics(results));
        var worlds = results.Where(result => result.Cell.Variation == Variation.None)
            .GroupBy(result => result.Cell.World)
            .Select(group => new WorldSeeds(group.Key, [.. group.Select(result => result.Result)]))
            .ToList();
        var figures = new List<(WorldSeeds World, IReadOnlyList<NamedFigure> Figures)>();
        Directory.CreateDirectory(folder.PathOf("figures"));
        foreach (var world in worlds)
        {
            IReadOnlyList<NamedFigure> drawn = [.. StudyReport.Figures(world)];
            foreach (var (name, figure, _) in drawn)
            {
                var id = $"{world.World.Name}-{name}";
                AtomicFile.WriteText(
                    folder.PathOf(Path.Combine("figures", $"{id}.svg")), SvgRenderer.Render(figure, id.Replace('+', '-')));
            }

            figures.Add((world, drawn));
        }

        var report = folder.PathOf("report.html");
        AtomicFile.WriteText(report, StudyReport.Build(run, ledger, figures, elapsed));
        return report;
    }

    private static string Configuration(ToyStudySettings settings) => new JsonObject
    {
        ["study"] = StudyName,
        ["settings"] = SettingsFile.Write(settings, ToyStudySettings.Options),
        ["about"] = new JsonObject
        {
            ["version"] = ToyFiles.Version,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["system"] = $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
        },
    }.ToJsonString(Indented) + "\n";

    /// <summary>One line a world, seed, model and epoch; what was not measured is empty.</summary>
    private static string Metrics(IReadOnlyList<(StudyCell Cell, SeedResult Result)> results)
    {
        var text = new StringBuilder(
            "world,seed,model,epoch,loss,accuracy,accuracy_low,accuracy_high,gradient_norm,entropy,mutual_information,condition\n");
        foreach (var (cell, result) in results.Where(result => result.Cell.Variation == Variation.None))
        {
            foreach (var model in result.Course.Models)
            {
                foreach (var row in model.Rows)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{cell.World.Name},{cell.Settings.Seed},{model.Name},{row.Epoch},");
                    double?[] numbers =
                    [
                        row.Loss,
                        row.Accuracy.Total,
                        row.Accuracy.Low,
                        row.Accuracy.High,
                        row.GradientNorm,
                        row.Spectrum?.Entropy,
                        row.Spectrum?.Information,
                        row.Spectrum?.Valley.ConditionNumber,
                    ];
                    text.AppendJoin(
                        ',',
                        numbers.Select(number =>
                            number is { } value && !double.IsNaN(value) ? StudyOptions.Text(value) : string.Empty));
                    text.Append('\n');
                }
            }
        }

        return text.ToString();
    }
}
