using FsCheck;
using FsCheck.Fluent;

namespace Looped.Analysis.Tests;

/// <summary>The two readings of mutual information: closed forms, bounds, invariance, and figures from NumPy.</summary>
public class MutualInformationTests
{
    private static readonly Arbitrary<(int Size, int RankPrevious, int RankNow, int Seed)> Pairs =
        (from size in Gen.Choose(1, 14)
         from previous in Gen.Choose(0, size)
         from now in Gen.Choose(0, size)
         from seed in Gen.Choose(0, int.MaxValue - 1)
         select (size, previous, now, seed)).ToArbitrary();

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.7853981633974483)]
    [InlineData(1.4)]
    public void A_rotated_2x2_matrix_has_a_joint_law_of_four_terms(double angle)
    {
        // Rows of J: (cos^2, sin^2) / 4 and (sin^2, cos^2) 3/4, so I = h(marginal) - h(cos^2).
        var (c, s) = (Math.Cos(angle), Math.Sin(angle));
        var result = MutualInformation.Eigenbasis([1, 3], [1, 0, 0, 1], [c, s, -s, c], new MutualInformationWorkspace(2));
        Assert.Equal(BinaryEntropy(0.25 * c * c + 0.75 * s * s) - BinaryEntropy(c * c), result.Information, 1e-14);
        Assert.Equal(BinaryEntropy(0.25), result.Entropy, 1e-14);
    }

    [Fact]
    public void A_matrix_that_stands_still_tells_all() => Prop.ForAll(Pairs, test =>
    {
        var a = Decompose(test.Size, test.RankPrevious, test.Seed);
        var result = Eigenbasis(a, a);
        return Math.Abs(result.Information - result.Entropy) <= 1e-9;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Commuting_matrices_with_the_same_spectrum_tell_all()
    {
        const int n = 23;
        var values = Enumerable.Range(1, n).Select(k => Math.Pow(-1, k) * k).ToArray();
        var q = Matrices.RandomOrthogonal(n, 1);
        var a = SymmetricEigen.Decompose(Matrices.WithSpectrum(values, q), n);
        var b = SymmetricEigen.Decompose(Matrices.WithSpectrum([.. values.Reverse()], q), n);
        var result = Eigenbasis(a, b);
        Assert.Equal(MatrixEntropy.Of(values), result.Information, 1e-9);
        Assert.Equal(1, result.Ratio, 1e-9);
    }

    [Fact]
    public void Unbiased_bases_tell_nothing()
    {
        double[] hadamard = [.5, .5, .5, .5, .5, -.5, .5, -.5, .5, .5, -.5, -.5, .5, -.5, -.5, .5];
        var identity = Matrices.Diagonal(1, 1, 1, 1);
        var result = MutualInformation.Eigenbasis([1, 2, 3, 4], identity, hadamard, new MutualInformationWorkspace(4));
        Assert.Equal(0, result.Information, 1e-14);
    }

    [Fact]
    public void The_zero_matrix_tells_nothing_and_has_no_ratio()
    {
        var zero = SymmetricEigen.Decompose(new double[9], 3);
        var result = Eigenbasis(zero, Decompose(3, 3, 1));
        Assert.Equal((0.0, 0.0), (result.Information, result.Entropy));
        Assert.True(double.IsNaN(result.Ratio));
    }

    [Fact]
    public void Information_in_the_eigenbasis_lies_between_zero_and_the_entropy() => Prop.ForAll(Pairs, test =>
    {
        var result = Eigenbasis(
            Decompose(test.Size, test.RankPrevious, test.Seed), Decompose(test.Size, test.RankNow, ~test.Seed));
        return result.Information >= 0 && result.Information <= result.Entropy + 1e-9;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Information_in_the_eigenbasis_does_not_depend_on_the_coordinates()
    {
        const int n = 17;
        var (a, b) = (Matrices.RandomSymmetric(n, n, 1), Matrices.RandomSymmetric(n, n, 2));
        var q = Matrices.RandomOrthogonal(n, 3);
        double[] Turned(double[] matrix) =>
            Matrices.Symmetrized(Matrices.Multiply(Matrices.Transposed(q, n), Matrices.Multiply(matrix, q, n), n), n);
        var here = Eigenbasis(SymmetricEigen.Decompose(a, n), SymmetricEigen.Decompose(b, n));
        var there = Eigenbasis(SymmetricEigen.Decompose(Turned(a), n), SymmetricEigen.Decompose(Turned(b), n));
        Assert.Equal(here.Information, there.Information, 1e-9);
    }

    [Theory]
    [InlineData(0.5, 0.9)]
    [InlineData(-0.3, 0.3)]
    [InlineData(1, 0.4)]
    public void Two_correlations_have_binary_entropies(double first, double second)
    {
        // [[1,r],[r,1]]/2 has the eigenvalues (1 +- r)/2, and the Hadamard product multiplies the r.
        double S(double r) => BinaryEntropy((1 + r) / 2);
        var result = MatrixBased(
            SymmetricEigen.Decompose([1, 2 * first, 2 * first, 4], 2), SymmetricEigen.Decompose([9, 3 * second, 3 * second, 1], 2));
        Assert.Equal(S(first), result.EntropyPrevious, 1e-12);
        Assert.Equal(S(second), result.EntropyNow, 1e-12);
        Assert.Equal(S(first) + S(second) - S(first * second), result.Information, 1e-12);
        Assert.Equal(2 * S(first) - S(first * first), result.SelfInformation, 1e-12);
    }

    [Fact]
    public void Signs_do_not_matter_and_null_rows_become_those_of_the_identity()
    {
        // |[[0,1],[1,0]]| is the identity; a row of zeros is filled up to it.
        var swap = SymmetricEigen.Decompose([0, 1, 1, 0], 2);
        var projector = SymmetricEigen.Decompose([1, 0, 0, 0], 2);
        var zero = SymmetricEigen.Decompose(new double[4], 2);
        foreach (var result in new[] { MatrixBased(swap, projector), MatrixBased(zero, swap) })
        {
            Assert.Equal(Math.Log(2), result.EntropyPrevious, 1e-14);
            Assert.Equal(Math.Log(2), result.EntropyNow, 1e-14);
            Assert.Equal(Math.Log(2), result.Information, 1e-14);
        }
    }

    [Fact]
    public void A_row_just_above_rounding_is_kept()
    {
        // Correlation 1/2 between rows whose diagonal elements are 1 and 1e-14.
        var result = MatrixBased(
            new EigenDecomposition(2, [1e-14, 1], [0, 1, 1, 0]), SymmetricEigen.Decompose([1, 0.5, 0.5, 1], 2));
        Assert.Equal(Math.Log(2), result.EntropyPrevious, 1e-12);
        var tiny = SymmetricEigen.Decompose([1, 0.5e-6, 0.5e-6, 1e-12], 2);
        Assert.Equal(BinaryEntropy(0.75), MatrixBased(tiny, tiny).EntropyPrevious, 1e-4);
    }

    [Fact]
    public void Matrix_based_information_lies_between_zero_and_the_smaller_entropy() => Prop.ForAll(Pairs, test =>
    {
        var result = MatrixBased(
            Decompose(test.Size, test.RankPrevious, test.Seed), Decompose(test.Size, test.RankNow, ~test.Seed));
        return result.Information >= 0
            && result.SelfInformation <= result.EntropyPrevious + 1e-9
            && result.Information <= Math.Min(result.EntropyPrevious, result.EntropyNow) + 1e-9;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Both_readings_agree_with_NumPy()
    {
        // A_ij = cos(ij), B_ij = sin(i+j) + (i/4 on the diagonal), i and j from 1 to 5; numpy.linalg.eigh.
        const int n = 5;
        var (a, b) = (new double[n * n], new double[n * n]);
        for (var k = 0; k < n * n; k++)
        {
            var (i, j) = (k / n + 1, k % n + 1);
            a[k] = Math.Cos(i * j);
            b[k] = Math.Sin(i + j) + (i == j ? i / 4.0 : 0);
        }

        var (previous, now) = (SymmetricEigen.Decompose(a, n), SymmetricEigen.Decompose(b, n));
        var eigenbasis = Eigenbasis(previous, now);
        Assert.Equal(0.5091831857898773, eigenbasis.Information, 1e-12);
        Assert.Equal(1.516217879728829, eigenbasis.Entropy, 1e-12);
        var matrixBased = MatrixBased(previous, now);
        Assert.Equal(1.3259867875599571, matrixBased.Information, 1e-12);
        Assert.Equal(1.5259074419400227, matrixBased.EntropyPrevious, 1e-12);
        Assert.Equal(1.4014640028808796, matrixBased.EntropyNow, 1e-12);
        Assert.Equal(1.4472593886611758, matrixBased.SelfInformation, 1e-12);
    }

    [Fact]
    public void A_decomposition_of_another_order_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(
            () => MutualInformation.Eigenbasis([1, 2], new double[4], new double[9], new MutualInformationWorkspace(2)));
        Assert.Contains("order 2", error.Message);
    }

    [Fact]
    public void Repeated_calls_allocate_nothing()
    {
        const int n = 40;
        var (a, b) = (Decompose(n, n, 1), Decompose(n, 5, 2));
        var workspace = new MutualInformationWorkspace(n);
        void Measure()
        {
            MutualInformation.Eigenbasis(a.Values, a.Vectors, b.Vectors, workspace);
            MutualInformation.MatrixBased(a.Values, a.Vectors, b.Values, b.Vectors, workspace);
        }

        Assert.Equal(0, Allocations.OfThread(Measure));
    }

    private static EigenDecomposition Decompose(int n, int rank, int seed) =>
        SymmetricEigen.Decompose(Matrices.RandomSymmetric(n, rank, (ulong)seed), n);

    private static EigenbasisInformation Eigenbasis(EigenDecomposition a, EigenDecomposition b) =>
        MutualInformation.Eigenbasis(a.Values, a.Vectors, b.Vectors, new MutualInformationWorkspace(a.Size));

    private static MatrixBasedInformation MatrixBased(EigenDecomposition a, EigenDecomposition b) =>
        MutualInformation.MatrixBased(a.Values, a.Vectors, b.Values, b.Vectors, new MutualInformationWorkspace(a.Size));

    private static double BinaryEntropy(double p) => -(p > 0 ? p * Math.Log(p) : 0) - (p < 1 ? (1 - p) * Math.Log(1 - p) : 0);
}
