namespace Looped.Analysis.Tests;

/// <summary>Definition 1 on spectra small enough to count.</summary>
public class ValleyGeometryTests
{
    private static readonly double[] Spectrum = [-5, -1e-9, 0, 1e-4, 0.01, 2, 10];

    [Fact]
    public void By_default_the_valley_begins_at_a_thousandth_of_the_largest_eigenvalue()
    {
        // 0.01 is the cut itself, and the valley begins above it.
        var valley = ValleyGeometry.Measure(Spectrum, new ValleyCriteria(1, 10));
        Assert.Equal(new Valley(1e-3, 0.01, 2, 5, ValleyShape.Neither), valley);
    }

    [Fact]
    public void An_absolute_cut_does_not_follow_the_largest_eigenvalue()
    {
        var valley = ValleyGeometry.Measure(Spectrum, new ValleyCriteria(1, 10, 1e-3, EpsilonMode.Absolute));
        Assert.Equal(new Valley(1e-3, 1e-3, 3, 1000, ValleyShape.V), valley);
    }

    [Theory]
    [InlineData(1.5, ValleyShape.U)]
    [InlineData(1.75, ValleyShape.Neither)]
    [InlineData(100, ValleyShape.V)]
    public void The_condition_number_decides_the_shape(double largest, ValleyShape shape) =>
        Assert.Equal(shape, ValleyGeometry.Measure([0, 1, largest], new ValleyCriteria(0.5, 100)).Shape);

    [Fact]
    public void A_single_direction_is_a_U() =>
        Assert.Equal(ValleyShape.U, ValleyGeometry.Measure([0, 3], new ValleyCriteria(0, 2)).Shape);

    [Theory]
    [InlineData(EpsilonMode.Relative, 0)]
    [InlineData(EpsilonMode.Relative, 0.5)]
    [InlineData(EpsilonMode.Absolute, 0)]
    [InlineData(EpsilonMode.Absolute, 1)]
    public void Without_a_positive_eigenvalue_there_is_no_valley(EpsilonMode mode, double epsilon)
    {
        foreach (var values in new double[][] { [], [0, 0], [-3, -1e-20, 0] })
        {
            var valley = ValleyGeometry.Measure(values, new ValleyCriteria(1, 10, epsilon, mode));
            Assert.Equal((0, ValleyShape.Neither), (valley.Size, valley.Shape));
            Assert.True(double.IsNaN(valley.ConditionNumber));
        }
    }

    [Fact]
    public void Above_every_eigenvalue_there_is_no_valley() =>
        Assert.Equal(0, ValleyGeometry.Measure(Spectrum, new ValleyCriteria(1, 10, 11, EpsilonMode.Absolute)).Size);

    [Fact]
    public void The_order_of_the_eigenvalues_does_not_matter() =>
        Assert.Equal(
            ValleyGeometry.Measure(Spectrum, new ValleyCriteria(1, 10)),
            ValleyGeometry.Measure([.. Spectrum.Reverse()], new ValleyCriteria(1, 10)));

    [Fact]
    public void Over_a_range_of_epsilon_the_valley_shrinks()
    {
        var valleys = ValleyGeometry.MeasureOver(Spectrum, new ValleyCriteria(1, 10), [0, 1e-4, 1e-2, 0.5]);
        Assert.Equal([4, 3, 2, 1], valleys.Select(valley => valley.Size));
        Assert.Equal([1e5, 1000, 5, 1], valleys.Select(valley => Math.Round(valley.ConditionNumber, 6)));
        Assert.Equal([0, 1e-4, 1e-2, 0.5], valleys.Select(valley => valley.Epsilon));
    }

    [Theory]
    [InlineData(-1, 10, 0.1, EpsilonMode.Relative, "delta")]
    [InlineData(1, 2, 0.1, EpsilonMode.Relative, "V threshold")]
    [InlineData(1, double.NaN, 0.1, EpsilonMode.Relative, "V threshold")]
    [InlineData(1, 10, 1, EpsilonMode.Relative, "epsilon relative")]
    [InlineData(1, 10, -0.1, EpsilonMode.Absolute, "epsilon")]
    [InlineData(1, 10, double.NaN, EpsilonMode.Absolute, "epsilon")]
    [InlineData(1, 10, 0.1, (EpsilonMode)7, "mode 7")]
    public void Parameters_out_of_range_are_named(double delta, double threshold, double epsilon, EpsilonMode mode, string name) =>
        Assert.Contains(
            name, Assert.Throws<ArgumentException>(() => new ValleyCriteria(delta, threshold, epsilon, mode)).Message);

    [Fact]
    public void An_eigenvalue_that_is_not_finite_is_named() =>
        Assert.Contains(
            "number 2 is",
            Assert.Throws<ArgumentException>(() => ValleyGeometry.Measure([0, 1, double.PositiveInfinity], new ValleyCriteria(1, 10))).Message);
}
