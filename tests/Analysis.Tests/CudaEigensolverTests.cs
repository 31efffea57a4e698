using Looped.Kernels.Cuda;
using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>The eigensolver on the emulated CUDA device.</summary>
public class CudaEigensolverTests
{
    /// <summary><c>A = H D H</c> with D known and H a reflection.</summary>
    [EmulatedCudaTheory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(90)]
    public void Matrices_of_known_spectrum(int n)
    {
        var random = new Philox(1, "reflection");
        double[] u = [.. Enumerable.Range(0, n).Select(_ => random.NextNormal())];
        var length = Math.Sqrt(u.Sum(x => x * x));
        u = [.. u.Select(x => x / length)];
        double[] spectrum = [.. Enumerable.Range(0, n).Select(i => (i * i / (double)n) - 3)];
        var mixed = u.Zip(spectrum, (x, d) => x * x * d).Sum();
        var matrix = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                matrix[(i * n) + j] = (i == j ? spectrum[i] : 0) - (2 * u[i] * u[j] * (spectrum[i] + spectrum[j])) +
                    (4 * mixed * u[i] * u[j]);
            }
        }

        using var solver = new CudaEigensolver(n, new CudaBackend(CudaDevice.All()[0]));
        var (values, again, vectors) = (new double[n], new double[n], new double[n * n]);
        solver.Values(matrix, values);
        solver.Decompose(matrix, again, vectors);
        for (var j = 0; j < n; j++)
        {
            Assert.Equal(spectrum[j], values[j], 1e-13 * n);
            Assert.Equal(spectrum[j], again[j], 1e-13 * n);
            var row = vectors.AsSpan(j * n, n).ToArray();
            Assert.Equal(1, row.Sum(x => x * x), 1e-13);
            for (var i = 0; i < n; i++)
            {
                var product = row.Select((x, k) => x * matrix[(i * n) + k]).Sum();
                Assert.Equal(spectrum[j] * row[i], product, 1e-12 * n);
            }
        }
    }

    [EmulatedCudaFact]
    public void What_is_no_matrix_of_the_order_is_refused()
    {
        using var solver = new CudaEigensolver(2, new CudaBackend(CudaDevice.All()[0]));
        Assert.Throws<ArgumentException>(() => solver.Values(new double[3], new double[2]));
        Assert.Throws<ArgumentException>(() => solver.Values([1, 0, 0, double.NaN], new double[2]));
        Assert.Throws<ArgumentException>(() => solver.Decompose(new double[4], new double[2], new double[3]));
    }
}
