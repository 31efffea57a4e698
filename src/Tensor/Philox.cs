using System.Numerics;

namespace Looped.Tensors;

/// <summary>
/// Counter-based random numbers: Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, <i>Parallel Random Numbers: As Easy as
/// 1, 2, 3</i>, 2011). The seed is the key; the purpose, a name such as <c>"data"</c>, is the upper half of the counter,
/// so that draws for one purpose never depend on how many were made for another.
/// </summary>
public sealed class Philox
{
    private const ulong Multiplier0 = 0xD2511F53;
    private const ulong Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    private readonly ulong _seed;
    private readonly ulong _stream;
    private readonly uint[] _block = new uint[4];
    private ulong _counter;
    private int _used = 4;
    private double _spareNormal = double.NaN;

    /// <summary>The sequence of numbers for one seed and one purpose.</summary>
    public Philox(ulong seed, string purpose)
    {
        _seed = seed;
        _stream = StreamOf(purpose);
    }

    /// <summary>The ten-round bijection: four output words of a 128-bit counter under a 64-bit key.</summary>
    public static void Block(ReadOnlySpan<uint> counter, ReadOnlySpan<uint> key, Span<uint> output)
    {
        var (c0, c1, c2, c3) = (counter[0], counter[1], counter[2], counter[3]);
        var (k0, k1) = (key[0], key[1]);
        for (var round = 0; round < 10; round++)
        {
            var p0 = Multiplier0 * c0;
            var p1 = Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        (output[0], output[1], output[2], output[3]) = (c0, c1, c2, c3);
    }

    /// <summary>A uniform 32-bit word.</summary>
    public uint NextUInt32()
    {
        if (_used == 4)
        {
            Block(
                [(uint)_counter, (uint)(_counter >> 32), (uint)_stream, (uint)(_stream >> 32)],
                [(uint)_seed, (uint)(_seed >> 32)],
                _block);
            _counter++;
            _used = 0;
        }

        return _block[_used++];
    }

    /// <summary>A uniform number of [0, 1) with 53 random bits.</summary>
    public double NextDouble()
    {
        var high = (ulong)NextUInt32() << 32;
        return ((high | NextUInt32()) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A uniform integer of 0 .. <paramref name="bound"/> - 1, without bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);

        // Lemire's multiply-and-reject: a word below the threshold would make the low values likelier.
        var threshold = (uint)((1UL << 32) % (uint)bound);
        ulong product;
        do
        {
            product = (ulong)NextUInt32() * (uint)bound;
        }
        while ((uint)product < threshold);

        return (int)(product >> 32);
    }

    /// <summary>A standard normal number (Box and Muller, both halves used).</summary>
    public double NextNormal()
    {
        if (!double.IsNaN(_spareNormal))
        {
            var spare = _spareNormal;
            _spareNormal = double.NaN;
            return spare;
        }

        // 1 - u lies in (0, 1], so its logarithm is finite.
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        var (sin, cos) = Math.SinCos(2 * Math.PI * NextDouble());
        _spareNormal = radius * sin;
        return radius * cos;
    }

    /// <summary>Fills a span with normal numbers of mean zero.</summary>
    public void FillNormal(Span<double> destination, double standardDeviation)
    {
        foreach (ref var element in destination)
        {
            element = standardDeviation * NextNormal();
        }
    }

    /// <summary>The upper half of the counter for a purpose.</summary>
    public static ulong StreamOf(string purpose)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var letter in purpose)
        {
            hash = (hash ^ letter) * 0x100000001B3UL;
        }

        // A final mix, so that names that differ in their last letter do not give neighbouring streams.
        return BitOperations.RotateLeft(hash, 31) * 0x9E3779B97F4A7C15UL;
    }
}
