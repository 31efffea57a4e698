namespace Looped.Analysis.Tests;

/// <summary>Bad input, repeated use, threads.</summary>
public class SymmetricEigensolverContractTests
{
    [Fact]
    public void A_matrix_that_is_not_square_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => SymmetricEigen.Values(new double[5], 2));
        Assert.Contains("5 elements, but order 2 needs 4", error.Message);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void An_element_that_is_not_finite_is_named(double element)
    {
        var error = Assert.Throws<ArgumentException>(() => SymmetricEigen.Values([1, 2, 3, 2, 1, element, 3, 4, 1], 3));
        Assert.Contains("(1,2)", error.Message);
    }

    [Fact]
    public void Asymmetry_beyond_rounding_is_named_with_its_figure()
    {
        var error = Assert.Throws<ArgumentException>(() => SymmetricEigen.Decompose([1, 2, 2 + 1e-6, 4], 2));
        Assert.Contains("(1,0)", error.Message);
        Assert.Contains("1.00E-006", error.Message);
    }

    [Fact]
    public void Asymmetry_of_rounding_is_averaged_away()
    {
        var values = SymmetricEigen.Values([1, 2 + 5e-11, 2 - 5e-11, 1], 2);
        Assert.Equal(-1, values[0], 1e-14);
        Assert.Equal(3, values[1], 1e-14);
    }

    [Fact]
    public void Room_of_the_wrong_size_is_refused()
    {
        var solver = new SymmetricEigensolver(2);
        Assert.Throws<ArgumentException>(() => solver.Values([1, 0, 0, 1], new double[3]));
        Assert.Throws<ArgumentException>(() => solver.Decompose([1, 0, 0, 1], new double[2], new double[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SymmetricEigensolver(-1));
    }

    [Theory]
    [InlineData(83)]
    [InlineData(750)]
    public void A_solver_leaves_no_trace_of_earlier_matrices(int n)
    {
        var (a, b) = (Matrices.RandomSymmetric(n, n, 1), Matrices.RandomSymmetric(n, 9, 2));
        var fresh = SymmetricEigen.Decompose(b, n);
        var solver = new SymmetricEigensolver(n);
        var (values, vectors) = (new double[n], new double[n * n]);
        solver.Decompose(a, values, vectors);
        solver.Decompose(b, values, vectors);
        Assert.Equal(fresh.Values, values);
        Assert.Equal(fresh.Vectors, vectors);
        solver.Values(b, values);
        Assert.Equal(SymmetricEigen.Values(b, n), values);
    }

    [Fact]
    public void Repeated_calls_allocate_nothing()
    {
        const int n = 70;
        var a = Matrices.RandomSymmetric(n, n, 3);
        var solver = new SymmetricEigensolver(n);
        var (values, vectors) = (new double[n], new double[n * n]);
        Assert.Equal(0, Allocations.OfThread(() =>
        {
            solver.Values(a, values);
            solver.Decompose(a, values, vectors);
        }));
    }

    [Fact]
    public void Solvers_on_several_threads_give_the_bits_of_one()
    {
        const int n = 90;
        var matrices = Enumerable.Range(0, 12).Select(k => Matrices.RandomSymmetric(n, 5 + 7 * k, (ulong)k)).ToArray();
        var alone = matrices.Select(a => SymmetricEigen.Decompose(a, n)).ToArray();
        var together = new EigenDecomposition[matrices.Length];
        Parallel.For(0, matrices.Length, k => together[k] = SymmetricEigen.Decompose(matrices[k], n));
        for (var k = 0; k < matrices.Length; k++)
        {
            Assert.Equal(alone[k].Values, together[k].Values);
            Assert.Equal(alone[k].Vectors, together[k].Vectors);
        }
    }
}
