using Looped.Analysis.Krylov;
using Looped.Analysis.Operators;
using Looped.Analysis.Tests.Operators;
using Looped.Kernels;
using Looped.Kernels.Cpu;

namespace Looped.Analysis.Tests.Krylov;

/// <summary>Eigenpairs by block Lanczos against matrices of known spectrum.</summary>
public class BlockLanczosTests
{
    private const int N = 120;

    /// <summary>A bulk from -1 to 1 with a few values far out on both sides.</summary>
    private static readonly double[] Spectrum =
        [-7, -3, -2.5, .. Enumerable.Range(0, N - 8).Select(i => -1 + (2.0 * i / (N - 9))), 2, 2.2, 5, 9, 40];

    private static readonly double[] Q = Matrices.RandomOrthogonal(N, seed: 8);

    private static readonly double[] A = Matrices.WithSpectrum(Spectrum, Q);

    public static TheoryData<int, int, SpectrumEnd> Searches
    {
        get
        {
            var data = new TheoryData<int, int, SpectrumEnd>();
            foreach (var (count, block) in new[] { (1, 1), (4, 1), (8, 1), (5, 3), (6, 4), (3, 8) })
            {
                data.Add(count, block, SpectrumEnd.Top);
                data.Add(count, block, SpectrumEnd.Bottom);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Searches))]
    public void Eigenpairs_at_either_end_are_those_of_the_matrix(int count, int block, SpectrumEnd end)
    {
        var pairs = BlockLanczos.Find(new DenseOperator(A, N), count, end, new LanczosOptions(block, Tolerance: 1e-9));
        Assert.True(pairs.Converged);
        Assert.True(pairs.Restarts > 0 || count == 1, "so small a basis is full at some time");
        for (var i = 0; i < count; i++)
        {
            var expected = end == SpectrumEnd.Top ? N - 1 - i : i;
            Assert.Equal(Spectrum[expected], pairs.Values[i], 1e-12 * 40);

            // The residual is what it says, and the vector is the eigenvector as far as the gap to its neighbours allows.
            var vector = pairs.Vector(i).ToArray();
            var product = new double[N];
            new DenseOperator(A, N).Apply(vector, product);
            var residual = Math.Sqrt(product.Zip(vector, (p, v) => Math.Pow(p - (pairs.Values[i] * v), 2)).Sum());
            Assert.Equal(residual, pairs.Residuals[i], 1e-13);
            var cosine = Math.Abs(vector.Zip(Q[(expected * N)..((expected + 1) * N)], (a, b) => a * b).Sum());
            Assert.True(cosine > 1 - 1e-9, $"vector {i} turns away from the eigenvector: {cosine}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Vectors_are_orthonormal(int block)
    {
        var pairs = BlockLanczos.Find(new DenseOperator(A, N), 8, SpectrumEnd.Top, new LanczosOptions(block));
        for (var i = 0; i < 8; i++)
        {
            for (var j = 0; j < 8; j++)
            {
                Assert.Equal(i == j ? 1 : 0, Basis.Dot(pairs.Vector(i), pairs.Vector(j)), 1e-13);
            }
        }
    }

    [Fact]
    public void The_share_of_a_vector_in_the_span_is_that_of_its_components()
    {
        var pairs = BlockLanczos.Find(new DenseOperator(A, N), 3, SpectrumEnd.Top, new LanczosOptions(Tolerance: 1e-12));

        // Three parts along the second eigenvector from the top, four along one from the bottom: 9 of 25.
        double[] vector = [.. Enumerable.Range(0, N).Select(i => (3 * Q[((N - 2) * N) + i]) + (4 * Q[i]))];
        Assert.Equal(9.0 / 25, pairs.Share(vector), 1e-9);
        Assert.Throws<ArgumentException>(() => pairs.Share(vector.AsSpan(1)));
    }

    [Fact]
    public void A_block_sees_eigenvalues_as_often_as_they_occur()
    {
        double[] spectrum = [.. Enumerable.Range(0, 60).Select(i => i / 60.0), 3, 3, 3, 4, 4];
        var a = new DenseOperator(Matrices.WithSpectrum(spectrum, seed: 4), spectrum.Length);
        var pairs = BlockLanczos.Find(a, 6, SpectrumEnd.Top, new LanczosOptions(Block: 3));
        Assert.True(pairs.Converged);
        Assert.All(pairs.Values.Zip([4, 4, 3, 3, 3, 59 / 60.0]), pair => Assert.Equal(pair.Second, pair.First, 1e-11));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_whole_space_has_the_whole_spectrum(int block)
    {
        // Of rank 3 and order 9: every Krylov space is complete before it has the order, and random directions go on.
        var a = Matrices.RandomSymmetric(9, rank: 3, seed: 6);
        var pairs = BlockLanczos.Find(new DenseOperator(a, 9), 9, SpectrumEnd.Bottom, new LanczosOptions(block));
        Assert.True(pairs.Converged);
        var expected = SymmetricEigen.Values(a, 9);
        Assert.All(pairs.Values.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-13 * expected.Max(Math.Abs)));
    }

    [Fact]
    public void A_search_that_is_cut_short_says_so_and_its_residuals_still_bound_the_error()
    {
        // Eigenvalues so close that a few products cannot part them.
        double[] spectrum = [.. Enumerable.Range(0, 300).Select(i => 1 + (i / 300.0))];
        var pairs = BlockLanczos.Find(
            new DenseOperator(Matrices.WithSpectrum(spectrum, seed: 5), 300), 4, SpectrumEnd.Top, new LanczosOptions(MaxProducts: 20));
        Assert.False(pairs.Converged);
        Assert.True(pairs.Products <= 40);
        Assert.All(pairs.Values.Zip(pairs.Residuals), pair =>
            Assert.Contains(spectrum, value => Math.Abs(value - pair.First) <= pair.Second));
    }

    [Fact]
    public void The_largest_eigenvalues_of_a_logistic_model_are_those_of_its_closed_form()
    {
        using var team = new WorkerTeam(2);
        var model = LogisticCase.Logistic;
        using var hessian = new HessianOperator(model.Objective(8), model.Theta, new CpuBackend(), team, 2);
        var expected = SymmetricEigen.Values(model.Hessian(), LogisticCase.Width);
        foreach (var end in Enum.GetValues<SpectrumEnd>())
        {
            var pairs = BlockLanczos.Find(hessian, 2, end, new LanczosOptions(Block: 2), team);
            Assert.True(pairs.Converged);
            Assert.Equal(end == SpectrumEnd.Top ? expected[^1] : expected[0], pairs.Values[0], 1e-13);
            Assert.Equal(end == SpectrumEnd.Top ? expected[^2] : expected[1], pairs.Values[1], 1e-13);
        }
    }

    [Fact]
    public void Results_depend_on_the_seed_in_rounding_alone_and_not_on_the_number_of_threads()
    {
        // Long enough that vectors are cut into pieces.
        const int Size = 5000;
        var a = new Ladder(Size);
        EigenPairs[] results = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using var team = new WorkerTeam(threads);
            return BlockLanczos.Find(a, 3, SpectrumEnd.Top, new LanczosOptions(Block: 2), team);
        })];
        Assert.Equal(results[0].Vectors, results[1].Vectors);
        Assert.Equal(results[0].Vectors, results[2].Vectors);
        var other = BlockLanczos.Find(a, 3, SpectrumEnd.Top, new LanczosOptions(Block: 2, Seed: 1));
        Assert.All(other.Values.Zip(results[0].Values), pair => Assert.Equal(pair.Second, pair.First, 1e-12 * Size));
        Assert.NotEqual(other.Vectors, results[0].Vectors);
    }

