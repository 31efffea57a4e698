using System.Numerics;

namespace Looped.Models.Tasks;

/// <summary>Numbers as symbols 0 and 1, of any length.</summary>
internal static class Bits
{
    /// <summary>The number that bits are, the most significant first.</summary>
    public static BigInteger ToNumber(int[] bits) =>
        bits.Aggregate(BigInteger.Zero, (number, bit) => (2 * number) + bit);

    /// <summary>The lowest bits of a number, the most significant of them first.</summary>
    public static IEnumerable<int> MostSignificantFirst(BigInteger number, int count) =>
        LeastSignificantFirst(number, count).Reverse();

    /// <summary>The lowest bits of a number, the least significant first.</summary>
    public static IEnumerable<int> LeastSignificantFirst(BigInteger number, int count) =>
        Enumerable.Range(0, count).Select(place => (int)((number >> place) & 1));
}
