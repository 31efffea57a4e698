using Looped.Models.Data;

namespace Looped.Models.Tests.Data;

public class MarkovLanguageTests
{
    /// <summary>
    /// The three matrices of seed 1, from a second implementation of the generator, the Box-Muller transform and
    /// softmax in Python.
    /// </summary>
    [Fact]
    public void The_matrices_of_a_seed_are_these()
    {
        double[] expected =
        [
            0.485532112420324, 0.11029993425455932, 0.4041679533251168,
            0.01079607634129752, 0.9740580091160603, 0.01514591454264201,
            0.1146618216661817, 0.672202454388905, 0.21313572394491323,
            0.6201542410316441, 0.025903234970386525, 0.35394252399796944,
            0.5194363708171105, 0.2381808375030965, 0.24238279167979307,
            0.37649842859870125, 0.37248639971362635, 0.25101517168767234,
            0.9045301045629145, 0.025126660481654305, 0.0703432349554311,
            0.01776558415203327, 0.8055359432912707, 0.17669847255669607,
            0.6970601137228193, 0.2652590364322043, 0.03768084984497634,
        ];
        var language = new MarkovLanguage(1, Dynamics.Cyclic);
        Assert.Equal(3, language.Matrices.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], language.Matrices[i / 9][i % 9 / 3, i % 3], 1e-14);
        }
    }

    [Theory]
    [InlineData(Dynamics.Mixture, 3)]
    [InlineData(Dynamics.Homogeneous, 1)]
    public void A_seed_gives_every_dynamics_the_same_matrices(Dynamics dynamics, int count)
    {
        var cyclic = new MarkovLanguage(9, Dynamics.Cyclic);
        var language = new MarkovLanguage(9, dynamics);
        Assert.Equal(count, language.Matrices.Count);
        for (var matrix = 0; matrix < count; matrix++)
        {
            for (var from = 0; from < 3; from++)
            {
                Assert.Equal(cyclic.Matrices[matrix].Row(from), language.Matrices[matrix].Row(from));
            }
        }
    }

    [Theory]
    [CombinatorialDynamics(1, 2, 4, 6)]
    public void Probabilities_are_products_along_the_chain_and_sum_to_one(Dynamics dynamics, int length)
    {
        var language = new MarkovLanguage(2, dynamics);
        var sum = 0.0;
        foreach (var x in Enumeration.Sequences(3, length))
        {
            var expected = Enumeration.Probability(language, x);
            Assert.Equal(1, language.Probability(x) / expected, 1e-13);
            Assert.Equal(-Math.Log2(expected), language.InformationContent(x), 1e-12);
            sum += language.Probability(x);
        }

        Assert.Equal(1, sum, 1e-13);
    }

    [Fact]
    public void Cyclic_dynamics_use_matrix_t_minus_one_modulo_three_at_step_t()
    {
        var language = new MarkovLanguage(3, Dynamics.Cyclic);
        for (var length = 2; length <= 12; length++)
        {
            Assert.Equal((length - 2) % 3, language.StepMatrixIndex(length - 1));
            Assert.Same(language.Matrices[(length - 2) % 3], language.StepMatrix(length - 1));
        }
    }

    [Fact]
    public void A_chain_of_a_mixture_keeps_its_matrix()
    {
        var language = new MarkovLanguage(3, Dynamics.Mixture);
        Assert.Equal(3, language.Chains);
        Assert.All([1, 2, 3, 4, 5], step => Assert.Same(language.Matrices[2], language.StepMatrix(step, chain: 2)));
    }

    [Fact]
    public void A_mixture_of_one_matrix_with_itself_is_homogeneous()
    {
        var matrix = new MarkovLanguage(4, Dynamics.Homogeneous).Matrices[0];
        var homogeneous = new MarkovLanguage(Dynamics.Homogeneous, matrix);
        var mixture = new MarkovLanguage(Dynamics.Mixture, matrix, matrix, matrix);
        Assert.All(
            Enumeration.Sequences(3, 5),
            x => Assert.Equal(homogeneous.InformationContent(x), mixture.InformationContent(x), 1e-12));
    }

    /// <summary>Rounding must not decide the order of sequences that are equally probable.</summary>
    [Theory]
    [InlineData(Dynamics.Homogeneous)]
    [InlineData(Dynamics.Mixture)]
    public void The_same_transitions_in_another_order_have_the_same_information_to_the_bit(Dynamics dynamics)
    {
        var language = new MarkovLanguage(5, dynamics);
        var classes = Enumeration.Sequences(3, 7)
            .GroupBy(x => string.Join(' ', x.Zip(x.Skip(1)).Order()), x => language.InformationContent(x))
            .ToArray();
        Assert.Contains(classes, contents => contents.Count() > 1);
        Assert.All(classes, contents => Assert.Single(contents.Distinct()));
    }

    [Fact]
    public void The_information_of_long_sequences_does_not_overflow()
    {
        var rare = new TransitionMatrix(2, [1 - 1e-3, 1e-3, 1e-3, 1 - 1e-3]);
        var language = new MarkovLanguage(Dynamics.Mixture, rare, rare);
        var alternating = Enumerable.Range(0, 1001).Select(t => t % 2).ToArray();
        Assert.Equal(1 + (1000 * Math.Log2(1e3)), language.InformationContent(alternating), 1e-8);
    }

    [Fact]
    public void Impossible_settings_are_refused()
    {
        var two = new TransitionMatrix(2, [0.5, 0.5, 0.5, 0.5]);
        var three = new MarkovLanguage(1, Dynamics.Homogeneous).Matrices[0];
        Assert.Throws<ArgumentException>(() => new MarkovLanguage(Dynamics.Homogeneous, two, two));
        Assert.Throws<ArgumentException>(() => new MarkovLanguage(Dynamics.Cyclic));
        Assert.Throws<ArgumentException>(() => new MarkovLanguage(Dynamics.Cyclic, two, three));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MarkovLanguage((Dynamics)7, two));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MarkovLanguage(1, Dynamics.Cyclic, symbols: 1));
    }

    [Fact]
    public void Tokens_that_are_no_symbols_and_steps_that_are_none_are_refused()
    {
        var language = new MarkovLanguage(1, Dynamics.Cyclic);
        Assert.Throws<ArgumentException>(() => language.Probability([0, 3]));
        Assert.Throws<ArgumentException>(() => language.Probability([-1]));
        Assert.Throws<ArgumentException>(() => language.Probability([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => language.StepMatrix(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => language.StepMatrix(1, chain: 1));
    }
}
