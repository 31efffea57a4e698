using FsCheck;
using FsCheck.Fluent;
using Looped.Analysis.Theory;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Theory;

public class SingularValuesTests
{
    [Fact]
    public void The_pseudo_inverse_fulfils_the_four_conditions_of_Penrose() => Prop.ForAll(Worlds.Cases, world =>
    {
        var random = new Philox(world.Seed, "penrose");
        var (rows, columns, rank) = (world.Size, 1 + random.NextInt(9), 1 + random.NextInt(world.Size));
        var a = Matrix.Normal(random, rows, rank) * Matrix.Normal(random, rank, columns);
        var x = SingularValues.Of(a).PseudoInverse();
        return Same(a * x * a, a) && Same(x * a * x, x) && Same((a * x).Transpose(), a * x) && Same((x * a).Transpose(), x * a);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Singular_values_are_roots_of_the_eigenvalues_of_the_Gram_matrix() => Prop.ForAll(Worlds.Cases, world =>
    {
        var random = new Philox(world.Seed, "gram");
        var a = Matrix.Normal(random, world.Size + 2, world.Size);
        var gram = (a.Transpose() * a).SymmetricPart();
        var roots = SymmetricEigen.Values(gram.Values, gram.Rows).Reverse().Select(Math.Sqrt).ToArray();
        return Vectors.RelativeError(SingularValues.Of(a).Values, roots) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void The_rank_of_a_product_is_that_of_its_narrow_factor(int rank)
    {
        var random = new Philox(1, "rank");
        var a = Matrix.Normal(random, 8, rank) * Matrix.Normal(random, rank, 6);
        var decomposition = SingularValues.Of(a);
        Assert.Equal(rank, decomposition.Rank());
        var projector = decomposition.RangeProjector();
        Assert.True(Same(projector * projector, projector));
        Assert.True(Same(projector * a, a));
    }

    [Fact]
    public void A_zero_matrix_has_rank_zero_and_a_zero_inverse()
    {
        var decomposition = SingularValues.Of(new Matrix(3, 2));
        Assert.Equal([0.0, 0.0], decomposition.Values);
        Assert.Equal(0, decomposition.Rank());
        Assert.Equal(0.0, decomposition.PseudoInverse().FrobeniusNorm());
    }

    [Fact]
    public void Known_singular_values_are_found_to_the_last_digits()
    {
        var random = new Philox(2, "known");
        double[] values = [3, 1, 1e-6, 1e-11];
        var a = Matrix.Orthogonal(random, 4) * Matrix.Diagonal(values) * Matrix.Orthogonal(random, 4);
        var found = SingularValues.Of(a).Values;
        Assert.All(values.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        Assert.Equal(3, a.SpectralNorm(), 1e-14);
    }

    [Fact]
    public void Kronecker_products_multiply_factor_by_factor() => Prop.ForAll(Worlds.Cases, world =>
    {
        var random = new Philox(world.Seed, "kronecker");
        var (a, b) = (Matrix.Normal(random, 2, world.Size), Matrix.Normal(random, 3, 2));
        var (c, d) = (Matrix.Normal(random, world.Size, 4), Matrix.Normal(random, 2, 1));
        return Same(Matrix.Kronecker(a, b) * Matrix.Kronecker(c, d), Matrix.Kronecker(a * c, b * d));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Matrices_that_do_not_fit_are_refused_by_their_sizes()
    {
        var failure = Assert.Throws<ArgumentException>(() => new Matrix(2, 3) * new Matrix(2, 3));
        Assert.Equal("A 2 x 3 and a 2 x 3 matrix do not fit together.", failure.Message);
        Assert.Throws<ArgumentException>(() => new Matrix(2, 3) + new Matrix(3, 2));
        Assert.Throws<ArgumentException>(() => new Matrix(2, 2, [1, 2, 3]));
    }

    private static bool Same(Matrix a, Matrix b) => (a - b).FrobeniusNorm() <= 1e-9 * (1 + b.FrobeniusNorm());
}
