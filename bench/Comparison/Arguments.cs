using System.Globalization;

namespace Looped.Benchmarks.Comparison;

/// <summary>The arguments of a command, read one by one.</summary>
/// <param name="command">The command's name, for messages.</param>
/// <param name="allowed">Its options with a value that each might have, for messages.</param>
/// <param name="arguments">What was given.</param>
public sealed class Arguments(string command, string allowed, IReadOnlyList<string> arguments)
{
    private int _next;

    /// <summary>The next option; null behind the last.</summary>
    public string? Next() => _next < arguments.Count ? arguments[_next++] : null;

    /// <summary>The value of the option that was read last.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public string Value() =>
        Next() ?? throw new ArgumentException($"{arguments[^1]} needs a value, as in {allowed}");

    /// <summary>The value of the option that was read last, a positive whole number.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public int Positive() => Positive(Value());

    /// <summary>The value of the option that was read last, positive whole numbers with commas between.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public int[] Positives() => [.. Value().Split(',').Select(Positive)];

    /// <summary>One of a few words.</summary>
    /// <param name="word">What was given.</param>
    /// <param name="words">What may be.</param>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public string OneOf(string word, IReadOnlyList<string> words) => words.Contains(word)
        ? word
        : throw new ArgumentException($"'{word}' is none of {string.Join(", ", words)}");

    /// <summary>What is thrown where there is no such option.</summary>
    public ArgumentException Unknown(string option) =>
        new($"'{option}' is not an option of {command}; there are {allowed}");

    private int Positive(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"'{text}' is not a positive whole number, as in {allowed}");
}
