namespace Looped.Tensors.Tests;

public class PhiloxTests
{
    /// <summary>The known answers that Random123 publishes for Philox4x32-10.</summary>
    [Theory]
    [InlineData(
        new uint[] { 0, 0, 0, 0 },
        new uint[] { 0, 0 },
        new uint[] { 0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8 })]
    [InlineData(
        new uint[] { 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF },
        new uint[] { 0xFFFFFFFF, 0xFFFFFFFF },
        new uint[] { 0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD })]
    [InlineData(
        new uint[] { 0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344 },
        new uint[] { 0xA4093822, 0x299F31D0 },
        new uint[] { 0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1 })]
    public void The_block_function_gives_the_published_answers(uint[] counter, uint[] key, uint[] expected)
    {
        var output = new uint[4];
        Philox.Block(counter, key, output);
        Assert.Equal(expected, output);
    }

    [Fact]
    public void Words_come_from_consecutive_counters()
    {
        var random = new Philox(0x299F31D0_A4093822, "data");
        var words = Enumerable.Range(0, 12).Select(_ => random.NextUInt32()).ToArray();
        var again = new Philox(0x299F31D0_A4093822, "data");
        Assert.Equal(words, Enumerable.Range(0, 12).Select(_ => again.NextUInt32()));
        Assert.Equal(12, words.Distinct().Count());
    }

    [Fact]
    public void Streams_differ_by_purpose_and_by_seed()
    {
        string[] purposes = ["data", "datb", "samples", "transitions", "initialisation", ""];
        var first = from seed in new ulong[] { 0, 1, 2, 1UL << 32, ulong.MaxValue }
                    from purpose in purposes
                    let random = new Philox(seed, purpose)
                    select (random.NextUInt32(), random.NextUInt32());
        var pairs = first.ToArray();
        Assert.Equal(pairs.Length, pairs.Distinct().Count());
    }

    [Fact]
    public void Streams_of_different_purposes_are_uncorrelated()
    {
        const int Count = 100_000;
        var left = new double[Count];
        var right = new double[Count];
        new Philox(7, "transitions").FillNormal(left, 1);
        new Philox(7, "samples").FillNormal(right, 1);
        var correlation = left.Zip(right, (x, y) => x * y).Average();
        Assert.InRange(correlation, -5 / Math.Sqrt(Count), 5 / Math.Sqrt(Count));
    }

    /// <summary>E z = 0, E z^2 = 1, E z^3 = 0, E z^4 = 3, with variances 1, 2, 15 and 96.</summary>
    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(3, 0, 15)]
    [InlineData(4, 3, 96)]
    public void Normals_have_the_moments_of_the_normal_law(int power, double moment, double variance)
    {
        const int Count = 200_000;
        var draws = new double[Count];
        new Philox(11, "moments").FillNormal(draws, 1);
        var bound = 5 * Math.Sqrt(variance / Count);
        Assert.InRange(draws.Average(z => Math.Pow(z, power)), moment - bound, moment + bound);
    }

    [Fact]
    public void Neighbouring_normals_are_uncorrelated()
    {
        const int Count = 200_000;
        var draws = new double[Count];
        new Philox(12, "moments").FillNormal(draws, 1);
        var bound = 5 / Math.Sqrt(Count);
        Assert.InRange(draws.Zip(draws.Skip(1), (x, y) => x * y).Average(), -bound, bound);
    }

    [Fact]
    public void Filling_scales_standard_normals()
    {
        var filled = new double[9];
        new Philox(3, "fill").FillNormal(filled, 0.25);
        var random = new Philox(3, "fill");
        Assert.All(filled, value => Assert.Equal(0.25 * random.NextNormal(), value));
    }

    [Fact]
    public void Doubles_are_uniform_on_the_unit_interval()
    {
        const int Count = 100_000;
        var random = new Philox(5, "uniform");
        var draws = Enumerable.Range(0, Count).Select(_ => random.NextDouble()).Order().ToArray();
        Assert.InRange(draws[0], 0, 1);
        Assert.True(draws[^1] < 1);

        // Kolmogorov and Smirnov: the largest distance of the two distribution functions passes 2.5/sqrt(N) with
        // probability 2 exp(-2 * 2.5^2) = 7e-6.
        var distance = draws.Select((value, i) => Math.Abs(value - ((i + 0.5) / Count))).Max();
        Assert.InRange(distance, 0, 2.5 / Math.Sqrt(Count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void Bounded_integers_are_uniform(int bound)
    {
        const int Count = 60_000;
        var random = new Philox(6, "integers");
        var counts = new int[bound];
        for (var i = 0; i < Count; i++)
        {
            counts[random.NextInt(bound)]++;
        }

        var expected = (double)Count / bound;
        Assert.All(counts, count => Assert.Equal(expected, count, 5 * Math.Sqrt(expected)));
    }

    [Fact]
    public void A_bound_of_no_integers_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Philox(0, "data").NextInt(0));
}
