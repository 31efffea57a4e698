using System.Globalization;
using System.Text.RegularExpressions;

namespace Looped.Models.Retrofit;

/// <summary>Neighbouring blocks that are applied several times in turn.</summary>
/// <param name="First">The first block, from 0.</param>
/// <param name="Last">The last block.</param>
/// <param name="Loops">How often; 1 leaves the model as it is.</param>
public sealed partial record LoopedLayers(int First, int Last, int Loops)
{
    /// <summary>Reads <c>4-7</c>, or <c>4</c> for one block.</summary>
    /// <returns>Null where the text is neither, or the last block comes before the first.</returns>
    public static LoopedLayers? Parse(string text, int loops)
    {
        var match = Form().Match(text);
        if (!match.Success || !TryNumber(match.Groups["first"].Value, out var first))
        {
            return null;
        }

        var last = first;
        return (!match.Groups["last"].Success || TryNumber(match.Groups["last"].Value, out last)) && last >= first
            ? new LoopedLayers(first, last, loops)
            : null;

        static bool TryNumber(string digits, out int number) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The blocks in the order in which they are applied.</summary>
    /// <param name="layers">Blocks of the model.</param>
    /// <exception cref="ArgumentException">A named block does not exist, or there is no loop.</exception>
    public IEnumerable<int> Order(int layers)
    {
        if (Last >= layers || Loops < 1)
        {
            throw new ArgumentException(
                $"looped blocks must be from 0 to {layers - 1} and applied at least once, not {First}-{Last} applied {Loops} times");
        }

        var looped = Enumerable.Range(First, Last - First + 1);
        return Enumerable.Range(0, First)
            .Concat(Enumerable.Repeat(looped, Loops).SelectMany(block => block))
            .Concat(Enumerable.Range(Last + 1, layers - Last - 1));
    }

    [GeneratedRegex(@"^(?<first>\d+)(-(?<last>\d+))?$")]
    private static partial Regex Form();
}
