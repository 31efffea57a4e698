namespace Looped.Analysis.Tests;

/// <summary>Assumption 1 on spectra small enough to count.</summary>
public class AssumptionOneTests
{
    private static readonly ValleyCriteria Criteria = new(1, 10, 0.01, EpsilonMode.Absolute);

    private static AssumptionOne Test(double[] single, double[] looped) =>
        AssumptionOne.Test(single, looped, Criteria, threshold: 1);

    [Fact]
    public void More_and_smaller_eigenvalues_fulfil_both_parts()
    {
        var test = Test([-1, 0, 0.5, 0.9, 3], [0, 0.1, 0.2, 0.9, 7]);
        Assert.Equal(new AssumptionOne(2, 3, 2, 2), test);
        Assert.True(test.Dimension && test.Dominance);
    }

    [Fact]
    public void More_but_not_smaller_ones_fulfil_the_first_part_alone()
    {
        var test = Test([0.05, 0.5, 2], [0.1, 0.2, 0.3]);
        Assert.Equal(new AssumptionOne(2, 3, 2, 1), test);
        Assert.True(test.Dimension && !test.Dominance);
    }

    [Fact]
    public void Fewer_ones_cannot_dominate()
    {
        var test = Test([0.05, 0.5, 0.6], [-5, 0.02, 4]);
        Assert.Equal(new AssumptionOne(3, 1, 1, 1), test);
        Assert.False(test.Dimension || test.Dominance);
    }

    [Fact]
    public void Without_low_eigenvalues_there_is_nothing_to_dominate() =>
        Assert.False(Test([2, 3, 4], [2, 3, 4]).Dominance);
}
