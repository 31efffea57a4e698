using FsCheck;
using FsCheck.Fluent;
using Looped.Analysis.Theory;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Theory;

/// <summary>Theorem 2 under Assumptions 2 and 3 alone.</summary>
public class TimeVaryingValleyTests
{
    [Fact]
    public void Without_hopping_any_coupling_leaves_the_force_within_both_bounds() => Prop.ForAll(Worlds.Cases, world =>
    {
        var random = new Philox(world.Seed, "varying");
        var spectrum = ValleySpectra.Dominated(random, world.Size, random.NextDouble()).V;
        return Enum.GetValues<CouplingLaw>().All(law =>
        {
            var outcome = new TimeVaryingValley(spectrum, 1, 1, law).Run(random, 2, 1 + random.NextInt(60));
            return outcome.ForceOverSharp <= 1 + 1e-12 && outcome.ForceOverBound <= 1 + 1e-12;
        });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void With_hopping_a_coupling_that_turns_with_the_valley_breaks_the_bound()
    {
        // One direction with eta lambda = 1.9: sizes 0.9^k add up, where the bound lets them cancel.
        var outcome = new TimeVaryingValley([1.9], 1.9, 1, CouplingLaw.Aligned).Run(new Philox(0, "hop"), 1, 40);
        var (sizes, bound) = ((1 - Math.Pow(0.9, 40)) / 0.1, (1 - Math.Pow(-0.9, 40)) / 1.9);
        Assert.Equal(sizes / bound, outcome.ForceOverBound, 1e-12);
        Assert.True(outcome.ForceOverBound > 18);
    }

    [Fact]
    public void The_Loewner_order_does_not_hold_for_the_lengths_of_vectors()
    {
        var random = new Philox(5, "loewner");
        var grown = Enumerable.Range(0, 50).Count(_ =>
            new TimeVaryingValley([0.05, 0.9], 1, 1, CouplingLaw.Random).Run(random, 1, 1).StepGrowth > 1);
        Assert.InRange(grown, 1, 49);
    }
}
