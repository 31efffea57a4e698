using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Looped.Studies.Figures;
using Looped.Studies.Ledger;
using Looped.Studies.Settings;
using Looped.Studies.Toy;
using Looped.Tensors.IO;

namespace Looped.Studies.PracticalStudy;

/// <summary>The files of a practical study beside those of its runs. Each is written whole or not at all.</summary>
public static class PracticalFiles
{
    private const string ConfigurationName = "config.json";
    private const string StudyName = "practical-study";

    /// <summary>More tasks or seeds, or other processes, make no other study.</summary>
    private static readonly string[] FreeOptions = ["tasks", "seeds", "processes"];

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Marks a folder as this study's.</summary>
    /// <exception cref="RunFolderException">The folder holds something else.</exception>
    public static void Claim(PracticalStudySettings settings, RunFolder folder)
    {
        var path = folder.PathOf(ConfigurationName);
        if (File.Exists(path))
        {
            RequireSame(settings, path, folder);
        }
        else if (!folder.IsEmpty)
        {
            throw new RunFolderException(
                $"{folder.Path} holds no practical study: it has no {ConfigurationName}; --out names another folder");
        }

        AtomicFile.WriteText(path, Configuration(settings));
    }

    /// <summary>Writes report, ledger and figures of what is measured so far.</summary>
    /// <returns>The path of the report.</returns>
    public static string Write(PracticalStudyRun run, RunFolder folder, TimeSpan elapsed)
    {
        var tasks = TaskSeeds.Of(run.Records());
        List<LedgerRow> ledger = [.. tasks.SelectMany(PracticalClaims.Judge)];
        AtomicFile.WriteText(folder.PathOf("ledger.json"), LedgerJson.Write(ledger));
        var drawn = new List<(TaskSeeds, IReadOnlyList<NamedFigure>)>();
        Directory.CreateDirectory(folder.PathOf("figures"));
        foreach (var task in tasks)
        {
            IReadOnlyList<NamedFigure> figures = [.. PracticalFigures.Of(task)];
            foreach (var (name, figure, _) in figures)
            {
                var id = $"{task.Task.Name}-{name}";
                AtomicFile.WriteText(folder.PathOf(Path.Combine("figures", $"{id}.svg")), SvgRenderer.Render(figure, id));
            }

            drawn.Add((task, figures));
        }

        var report = folder.PathOf("report.html");
        AtomicFile.WriteText(report, PracticalReport.Build(run, ledger, drawn, elapsed));
        return report;
    }

    private static void RequireSame(PracticalStudySettings settings, string path, RunFolder folder)
    {
        PracticalStudySettings found;
        try
        {
            found = SettingsFile.Read(path, new PracticalStudySettings(), PracticalStudySettings.Options);
        }
        catch (SettingException failure)
        {
            throw new RunFolderException($"{folder.Path} holds something else than this study: {failure.Message}");
        }

        foreach (var option in PracticalStudySettings.Options.Where(option => !FreeOptions.Contains(option.Name)))
        {
            if (option.Get(settings) is var given && option.Get(found) is var there && given != there)
            {
                throw new RunFolderException(
                    $"{folder.Path} holds a study with {option.Name} {there}, not {given}; --out names another folder");
            }
        }
    }

    private static string Configuration(PracticalStudySettings settings) => new JsonObject
    {
        ["study"] = StudyName,
        ["settings"] = SettingsFile.Write(settings, PracticalStudySettings.Options),
        ["about"] = new JsonObject
        {
            ["version"] = ToyFiles.Version,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["system"] = $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
        },
    }.ToJsonString(Indented) + "\n";
}
