using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>
/// Orders from which on the solver goes other ways. Residuals use the structure of the matrix, and orthogonality is
/// tested on a few vectors, so that the test takes less time than what is tested.
/// </summary>
public class LargeEigenTests
{
    [Fact]
    public void The_Laplacian_of_a_rectangle_of_3200_points_is_decomposed()
    {
        const int Height = 50;
        const int Width = 64;
        const int N = Height * Width;
        var matrix = new double[N * N];
        for (var i = 0; i < N; i++)
        {
            matrix[i * N + i] = 4;
            Connect(i, i % Width < Width - 1 ? i + 1 : i);
            Connect(i, i + Width < N ? i + Width : i);
        }

        void Connect(int i, int j)
        {
            if (i != j)
            {
                matrix[i * N + j] = matrix[j * N + i] = -1;
            }
        }

        double Mode(int k, int length) => 2 - 2 * Math.Cos(Math.PI * (k + 1) / (length + 1));
        var exact = Enumerable.Range(0, N).Select(k => Mode(k / Width, Height) + Mode(k % Width, Width)).Order().ToArray();
        using var team = new WorkerTeam(Environment.ProcessorCount);
        var solver = new SymmetricEigensolver(N, team);
        var (values, vectors) = (new double[N], new double[N * N]);
        solver.Values(matrix, values);
        EigenAssert.ValuesAgree(exact, values);
        solver.Decompose(matrix, values, vectors);
        EigenAssert.ValuesAgree(exact, values);

        var tolerance = 10 * N * Matrices.Epsilon * 8;
        for (var j = 0; j < N; j++)
        {
            var u = vectors.AsSpan(j * N, N);
            var square = 0.0;
            for (var i = 0; i < N; i++)
            {
                var image = (4 - values[j]) * u[i];
                image -= i % Width > 0 ? u[i - 1] : 0;
                image -= i % Width < Width - 1 ? u[i + 1] : 0;
                image -= i >= Width ? u[i - Width] : 0;
                image -= i < N - Width ? u[i + Width] : 0;
                square += image * image;
            }

            Assert.True(Math.Sqrt(square) <= tolerance, $"residual {Math.Sqrt(square):E2} of pair {j}");
        }

        KeepsLengths(vectors, N);
    }

    [Theory]
    [InlineData(699)]
    [InlineData(701)]
    [InlineData(899)]
    [InlineData(901)]
    [InlineData(1024)]
    [InlineData(1511)]
    public void A_dense_matrix_with_a_prescribed_spectrum_has_it(int n)
    {
        var random = new Philox((ulong)n, "prescribed");
        var values = Enumerable.Range(0, n).Select(k => k % 5 == 0 ? 0 : Math.Pow(10, -12 * random.NextDouble()) * (k % 3 - 1)).ToArray();
        var matrix = Matrices.Diagonal(values);
        for (var reflection = 0; reflection < 3; reflection++)
        {
            Reflect(matrix, n, random);
        }

        using var team = new WorkerTeam(2);
        EigenAssert.ValuesAgree([.. values.Order()], SymmetricEigen.Values(matrix, n, team));
        var range = SymmetricEigen.Values(matrix, n, n / 3, 50, team);
        Assert.All(
            values.Order().Skip(n / 3).Zip(range), pair => Assert.Equal(pair.First, pair.Second, 10 * n * Matrices.Epsilon));
    }

    [Fact]
    public void Clements_matrix_of_prime_order_has_equally_spaced_values()
    {
        const int N = 1009;
        var e = Enumerable.Range(1, N - 1).Select(k => Math.Sqrt(k * (double)(N - k))).ToArray();
        double[] exact = [.. Enumerable.Range(0, N).Select(k => 2.0 * k - (N - 1))];
        using var team = new WorkerTeam(2);
        var matrix = Matrices.Tridiagonal(new double[N], e);
        EigenAssert.ValuesAgree(exact, SymmetricEigen.Values(matrix, N, team));
        var decomposition = SymmetricEigen.Decompose(matrix, N, team);
        EigenAssert.ValuesAgree(exact, decomposition.Values);
        KeepsLengths(decomposition.Vectors, N);
    }

    /// <summary><c>A := H A H</c> for a random reflection H.</summary>
    private static void Reflect(double[] a, int n, Philox random)
    {
        var v = new double[n];
        random.FillNormal(v, 1);
        var factor = 2 / v.Sum(x => x * x);
        var w = new double[n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                w[i] += factor * a[i * n + j] * v[j];
            }
        }

        var shift = 0.5 * factor * v.Zip(w, (x, y) => x * y).Sum();
        for (var i = 0; i < n; i++)
        {
            w[i] -= shift * v[i];
        }

        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                a[i * n + j] -= v[i] * w[j] + w[i] * v[j];
                a[j * n + i] = a[i * n + j];
            }
        }
    }

    /// <summary>|U x| = |x| for a few x, and U'U x = x.</summary>
    private static void KeepsLengths(double[] vectors, int n)
    {
        var random = new Philox(9, "directions");
        var (x, image, back) = (new double[n], new double[n], new double[n]);
        for (var trial = 0; trial < 3; trial++)
        {
            random.FillNormal(x, 1);
            Array.Clear(back);
            for (var j = 0; j < n; j++)
            {
                var row = vectors.AsSpan(j * n, n);
                image[j] = 0;
                for (var i = 0; i < n; i++)
                {
                    image[j] += row[i] * x[i];
                }

                for (var i = 0; i < n; i++)
                {
                    back[i] += image[j] * row[i];
                }
            }

            var error = Math.Sqrt(back.Zip(x, (b, a) => (b - a) * (b - a)).Sum());
            var length = Math.Sqrt(x.Sum(a => a * a));
            Assert.True(error <= 10 * n * Matrices.Epsilon * length, $"U'U x differs from x by {error / length:E2}");
        }
    }
}
