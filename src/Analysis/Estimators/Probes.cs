using System.Globalization;
using Looped.Tensors;

namespace Looped.Analysis.Estimators;

/// <summary>
/// Random probes with elements +1 and -1 of equal probability (Rademacher's law): of all laws with independent elements the one
/// whose quadratic forms vary least. Probe i depends on the seed and i alone.
/// </summary>
public static class Probes
{
    /// <summary>Writes a probe.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="number">Which probe of the seed.</param>
    /// <param name="probe">Out.</param>
    public static void Fill(ulong seed, int number, Span<double> probe)
    {
        var random = new Philox(seed, string.Create(CultureInfo.InvariantCulture, $"probe {number}"));
        var bits = 0u;
        for (var i = 0; i < probe.Length; i++)
        {
            bits = i % 32 == 0 ? random.NextUInt32() : bits >> 1;
            probe[i] = (bits & 1) == 0 ? 1 : -1;
        }
    }

    /// <summary>Some probes, (count,n), row-major.</summary>
    internal static double[] Draw(ulong seed, int first, int count, int size)
    {
        var probes = new double[checked(count * size)];
        for (var k = 0; k < count; k++)
        {
            Fill(seed, first + k, probes.AsSpan(k * size, size));
        }

        return probes;
    }
}
