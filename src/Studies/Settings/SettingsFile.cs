using System.Text.Json;
using System.Text.Json.Nodes;

namespace Looped.Studies.Settings;

/// <summary>
/// Settings as a JSON object, one member an option. A file that a run wrote can be read back: its settings stand under
/// <c>settings</c>, beside <c>study</c> and <c>about</c>, which say what the run was and change nothing.
/// </summary>
public static class SettingsFile
{
    private const string SettingsMember = "settings";

    /// <summary>What may stand beside the settings.</summary>
    private static readonly string[] RunMembers = [SettingsMember, "study", "about"];

    /// <summary>Settings changed by what a file says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">Settings that the file's are laid over.</param>
    /// <param name="options">The options that a file may name.</param>
    /// <exception cref="SettingException">The file cannot be read, names an unknown option, or gives a value that is not allowed.</exception>
    public static T Read<T>(string path, T settings, IReadOnlyList<StudyOption<T>> options)
        where T : class
    {
        var members = Parse(path) as JsonObject
            ?? throw new SettingException($"the configuration file {path} must hold one JSON object");
        if (members.TryGetPropertyValue(SettingsMember, out var inner))
        {
            RequireKnown(path, members, RunMembers);
            members = inner as JsonObject
                ?? throw new SettingException($"'{SettingsMember}' in the configuration file {path} must be a JSON object");
        }

        RequireKnown(path, members, options.Select(option => option.Name));
        foreach (var (name, value) in members)
        {
            var option = options.First(option => option.Name == name);
            try
            {
                settings = option.Apply(settings, Text(value));
            }
            catch (SettingException failure)
            {
                throw new SettingException($"in the configuration file {path}, {failure.Message}");
            }
        }

        return settings;
    }

    /// <summary>Settings as a JSON object, every option named; numbers and truth values as such.</summary>
    public static JsonObject Write<T>(T settings, IReadOnlyList<StudyOption<T>> options)
        where T : class
    {
        var members = new JsonObject();
        foreach (var option in options)
        {
            var text = option.Get(settings);
            members[option.Name] = text is "true" or "false" || StudyOptions.TryNumber(text, out _)
                ? JsonNode.Parse(text)
                : JsonValue.Create(text);
        }

        return members;
    }

    private static JsonNode? Parse(string path)
    {
        try
        {
            return JsonNode.Parse(
                File.ReadAllText(path),
                documentOptions: new JsonDocumentOptions
                {
                    CommentHandling = JsonCommentHandling.Skip,
                    AllowTrailingCommas = true,
                    AllowDuplicateProperties = false,
                });
        }
        catch (JsonException failure)
        {
            var place = failure.LineNumber is { } line ? $" in line {line + 1}" : string.Empty;
            var sentence = failure.Message.Split(" LineNumber:")[0];
            throw new SettingException($"the configuration file {path} is not JSON{place}: {sentence}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"the configuration file {path} cannot be read: {failure.Message}");
        }
    }

    private static void RequireKnown(string path, JsonObject members, IEnumerable<string> known)
    {
        foreach (var (name, _) in members)
        {
            if (!known.Contains(name))
            {
                throw new SettingException(
                    $"the configuration file {path} names '{name}', which is no setting; allowed are " +
                    string.Join(", ", known));
            }
        }
    }

    private static string Text(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        null => "null",
        _ => value.ToJsonString(),
    };
}
