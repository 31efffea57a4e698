using Looped.Analysis.Operators;
using Looped.Kernels;

namespace Looped.Analysis.Tests.Operators;

/// <summary>Restrictions, projections and combinations against the same arithmetic on formed matrices.</summary>
public class OperatorAlgebraTests
{
    private const int N = 11;

    private static readonly double[] A = Matrices.RandomSymmetric(N, rank: 9, seed: 1);

    private static readonly double[] B = Matrices.RandomSymmetric(N, rank: 4, seed: 2);

    [Fact]
    public void A_combination_is_that_of_the_matrices()
    {
        var combined = new CombinedOperator(
            0.5, (2, new DenseOperator(A, N)), (-3, new DenseOperator(B, N)));
        var expected = Matrices.Diagonal([.. Enumerable.Repeat(0.5, N)]).Zip(A.Zip(B), (i, pair) =>
            i + (2 * pair.First) - (3 * pair.Second)).ToArray();
        Formed.Agrees(expected, Formed.Of(combined), 1e-15);
        Formed.Agrees(expected, Formed.OneByOne(combined), 1e-15);
    }

    [Fact]
    public void A_restriction_is_the_block_of_its_coordinates()
    {
        int[] kept = [1, 2, 5, 6, 7, 10];
        var restricted = new RestrictedOperator(new DenseOperator(A, N), (1, 2), (5, 3), (10, 1));
        double[] expected = [.. from i in kept from j in kept select A[(i * N) + j]];
        Assert.Equal(expected, Formed.Of(restricted));
        Assert.Equal(expected, Formed.OneByOne(restricted));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_projection_is_the_product_with_the_projector_on_both_sides(bool off)
    {
        const int Count = 4;
        var q = Matrices.RandomOrthogonal(N, seed: 3);
        var projector = new double[N * N];
        for (var k = 0; k < N * N; k++)
        {
            var inside = Enumerable.Range(0, Count).Sum(r => q[(r * N) + (k / N)] * q[(r * N) + (k % N)]);
            projector[k] = off ? (k / N == k % N ? 1 : 0) - inside : inside;
        }

        var expected = Matrices.Multiply(Matrices.Multiply(projector, A, N), projector, N);
        using var projected = off
            ? ProjectedOperator.Off(new DenseOperator(A, N), q.AsSpan(0, Count * N), Count)
            : ProjectedOperator.On(new DenseOperator(A, N), q.AsSpan(0, Count * N), Count);
        Formed.Agrees(expected, Formed.Of(projected), 1e-14);
    }

    [Fact]
    public void What_fits_no_operator_is_refused()
    {
        var a = new DenseOperator(A, N);
        Refuse("not 4", () => new DenseOperator(new double[4], 3));
        Refuse("elements (1,0) and (0,1) differ", () => new DenseOperator([1, 2, 3, 4], 2));
        Refuse("sizes 11, 2", () => new CombinedOperator(0, (1, a), (1, new DenseOperator(new double[4], 2))));
        Refuse("needs a range", () => new RestrictedOperator(a));
        Refuse("2 coordinates from 10 on", () => new RestrictedOperator(a, (10, 2)));
        Refuse("behind 5", () => new RestrictedOperator(a, (2, 3), (4, 1)));
        Refuse("vectors 0 and 0", () => ProjectedOperator.On(a, new double[N], 1));
        Refuse("12 numbers", () => ProjectedOperator.On(a, new double[12], 1));
        Refuse("3 products of order 11", () => a.ApplyBatch(new double[2 * N], 3, new double[2 * N]));

        static void Refuse(string complaint, Action act) =>
            Assert.Contains(complaint, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_that_does_not_repeat_itself_is_found_out()
    {
        var fickle = new Fickle();
        var failure = Assert.Throws<InvalidOperationException>(() => DeterminismProbe.Require(fickle, "Hessian"));
        Assert.Contains("two products of the Hessian with one vector differ: element 2", failure.Message, StringComparison.Ordinal);
        DeterminismProbe.Require(new DenseOperator(A, N), "matrix");
    }

    [Fact]
    public void Projections_do_not_depend_on_the_number_of_threads()
    {
        const int Size = 5000;
        var vector = new double[Size];
        new Looped.Tensors.Philox(4, "vector").FillNormal(vector, 1);
        var unit = Array.ConvertAll(vector, x => x / Math.Sqrt(vector.Sum(y => y * y)));
        double[][] results = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using var team = new WorkerTeam(threads);
            using var projected = ProjectedOperator.Off(new Fickle(Size, 0), unit, 1, team);
            var (input, result) = (new double[Size], new double[Size]);
            new Looped.Tensors.Philox(5, "vector").FillNormal(input, 1);
            projected.Apply(input, result);
            return result;
        })];
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    /// <summary>The identity, whose third element changes by a last bit with each product.</summary>
    private sealed class Fickle(int size = 4, double change = 1e-15) : ICurvatureOperator
    {
        private int _products;

        public int Size => size;

        public void Apply(ReadOnlySpan<double> vector, Span<double> result)
        {
            vector.CopyTo(result);
            result[2] *= 1 + (change * _products++);
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
