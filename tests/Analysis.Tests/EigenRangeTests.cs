using Looped.Kernels;

namespace Looped.Analysis.Tests;

/// <summary>Ranges of a spectrum, by number and by interval.</summary>
public class EigenRangeTests
{
    private const int Order = 141;

    private static readonly double[] Spectrum = [.. Enumerable.Range(0, Order).Select(k => k < 40 ? -2.0 : Math.Sqrt(k - 39))];

    private static readonly double[] Matrix = Matrices.WithSpectrum(Spectrum, 12);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(0, 45)]
    [InlineData(38, 4)]
    [InlineData(70, 35)]
    [InlineData(140, 1)]
    [InlineData(0, 141)]
    public void A_range_by_number_is_that_part_of_the_whole(int first, int count)
    {
        using var team = new WorkerTeam(2);
        Assert.All(
            SymmetricEigen.Values(Matrix, Order, first, count, team).Zip(Spectrum.Skip(first)),
            pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        var range = SymmetricEigen.Decompose(Matrix, Order, first, count, team);
        Assert.Equal(count, range.Values.Length);
        IsPartOfBasis(range, Spectrum[first..(first + count)]);
    }

    [Theory]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity, 0, 141)]
    [InlineData(-2.5, -1.5, 0, 40)]
    [InlineData(-1.5, 3.5, 40, 12)]
    [InlineData(9.99, 10.01, 139, 1)]
    [InlineData(0.1, 0.2, 40, 0)]
    [InlineData(11, 12, 141, 0)]
    [InlineData(5, 5, 64, 0)]
    public void An_interval_holds_the_values_in_it(double low, double high, int first, int count)
    {
        var values = SymmetricEigen.ValuesBetween(Matrix, Order, low, high);
        Assert.Equal(count, values.Length);
        Assert.All(values.Zip(Spectrum.Skip(first)), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        IsPartOfBasis(SymmetricEigen.DecomposeBetween(Matrix, Order, low, high), Spectrum[first..(first + count)]);
    }

    [Fact]
    public void What_is_not_there_is_refused()
    {
        var solver = new SymmetricEigensolver(2);
        double[] matrix = [2, 1, 1, 2];
        Assert.Contains(
            "0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => solver.Values(matrix, 1, new double[2])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => solver.Decompose(matrix, -1, new double[1], new double[2]));
        Assert.Throws<ArgumentException>(() => solver.Decompose(matrix, 0, new double[1], new double[3]));
        Assert.Contains("[2, 1)", Assert.Throws<ArgumentException>(() => solver.Values(matrix, 2, 1, new double[2])).Message);
        Assert.Contains(
            "2 lie in the interval", Assert.Throws<ArgumentException>(() => solver.Values(matrix, 0, 4, new double[1])).Message);
        Assert.Throws<ArgumentException>(() => solver.Decompose(matrix, 0, double.NaN, new double[2], new double[4]));
    }

    [Fact]
    public void Matrices_of_order_zero_and_one_have_ranges()
    {
        Assert.Empty(SymmetricEigen.ValuesBetween([], 0, -1, 1));
        Assert.Equal([3.0], SymmetricEigen.ValuesBetween([3], 1, 3, 4));
        Assert.Empty(SymmetricEigen.ValuesBetween([3], 1, 2, 3));
        Assert.Equal([1.0], SymmetricEigen.DecomposeBetween([3], 1, 3, 4).Vectors.Select(Math.Abs));
    }

    /// <summary>Values as they should be, <c>A u = lambda u</c>, and orthonormal vectors.</summary>
    private static void IsPartOfBasis(EigenDecomposition range, double[] exact)
    {
        var tolerance = 10 * Order * Matrices.Epsilon;
        for (var j = 0; j < exact.Length; j++)
        {
            Assert.Equal(exact[j], range.Values[j], 1e-12);
            var u = range.Vector(j);
            for (var i = 0; i < Order; i++)
            {
                var image = 0.0;
                for (var k = 0; k < Order; k++)
                {
                    image += Matrix[i * Order + k] * u[k];
                }

                Assert.Equal(range.Values[j] * u[i], image, 10 * tolerance);
            }

            for (var other = 0; other <= j; other++)
            {
                var product = 0.0;
                for (var k = 0; k < Order; k++)
                {
                    product += u[k] * range.Vector(other)[k];
                }

                Assert.Equal(other == j ? 1 : 0, product, tolerance);
            }
        }
    }
}