    [Fact]
    public void Questions_without_an_answer_are_refused()
    {
        var a = new DenseOperator(A, N);
        Refuse("not 0", () => BlockLanczos.Find(a, 0, SpectrumEnd.Top));
        Refuse("1 to 120 eigenpairs", () => BlockLanczos.Find(a, 121, SpectrumEnd.Top));
        Refuse("at least 12 vectors, not 11", () => BlockLanczos.Find(a, 10, SpectrumEnd.Top, new LanczosOptions(Basis: 11)));
        Refuse("at least 1 vector", () => BlockLanczos.Find(a, 1, SpectrumEnd.Top, new LanczosOptions(Block: 0)));
        Refuse("tolerance", () => BlockLanczos.Find(a, 1, SpectrumEnd.Top, new LanczosOptions(Tolerance: 0)));
        Assert.Throws<ArithmeticException>(() => BlockLanczos.Find(
            new CombinedOperator(double.NaN, (1, a)), 1, SpectrumEnd.Top));

        static void Refuse(string complaint, Action act) =>
            Assert.Contains(complaint, Assert.Throws<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    /// <summary>A diagonal matrix whose largest eigenvalues lie far apart.</summary>
    private sealed class Ladder(int size) : ICurvatureOperator
    {
        public int Size => size;

        public void Apply(ReadOnlySpan<double> vector, Span<double> result)
        {
            for (var i = 0; i < size; i++)
            {
                result[i] = vector[i] * size / (i + 1);
            }
        }

        public void ApplyBatch(ReadOnlySpan<double> vectors, int count, Span<double> results)
        {
            for (var k = 0; k < count; k++)
            {
                Apply(vectors.Slice(k * size, size), results.Slice(k * size, size));
            }
        }
    }
}
