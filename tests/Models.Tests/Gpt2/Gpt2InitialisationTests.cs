using Looped.Models.Gpt2;

namespace Looped.Models.Tests.Gpt2;

public class Gpt2InitialisationTests
{
    private static readonly Gpt2Settings Settings = new(Width: 64, Layers: 2, Heads: 4, Vocabulary: 50, Outputs: 50);

    [Fact]
    public void Norms_begin_as_the_identity_and_biases_at_zero()
    {
        foreach (var (weight, values) in Gpt2Weights.Of(Settings).Zip(Gpt2Weights.Initialize(Settings, 1)))
        {
            if (weight.Name.EndsWith(".bias", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(0, value));
            }
            else if (weight.Name.Contains("ln_", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(1, value));
            }
        }
    }

    /// <summary>Of n normal numbers, the root mean square has a relative standard error of 1/sqrt(2n).</summary>
    [Fact]
    public void Matrices_begin_with_deviation_0_02_and_those_of_the_residual_stream_with_a_share_of_it()
    {
        foreach (var (weight, values) in Gpt2Weights.Of(Settings).Zip(Gpt2Weights.Initialize(Settings, 1)))
        {
            if (weight.Shape.Rank == 2)
            {
                var residual = weight.Name.EndsWith("c_proj.weight", StringComparison.Ordinal);
                var expected = residual ? 0.02 / Math.Sqrt(2 * 2) : 0.02;
                var standardError = expected / Math.Sqrt(2.0 * values.Length);
                var found = Math.Sqrt(values.Average(value => value * value));
                Assert.InRange(found, expected - (5 * standardError), expected + (5 * standardError));
                Assert.Equal(0, values.Average(), 5 * expected / Math.Sqrt(values.Length));
            }
        }
    }

    [Fact]
    public void The_seed_decides_and_the_number_of_loops_does_not()
    {
        Assert.Equal(Gpt2Weights.Initialize(Settings, 1), Gpt2Weights.Initialize(Settings with { Loops = 5 }, 1));
        Assert.NotEqual(Gpt2Weights.Initialize(Settings, 1)[2], Gpt2Weights.Initialize(Settings, 2)[2]);
    }
}
