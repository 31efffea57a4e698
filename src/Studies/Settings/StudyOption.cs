using System.Globalization;

namespace Looped.Studies.Settings;

/// <summary>
/// One setting of a study, the same on the command line (<c>--spectrum-every 10</c>) and in a configuration file
/// (<c>"spectrum-every": 10</c>).
/// </summary>
/// <typeparam name="TSettings">The settings, an immutable record.</typeparam>
/// <param name="Name">Name without dashes.</param>
/// <param name="Kind">What a value is, in a word: <c>integer</c>, <c>number</c>, <c>choice</c>.</param>
/// <param name="Description">What it means, with its unit.</param>
/// <param name="Allowed">The allowed values, in words.</param>
/// <param name="Get">The setting's value as text.</param>
/// <param name="Set">The settings with this value; null where the text is not allowed.</param>
public sealed record StudyOption<TSettings>(
    string Name,
    string Kind,
    string Description,
    string Allowed,
    Func<TSettings, string> Get,
    Func<TSettings, string, TSettings?> Set)
    where TSettings : class
{
    /// <summary>The settings with this value.</summary>
    /// <exception cref="SettingException">The value is not allowed.</exception>
    public TSettings Apply(TSettings settings, string text) =>
        Set(settings, text) ?? throw new SettingException($"{Name} must be {Allowed}, not '{text}'");
}

/// <summary>A setting that does not exist or is out of its range; the message is one sentence for the user.</summary>
public sealed class SettingException(string message) : Exception(message);

/// <summary>Makes options for the common kinds of values.</summary>
public static class StudyOptions
{
    /// <summary>A whole number of a range.</summary>
    public static StudyOption<T> Integer<T>(
        string name, string description, long low, long high, Func<T, long> get, Func<T, long, T> set)
        where T : class =>
        new(
            name,
            "integer",
            description,
            $"a whole number from {low} to {high}",
            settings => get(settings).ToString(CultureInfo.InvariantCulture),
            (settings, text) =>
                long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) &&
                value >= low && value <= high ? set(settings, value) : null);

    /// <summary>A number of a range; <paramref name="aboveLow"/> leaves the lower end out.</summary>
    public static StudyOption<T> Number<T>(
        string name,
        string description,
        double low,
        double high,
        bool aboveLow,
        Func<T, double> get,
        Func<T, double, T> set)
        where T : class =>
        new(
            name,
            "number",
            description,
            string.Create(
                CultureInfo.InvariantCulture, $"a number {(aboveLow ? "above" : "from")} {low} {(aboveLow ? "and at most" : "to")} {high}"),
            settings => Text(get(settings)),
            (settings, text) =>
                TryNumber(text, out var value) && value >= low && value <= high && !(aboveLow && value == low)
                    ? set(settings, value)
                    : null);

    /// <summary>One of several words: the names of an enumeration in lower case.</summary>
    public static StudyOption<T> Choice<T, TEnum>(
        string name, string description, Func<T, TEnum> get, Func<T, TEnum, T> set)
        where T : class
        where TEnum : struct, Enum =>
        new(
            name,
            "choice",
            description,
            Alternatives<TEnum>(),
            settings => get(settings).ToString().ToLowerInvariant(),
            (settings, text) => TryChoice<TEnum>(text, out var value) ? set(settings, value) : null);

    /// <summary>The names of an enumeration as words: <c>adam, sgd, momentum or adamw</c>.</summary>
    public static string Alternatives<TEnum>()
        where TEnum : struct, Enum
    {
        string[] words = [.. Enum.GetNames<TEnum>().Select(word => word.ToLowerInvariant())];
        return $"{string.Join(", ", words[..^1])} or {words[^1]}";
    }

    /// <summary>A value of an enumeration from its name in any case; numbers are no names.</summary>
    public static bool TryChoice<TEnum>(string text, out TEnum value)
        where TEnum : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<TEnum>())
        {
            if (string.Equals(candidate.ToString(), text, StringComparison.OrdinalIgnoreCase))
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>A number as text that reads back to the same number.</summary>
    public static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A finite number from text, whatever the language of the machine.</summary>
    public static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
