using System.Globalization;

namespace Looped.Benchmarks.Roofline;

/// <summary>Sizes of the data caches in bytes: the first two of one core, the third shared.</summary>
/// <param name="L1">Level 1.</param>
/// <param name="L2">Level 2.</param>
/// <param name="L3">Level 3.</param>
public sealed record Caches(long L1, long L2, long L3)
{
    /// <summary>Bytes that surely lie in no cache.</summary>
    public long Beyond => 8 * L3;

    /// <summary>This machine's, as Linux tells them; elsewhere those of a common server.</summary>
    public static Caches OfThisMachine() => new(Size(1) ?? 32 << 10, Size(2) ?? 1 << 20, Size(3) ?? 32 << 20);

    /// <summary>The level that holds so many bytes.</summary>
    /// <param name="bytes">Bytes that are used again and again, by all threads.</param>
    /// <param name="threads">Threads that share them equally.</param>
    public string Level(long bytes, int threads) =>
        bytes <= L1 * threads ? "L1" : bytes <= L2 * threads ? "L2" : bytes <= L3 ? "L3" : "memory";

    private static long? Size(int level)
    {
        const string Folder = "/sys/devices/system/cpu/cpu0/cache";
        if (!Directory.Exists(Folder))
        {
            return null;
        }

        foreach (var cache in Directory.EnumerateDirectories(Folder, "index*"))
        {
            if (Text(cache, "level") == $"{level}" && Text(cache, "type") != "Instruction" &&
                Text(cache, "size") is [.. var number, 'K'])
            {
                return long.Parse(number, CultureInfo.InvariantCulture) << 10;
            }
        }

        return null;
    }

    private static string Text(string folder, string name) => File.ReadAllText(Path.Combine(folder, name)).Trim();
}
