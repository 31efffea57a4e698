using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>Matrices whose spectrum is known in closed form, by construction, or from bisection.</summary>
public class SymmetricEigensolverTests
{
    [Fact]
    public void The_empty_matrix_has_no_eigenvalues() => EigenAssert.Solves([], []);

    [Fact]
    public void A_number_is_its_own_eigenvalue() => EigenAssert.Solves([-2.5], [-2.5]);

    [Fact]
    public void A_2x2_matrix_has_the_roots_of_its_quadratic() =>
        EigenAssert.Solves([2, -3, -3, 5], [3.5 - Math.Sqrt(11.25), 3.5 + Math.Sqrt(11.25)]);

    [Fact]
    public void A_circulant_3x3_matrix_has_its_Fourier_values() => EigenAssert.Solves([1, 2, 2, 2, 1, 2, 2, 2, 1], [-1, -1, 5]);

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(101)]
    public void A_diagonal_matrix_keeps_its_diagonal(int n)
    {
        var random = new Philox(1, "diagonal");
        var values = Enumerable.Range(0, n).Select(_ => random.NextNormal()).ToArray();
        EigenAssert.Solves(Matrices.Diagonal(values), values);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(70)]
    public void Identity_and_zero_are_fixed(int n)
    {
        EigenAssert.Solves(Matrices.Diagonal([.. Enumerable.Repeat(1.0, n)]), [.. Enumerable.Repeat(1.0, n)]);
        EigenAssert.Solves(new double[n * n], new double[n]);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(97)]
    public void Rank_one_has_one_value_and_zeros(int n)
    {
        var v = Enumerable.Range(1, n).Select(k => Math.Sin(k)).ToArray();
        var a = new double[n * n];
        for (var k = 0; k < n * n; k++)
        {
            a[k] = -v[k / n] * v[k % n];
        }

        EigenAssert.Solves(a, [-v.Sum(x => x * x), .. new double[n - 1]]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(64)]
    [InlineData(67)]
    [InlineData(130)]
    [InlineData(216)]
    public void A_prescribed_spectrum_comes_back(int n)
    {
        var random = new Philox((ulong)n, "spectrum");
        var values = Enumerable.Range(0, n).Select(_ => random.NextNormal()).ToArray();
        EigenAssert.Solves(Matrices.WithSpectrum(values, 7), values);
    }

    [Fact]
    public void A_larger_prescribed_spectrum_comes_back()
    {
        var values = Enumerable.Range(0, 401).Select(k => Math.Cos(k) * k).ToArray();
        EigenAssert.Solves(Matrices.WithSpectrum(values, 11), values);
    }

    [Fact]
    public void Repeated_values_come_back()
    {
        double[] values = [.. Enumerable.Repeat(-1.0, 30), .. Enumerable.Repeat(0.25, 41), .. Enumerable.Repeat(3.0, 30)];
        EigenAssert.Solves(Matrices.WithSpectrum(values, 2), values);
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(1e-12)]
    [InlineData(1e-15)]
    public void Clustered_values_come_back(double spacing)
    {
        var values = Enumerable.Range(0, 90).Select(k => (k % 3) - 1 + spacing * k).ToArray();
        EigenAssert.Solves(Matrices.WithSpectrum(values, 3), values);
    }

    [Fact]
    public void Values_over_sixteen_orders_of_magnitude_come_back()
    {
        var values = Enumerable.Range(0, 80).Select(k => Math.Pow(10, -16.0 * k / 79) * (k % 2 == 0 ? 1 : -1)).ToArray();
        EigenAssert.Solves(Matrices.WithSpectrum(values, 4), values);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_matrix_with_graded_elements_is_solved(bool upwards)
    {
        const int n = 60;
        var d = Enumerable.Range(0, n).Select(k => Math.Pow(10, -16.0 * (upwards ? n - 1 - k : k) / n)).ToArray();
        var e = Enumerable.Range(0, n - 1).Select(k => 0.5 * Math.Sqrt(d[k] * d[k + 1])).ToArray();
        EigenAssert.Solves(Matrices.Tridiagonal(d, e), Matrices.Bisected(d, e));
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-160)]
    [InlineData(1e160)]
    [InlineData(1e307)]
    public void The_unit_of_measurement_does_not_matter(double unit)
    {
        var values = Enumerable.Range(0, 50).Select(k => unit * Math.Sin(k)).ToArray();
        EigenAssert.Solves(Matrices.WithSpectrum(values, 5), values);
    }

    [Fact]
    public void The_smallest_and_the_largest_numbers_are_solved()
    {
        Assert.Equal([-double.Epsilon, double.Epsilon], SymmetricEigen.Values([0, double.Epsilon, double.Epsilon, 0], 2));
        Assert.Equal([-double.MaxValue, double.MaxValue], SymmetricEigen.Values([double.MaxValue, 0, 0, -double.MaxValue], 2));
    }

    [Fact]
    public void Wilkinson_pairs_are_told_apart()
    {
        var d = Enumerable.Range(-10, 21).Select(k => (double)Math.Abs(k)).ToArray();
        var e = Enumerable.Repeat(1.0, 20).ToArray();
        EigenAssert.Solves(Matrices.Tridiagonal(d, e), Matrices.Bisected(d, e));
        Assert.Equal(10.746194182903393, SymmetricEigen.Values(Matrices.Tridiagonal(d, e), 21)[20], 1e-13);
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(1e-9)]
    [InlineData(1e-14)]
    public void Copies_of_Wilkinsons_matrix_glued_together_are_solved(double glue)
    {
        var d = Enumerable.Range(0, 105).Select(k => (double)Math.Abs((k % 21) - 10)).ToArray();
        var e = Enumerable.Range(0, 104).Select(k => k % 21 == 20 ? glue : 1).ToArray();
        EigenAssert.Solves(Matrices.Tridiagonal(d, e), Matrices.Bisected(d, e));
    }

    [Theory]
    [InlineData(5, 7)]
    [InlineData(12, 12)]
    [InlineData(1, 120)]
    public void The_Laplacian_of_a_rectangle_has_sums_of_cosines(int height, int width)
    {
        var n = height * width;
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            a[i * n + i] = 4;
            for (var j = 0; j < n; j++)
            {
                var distance = Math.Abs(i / width - j / width) + Math.Abs(i % width - j % width);
                a[i * n + j] -= distance == 1 ? 1 : 0;
            }
        }

        double Mode(int k, int length) => 2 - 2 * Math.Cos(Math.PI * (k + 1) / (length + 1));
        EigenAssert.Solves(a, [.. Enumerable.Range(0, n).Select(k => Mode(k / width, height) + Mode(k % width, width))]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(75)]
    public void Clements_matrix_has_equally_spaced_values(int n)
    {
        var e = Enumerable.Range(1, n - 1).Select(k => Math.Sqrt(k * (double)(n - k))).ToArray();
        EigenAssert.Solves(
            Matrices.Tridiagonal(new double[n], e), [.. Enumerable.Range(0, n).Select(k => 2.0 * k - (n - 1))]);
    }

    [Theory]
    [InlineData(216, 24)]
    [InlineData(100, 99)]
    public void A_matrix_of_low_rank_has_a_null_space(int n, int rank)
    {
        var values = Enumerable.Range(0, n).Select(k => k < rank ? Math.Exp(-0.3 * k) * (k % 3 == 0 ? -1 : 1) : 0).ToArray();
        EigenAssert.Solves(Matrices.WithSpectrum(values, 6), values);
    }

    [Fact]
    public void Eigenvectors_are_rows()
    {
        var decomposition = SymmetricEigen.Decompose([2, 1, 1, 2], 2);
        Assert.Equal(0, decomposition.Vector(0)[0] + decomposition.Vector(0)[1], 1e-14);
        Assert.Equal(decomposition.Vector(1)[0], decomposition.Vector(1)[1], 1e-14);
    }

    [Fact]
    public void Trace_and_Frobenius_norm_are_those_of_the_spectrum()
    {
        const int n = 150;
        var a = Matrices.RandomSymmetric(n, n, 8);
        var values = SymmetricEigen.Values(a, n);
        Assert.Equal(Enumerable.Range(0, n).Sum(i => a[i * n + i]), values.Sum(), 1e-8);
        Assert.Equal(1, values.Sum(x => x * x) / a.Sum(x => x * x), 1e-13);
    }
}
