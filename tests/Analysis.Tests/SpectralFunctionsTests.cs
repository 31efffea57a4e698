namespace Looped.Analysis.Tests;

/// <summary>Functions of matrices, spectra of Hadamard products, dominance.</summary>
public class SpectralFunctionsTests
{
    private const int Order = 60;

    private static readonly double[] Spectrum = [.. Enumerable.Range(0, Order).Select(k => Math.Round(3 * Math.Sin(k)))];

    private static readonly double[] Basis = Matrices.RandomOrthogonal(Order, 3);

    private static readonly EigenDecomposition Decomposition =
        SymmetricEigen.Decompose(Matrices.WithSpectrum(Spectrum, Basis), Order);

    [Fact]
    public void The_absolute_value_has_the_same_vectors_and_absolute_values() =>
        Equal(Matrices.WithSpectrum([.. Spectrum.Select(Math.Abs)], Basis), SpectralFunctions.Absolute(Decomposition));

    [Fact]
    public void A_projector_has_ones_for_the_values_in_its_interval()
    {
        // Between the whole numbers that the values are.
        Equal(
            Matrices.WithSpectrum([.. Spectrum.Select(x => x is -1 or 0 or 1 ? 1.0 : 0)], Basis),
            SpectralFunctions.Projector(Decomposition, -1.5, 1.5));
        Equal(Matrices.Diagonal([.. Enumerable.Repeat(1.0, Order)]), SpectralFunctions.Projector(Decomposition, -9, 9));
        Equal(new double[Order * Order], SpectralFunctions.Projector(Decomposition, 0.2, 0.8));
    }

    [Fact]
    public void A_projected_vector_is_the_projector_times_the_vector()
    {
        var vector = Enumerable.Range(0, Order).Select(k => Math.Cos(k * k)).ToArray();
        var projection = new double[Order];
        SpectralFunctions.Project(Decomposition, 0.5, double.PositiveInfinity, vector, projection);
        var projector = Matrices.WithSpectrum([.. Spectrum.Select(x => x > 0 ? 1.0 : 0)], Basis);
        for (var i = 0; i < Order; i++)
        {
            Assert.Equal(Enumerable.Range(0, Order).Sum(k => projector[i * Order + k] * vector[k]), projection[i], 1e-12);
        }

        Assert.Throws<ArgumentException>(() => SpectralFunctions.Project(Decomposition, 0, 1, vector, new double[3]));
    }

    [Fact]
    public void A_range_of_a_decomposition_gives_that_part_of_the_function()
    {
        var positive = SymmetricEigen.DecomposeBetween(
            Matrices.WithSpectrum(Spectrum, Basis), Order, 0.5, double.PositiveInfinity);
        Equal(Matrices.WithSpectrum([.. Spectrum.Select(x => Math.Max(x, 0))], Basis), SpectralFunctions.Absolute(positive));
    }

    [Fact]
    public void The_Hadamard_product_with_a_rank_one_sign_matrix_keeps_the_spectrum()
    {
        // A o ss' = diag(s) A diag(s).
        var signs = Enumerable.Range(0, Order).Select(k => k % 3 == 0 ? -1.0 : 1).ToArray();
        var flips = Enumerable.Range(0, Order * Order).Select(k => signs[k / Order] * signs[k % Order]).ToArray();
        var values = SpectralFunctions.HadamardValues(Matrices.WithSpectrum(Spectrum, Basis), flips, Order);
        EigenAssert.ValuesAgree([.. Spectrum.Order()], values);
        Assert.Throws<ArgumentException>(() => SpectralFunctions.HadamardValues(flips, [1], Order));
    }

    [Fact]
    public void Dominance_compares_sorted_values()
    {
        Assert.Equal(new SpectralDominance(true, 0.5, 1, 0), SpectralDominance.Test([3, 1, 2.5], [2, 2, 0]));
        Assert.Equal(new SpectralDominance(false, -1, 0, 2), SpectralDominance.Test([5, 0, 1], [1, 2, 1.5]));
        Assert.True(SpectralDominance.Test([1 - 1e-13], [1], tolerance: 1e-12).Holds);
        Assert.Equal(new SpectralDominance(true, double.PositiveInfinity, -1, 0), SpectralDominance.Test([], []));
        Assert.Throws<ArgumentException>(() => SpectralDominance.Test([1], [1, 2]));
        Assert.Throws<ArgumentException>(() => SpectralDominance.Test([double.NaN], [1]));
    }

    private static void Equal(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var k = 0; k < expected.Length; k++)
        {
            Assert.Equal(expected[k], actual[k], 1e-12);
        }
    }
}
