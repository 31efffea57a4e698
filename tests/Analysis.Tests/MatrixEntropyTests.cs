namespace Looped.Analysis.Tests;

public class MatrixEntropyTests
{
    [Fact]
    public void Equal_magnitudes_have_the_entropy_of_the_uniform_law() =>
        Assert.Equal(Math.Log(6), MatrixEntropy.Of([2, -2, 2, 2, -2, 2]), 1e-14);

    [Fact]
    public void Rank_one_zero_and_nothing_have_none()
    {
        Assert.Equal(0, MatrixEntropy.Of([0, 0, -3, 0]));
        Assert.Equal(0, MatrixEntropy.Of([0, 0]));
        Assert.Equal(0, MatrixEntropy.Of([]));
    }

    [Fact]
    public void A_quarter_and_three_quarters() =>
        Assert.Equal(2 * Math.Log(2) - 0.75 * Math.Log(3), MatrixEntropy.Of([-1, 3]), 1e-14);

    [Theory]
    [InlineData(1e-308)]
    [InlineData(1e307)]
    public void The_unit_does_not_matter(double unit) =>
        Assert.Equal(MatrixEntropy.Of([1, -2, 3, 4, 5, 6]), MatrixEntropy.Of([unit, -2 * unit, 3 * unit, 4 * unit, 5 * unit, 6 * unit]), 1e-14);

    [Fact]
    public void An_eigenvalue_that_is_not_finite_is_named() =>
        Assert.Contains("number 1 is NaN", Assert.Throws<ArgumentException>(() => MatrixEntropy.Of([1, double.NaN])).Message);
}
