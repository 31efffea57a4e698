using Looped.Models.Data;

namespace Looped.Models.Tests.Data;

public class ConditionalLawTests
{
    private static readonly ContextView[] Views = [ContextView.LastToken, ContextView.Bag, ContextView.Full];

    [Theory]
    [CombinatorialDynamics(2, 3, 4, 5, 7)]
    public void Conditionals_are_ratios_of_sums_of_P_over_all_sequences(Dynamics dynamics, int length)
    {
        var language = new MarkovLanguage(6, dynamics);
        var law = new ConditionalLaw(language, length);
        foreach (var view in Views)
        {
            var expected = Enumeration.Conditional(language, length, view);
            foreach (var context in Enumeration.Sequences(3, length - 1))
            {
                var conditional = Conditional(law, view, context);
                foreach (var (p, q) in expected[Enumeration.Seen(view, context)].Zip(conditional))
                {
                    Assert.Equal(p, q, 1e-12);
                }
            }
        }
    }

    [Fact]
    public void The_bag_of_a_longer_context_is_summed_over_all_its_orders()
    {
        var language = new MarkovLanguage(6, Dynamics.Mixture, symbols: 2);
        var law = new ConditionalLaw(language, 12);
        var expected = Enumeration.Conditional(language, 12, ContextView.Bag);
        Assert.Equal(2 * 11, expected.Count);
        Assert.All(Enumeration.Sequences(2, 11), context => Assert.Equal(
            expected[Enumeration.Seen(ContextView.Bag, context)][0],
            Conditional(law, ContextView.Bag, context)[0], 1e-12));
    }

    [Theory]
    [InlineData(Dynamics.Cyclic)]
    [InlineData(Dynamics.Homogeneous)]
    public void Of_one_chain_every_view_shows_the_row_of_the_last_token(Dynamics dynamics)
    {
        var language = new MarkovLanguage(6, dynamics);
        foreach (var length in new[] { 4, 5, 6, 32 })
        {
            var law = new ConditionalLaw(language, length);
            var context = Enumerable.Range(0, length - 1).Select(t => t * t % 3).ToArray();
            Assert.All(Views, view => Assert.Equal(
                language.StepMatrix(length - 1).Row(context[^1]).ToArray(), Conditional(law, view, context)));
        }
    }

    [Theory]
    [CombinatorialDynamics(3, 4, 5, 6)]
    public void On_average_a_view_that_shows_more_predicts_no_worse(Dynamics dynamics, int length)
    {
        for (var seed = 0UL; seed < 5; seed++)
        {
            var language = new MarkovLanguage(seed, dynamics);
            var expected = Views.Select(view => ExpectedAccuracy(language, length, view)).ToArray();
            Assert.InRange(expected[1], expected[0] - 1e-14, expected[2] + 1e-14);
        }
    }

    [Fact]
    public void In_a_mixture_each_view_can_be_strictly_better_than_the_one_before()
    {
        var gains = Enumerable.Range(0, 20).Select(seed =>
        {
            var language = new MarkovLanguage((ulong)seed, Dynamics.Mixture);
            return Views.Select(view => ExpectedAccuracy(language, 6, view)).ToArray();
        });
        Assert.Contains(gains, accuracy => accuracy[0] < accuracy[1] - 1e-3 && accuracy[1] < accuracy[2] - 1e-3);
    }

    /// <summary>
    /// Every function from what is seen to a symbol is tried: none is right more often than argmax P(y | view).
    /// </summary>
    [Theory]
    [InlineData(3, 3)]
    [InlineData(2, 4)]
    [InlineData(2, 5)]
    public void No_labelling_of_a_view_beats_the_argmax(int symbols, int length)
    {
        var language = new MarkovLanguage(8, Dynamics.Mixture, symbols: symbols);
        foreach (var view in Views)
        {
            // Column by column, P(view, y): a labelling takes one entry of each.
            var joint = Enumeration.Sequences(symbols, length)
                .GroupBy(x => Enumeration.Seen(view, x[..^1]))
                .Select(group => group
                    .GroupBy(x => x[^1], x => Enumeration.Probability(language, x))
                    .OrderBy(target => target.Key)
                    .Select(target => target.Sum())
                    .ToArray())
                .ToArray();
            var best = Enumeration.Sequences(symbols, joint.Length)
                .Max(labels => labels.Zip(joint, (y, p) => p[y]).Sum());
            Assert.Equal(best, ExpectedAccuracy(language, length, view), 1e-12);
        }
    }

    [Fact]
    public void A_long_context_identifies_its_chain_without_underflow()
    {
        // A thousand times 0 after 0 has the probability 1e-3000 under one chain and 2^1000 times less under the other;
        // no other sequence has that bag.
        var likely = new TransitionMatrix(2, [1e-3, 1 - 1e-3, 1e-3, 1 - 1e-3]);
        var unlikely = new TransitionMatrix(2, [5e-4, 1 - 5e-4, 5e-4, 1 - 5e-4]);
        var law = new ConditionalLaw(new MarkovLanguage(Dynamics.Mixture, unlikely, likely), 1002);
        Assert.All(
            [ContextView.Full, ContextView.Bag],
            view => Assert.Equal(likely.Row(0).ToArray(), Conditional(law, view, new int[1001])));
    }

    [Fact]
    public void Impossible_requests_are_refused()
    {
        var language = new MarkovLanguage(1, Dynamics.Mixture);
        var law = new ConditionalLaw(language, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConditionalLaw(language, 1));
        Assert.Throws<ArgumentException>(() => law.Write(ContextView.Full, [0, 1], new double[3]));
        Assert.Throws<ArgumentException>(() => law.Write(ContextView.Full, [0, 1, 2], new double[2]));
        Assert.Throws<ArgumentException>(() => law.Write(ContextView.LastToken, [0, 3, 2], new double[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => law.Write((ContextView)9, [0, 1, 2], new double[3]));
        var many = new ConditionalLaw(new MarkovLanguage(1, Dynamics.Mixture, symbols: 12), 40);
        Assert.Throws<ArgumentException>(() => many.Write(ContextView.Bag, new int[39], new double[12]));
    }

    private static double[] Conditional(ConditionalLaw law, ContextView view, int[] context)
    {
        var conditional = new double[law.Symbols];
        law.Write(view, context, conditional);
        return conditional;
    }

    /// <summary>sum_x P(x) [x_L = argmax_y P(y | view of the rest)].</summary>
    private static double ExpectedAccuracy(MarkovLanguage language, int length, ContextView view)
    {
        var law = new ConditionalLaw(language, length);
        return Enumeration.Sequences(language.Symbols, length).Sum(x =>
        {
            var conditional = Conditional(law, view, x[..^1]);
            return Array.IndexOf(conditional, conditional.Max()) == x[^1] ? Enumeration.Probability(language, x) : 0;
        });
    }
}
