using Looped.Models.Data;
using Looped.Tensors;

namespace Looped.Models.Tests.Data;

public class TiltedSamplerTests
{
    public static TheoryData<Dynamics, int, double> Laws
    {
        get
        {
            var laws = new TheoryData<Dynamics, int, double>();
            foreach (var dynamics in Enum.GetValues<Dynamics>())
            {
                foreach (var alpha in new[] { 0, 0.5, 0.9, 1, 1.7, 2, 3.5 })
                {
                    laws.Add(dynamics, 4, alpha);
                }

                laws.Add(dynamics, 1, 0.5);
                laws.Add(dynamics, 2, 0.5);
                laws.Add(dynamics, 6, 0.5);
                laws.Add(dynamics, 6, 2.5);
            }

            return laws;
        }
    }

    [Theory]
    [MemberData(nameof(Laws))]
    public void Draws_follow_P_to_the_alpha(Dynamics dynamics, int length, double alpha)
    {
        var language = new MarkovLanguage(1, dynamics);
        var draws = new TiltedSampler(language, length, alpha).Draw(new Philox(2, "samples"), 40_000);
        Assert.InRange(Deviation(language, length, alpha, draws), -6, 6);
    }

    [Fact]
    public void The_comparison_would_notice_a_slightly_other_alpha()
    {
        var language = new MarkovLanguage(1, Dynamics.Mixture);
        var draws = new TiltedSampler(language, 4, 0.5).Draw(new Philox(2, "samples"), 40_000);
        Assert.True(Deviation(language, 4, 0.6, draws) > 20);
    }

    [Fact]
    public void A_large_alpha_concentrates_on_the_likeliest_sequences()
    {
        const int Count = 20_000;
        var language = new MarkovLanguage(3, Dynamics.Mixture);
        var law = Law(language, 5, 40.5);
        var likeliest = law.Max();
        var draws = Ranks(new TiltedSampler(language, 5, 40.5).Draw(new Philox(1, "samples"), Count), 3, 5);
        var share = draws.Count(rank => law[rank] == likeliest) / (double)Count;
        Assert.InRange(likeliest, 0.05, 0.95);
        Assert.Equal(likeliest, share, 5 * Math.Sqrt(likeliest * (1 - likeliest) / Count));
    }

    [Fact]
    public void Tilted_mixtures_of_longer_sequences_have_the_right_mean_information()
    {
        const int Count = 20_000;
        const int Length = 9;
        var language = new MarkovLanguage(4, Dynamics.Mixture);
        var contents = Enumeration.Sequences(3, Length)
            .Select(x => -Math.Log2(Enumeration.Probability(language, x)))
            .ToArray();
        var law = Law(language, Length, 0.5);
        var mean = law.Zip(contents, (p, content) => p * content).Sum();
        var variance = law.Zip(contents, (p, content) => p * (content - mean) * (content - mean)).Sum();

        var draws = new TiltedSampler(language, Length, 0.5).Draw(new Philox(1, "samples"), Count);
        var average = Ranks(draws, 3, Length).Average(rank => contents[rank]);
        Assert.Equal(mean, average, 5 * Math.Sqrt(variance / Count));
    }

    /// <summary>
    /// With alpha = 1 the law of token t is the uniform law times the matrices of the steps before it.
    /// </summary>
    [Theory]
    [CombinatorialDynamics(32, 100)]
    public void Long_sequences_end_as_powers_of_the_matrices_say(Dynamics dynamics, int length)
    {
        const int Count = 20_000;
        var language = new MarkovLanguage(5, dynamics);
        var expected = new double[3];
        for (var chain = 0; chain < language.Chains; chain++)
        {
            double[] marginal = [1.0 / 3, 1.0 / 3, 1.0 / 3];
            for (var step = 1; step < length; step++)
            {
                var (matrix, previous) = (language.StepMatrix(step, chain), marginal);
                double To(int to) => Enumerable.Range(0, 3).Sum(from => previous[from] * matrix[from, to]);
                marginal = [To(0), To(1), To(2)];
            }

            expected = [.. expected.Zip(marginal, (sum, p) => sum + (p / language.Chains))];
        }

        var draws = new TiltedSampler(language, length, 1).Draw(new Philox(1, "samples"), Count);
        var last = draws.Where((_, i) => i % length == length - 1).ToArray();
        for (var token = 0; token < 3; token++)
        {
            var bound = 5 * Math.Sqrt(expected[token] * (1 - expected[token]) / Count);
            Assert.Equal(expected[token], last.Count(y => y == token) / (double)Count, bound);
        }
    }

    [Theory]
    [InlineData(Dynamics.Cyclic)]
    [InlineData(Dynamics.Mixture)]
    public void Draws_are_those_of_the_stream_and_more_draws_begin_with_the_same(Dynamics dynamics)
    {
        var sampler = new TiltedSampler(new MarkovLanguage(1, dynamics), 7, 0.5);
        var many = sampler.Draw(new Philox(3, "samples"), 100);
        Assert.Equal(many[..70], sampler.Draw(new Philox(3, "samples"), 10));
        Assert.NotEqual(many, sampler.Draw(new Philox(4, "samples"), 100));
    }

    [Fact]
    public void Impossible_settings_are_refused()
    {
        var language = new MarkovLanguage(1, Dynamics.Mixture);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TiltedSampler(language, 0, 1));
        Assert.Throws<ArgumentException>(() => new TiltedSampler(language, 4, -0.5));
        Assert.Throws<ArgumentException>(() => new TiltedSampler(language, 4, double.NaN));
        var error = Assert.Throws<ArgumentException>(() => new TiltedSampler(language, 4, 1000));
        Assert.Contains("alpha = 1000", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => new TiltedSampler(language, 4, 1).Draw(new Philox(1, "samples"), new int[3]));
    }

    /// <summary>P(x)^alpha over all sequences, normalised.</summary>
    private static double[] Law(MarkovLanguage language, int length, double alpha)
    {
        var weights = Enumeration.Sequences(language.Symbols, length)
            .Select(x => Math.Pow(Enumeration.Probability(language, x), alpha))
            .ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    /// <summary>The place of each sample in the lexicographic order of all sequences.</summary>
    private static int[] Ranks(int[] samples, int symbols, int length) =>
        [.. samples.Chunk(length).Select(x => x.Aggregate(0, (rank, token) => (rank * symbols) + token))];

    /// <summary>
    /// Pearson's chi-square of the counts, as standard deviations from its mean; cells of fewer than 5 expected counts
    /// are one cell. Its variance for k cells is 2(k-1) + (sum 1/p - k^2 - 2k + 2)/N.
    /// </summary>
    private static double Deviation(MarkovLanguage language, int length, double alpha, int[] samples)
    {
        var law = Law(language, length, alpha);
        var counts = new double[law.Length];
        foreach (var rank in Ranks(samples, language.Symbols, length))
        {
            counts[rank]++;
        }

        double n = samples.Length / length;
        var cells = law.Zip(counts)
            .GroupBy(cell => cell.First * n < 5 ? -1 : counts.Length, (_, group) => group.ToArray())
            .SelectMany(group => group[0].First * n < 5 ? [(group.Sum(c => c.First), group.Sum(c => c.Second))] : group)
            .ToArray();
        double k = cells.Length;
        var statistic = cells.Sum(cell => Math.Pow(cell.Item2 - (n * cell.Item1), 2) / (n * cell.Item1));
        var variance = (2 * (k - 1)) + ((cells.Sum(cell => 1 / cell.Item1) - (k * k) - (2 * k) + 2) / n);
        return (statistic - (k - 1)) / Math.Sqrt(variance);
    }
}
