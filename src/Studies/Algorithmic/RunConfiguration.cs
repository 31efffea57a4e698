using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Looped.Studies.Settings;
using Looped.Studies.Toy;
using Looped.Tensors.IO;

namespace Looped.Studies.Algorithmic;

/// <summary>The file <c>config.json</c> of a run on an algorithmic task: what is needed to repeat it or to go on with it.</summary>
public static class RunConfiguration
{
    private const string FileName = "config.json";
    private const string StudyName = "algorithmic";
    private const string Threads = "threads";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Marks a folder as a run's, or checks that it is this very run's.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="RunFolderException">It holds another run or something else; the message names the first difference.</exception>
    public static void Claim(AlgorithmicSettings settings, RunFolder folder)
    {
        var path = folder.PathOf(FileName);

        // A process that was killed while it wrote the file leaves what it had written beside.
        foreach (var remains in Directory.EnumerateFiles(folder.Path, $".{FileName}.*.tmp"))
        {
            File.Delete(remains);
        }

        if (File.Exists(path))
        {
            RequireSame(settings, Read(path, folder), folder);
        }
        else if (!folder.IsEmpty)
        {
            throw new RunFolderException(
                $"{folder.Path} holds no run on an algorithmic task: it has no {FileName}; --out names another folder");
        }
        else
        {
            AtomicFile.WriteText(path, Write(settings).ToJsonString(Indented) + "\n");
        }
    }

    /// <summary>The settings of the run in a folder, which need not be locked.</summary>
    /// <exception cref="RunFolderException">There is no run on an algorithmic task.</exception>
    public static AlgorithmicSettings Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new RunFolderException($"{folder} holds no run on an algorithmic task: it has no {FileName}");
        }

        try
        {
            return SettingsFile.Read(path, new AlgorithmicSettings(), AlgorithmicSettings.Options);
        }
        catch (SettingException failure)
        {
            throw new RunFolderException($"{folder} holds no run on an algorithmic task: {failure.Message}");
        }
    }

    /// <summary>The settings on one line, without those that change no result.</summary>
    public static string Line(AlgorithmicSettings settings) => SettingsFile.Write(
        settings, [.. AlgorithmicSettings.Options.Where(option => option.Name != Threads)]).ToJsonString();

    /// <summary>Whether a folder's configuration is that of a run, apart from what changes no result.</summary>
    /// <param name="settings">The settings of the run.</param>
    /// <param name="folder">The folder.</param>
    internal static bool IsOf(AlgorithmicSettings settings, string folder)
    {
        try
        {
            var path = Path.Combine(folder, FileName);
            return Line(SettingsFile.Read(path, new AlgorithmicSettings(), AlgorithmicSettings.Options)) == Line(settings);
        }
        catch (SettingException)
        {
            return false;
        }
    }

    private static JsonObject Write(AlgorithmicSettings settings) => new()
    {
        ["study"] = StudyName,
        ["settings"] = SettingsFile.Write(settings, AlgorithmicSettings.Options),
        ["about"] = new JsonObject
        {
            ["version"] = ToyFiles.Version,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["system"] = $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
        },
    };

    private static AlgorithmicSettings Read(string path, RunFolder folder)
    {
        try
        {
            return SettingsFile.Read(path, new AlgorithmicSettings(), AlgorithmicSettings.Options);
        }
        catch (SettingException failure)
        {
            throw new RunFolderException($"{folder.Path} holds something else than this run: {failure.Message}");
        }
    }

    private static void RequireSame(AlgorithmicSettings settings, AlgorithmicSettings found, RunFolder folder)
    {
        foreach (var option in AlgorithmicSettings.Options.Where(option => option.Name != Threads))
        {
            if (option.Get(settings) is var given && option.Get(found) is var there && given != there)
            {
                throw new RunFolderException(
                    $"{folder.Path} holds a run with {option.Name} {there}, not {given}; --out names another folder");
            }
        }
    }
}
