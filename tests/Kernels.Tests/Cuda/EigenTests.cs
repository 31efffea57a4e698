using System.Runtime.InteropServices;
using Looped.Kernels.Cuda;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Cuda;

/// <summary>Eigensolvers on the device.</summary>
public class EigenTests
{
    private const ElementType Type = ElementType.Float64;

    /// <summary>The second difference has the eigenvalues <c>2 - 2 cos(j pi / (n + 1))</c>.</summary>
    [EmulatedCudaTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(33)]
    [InlineData(48)]
    public void Small_matrices_of_known_spectrum(int n)
    {
        var second = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            second[(i * n) + i] = 2;
            if (i > 0)
            {
                second[(i * n) + i - 1] = second[((i - 1) * n) + i] = -1;
            }
        }

        var random = Symmetric(n, 3);
        double[] both = [.. second, .. random];
        var (values, vectors) = SmallEigen(both, 2, n);
        for (var j = 0; j < n; j++)
        {
            Assert.Equal(2 - (2 * Math.Cos((j + 1) * Math.PI / (n + 1))), values[j], 1e-13);
        }

        for (var b = 0; b < 2; b++)
        {
            var matrix = both.AsSpan(b * n * n, n * n).ToArray();
            double[][] rows = [.. vectors.AsSpan(b * n * n, n * n).ToArray().Chunk(n)];
            for (var j = 0; j < n; j++)
            {
                Assert.True(j == 0 || values[(b * n) + j - 1] <= values[(b * n) + j]);
                Assert.All(
                    Product(matrix, rows[j]).Zip(rows[j]),
                    pair => Assert.Equal(values[(b * n) + j] * pair.Second, pair.First, 1e-12));
                for (var i = 0; i <= j; i++)
                {
                    Assert.Equal(i == j ? 1 : 0, rows[i].Zip(rows[j], (x, y) => x * y).Sum(), 1e-13);
                }
            }
        }
    }

    [EmulatedCudaFact]
    public void Larger_matrices_are_none_for_the_small_solver() =>
        Assert.Throws<NotSupportedException>(() => SmallEigen(new double[49 * 49], 1, 49));

    /// <summary>With Q the product of the reflections, <c>Q T Q'</c> is the matrix again and Q is orthogonal.</summary>
    [EmulatedCudaTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(100)]
    public void Reduction_to_tridiagonal_form(int n)
    {
        var matrix = Symmetric(n, 5);
        var bytes = n * n * sizeof(double);
        var square = new Shape(n, n);
        Operand At(long place, Shape shape) => new(place, Type, shape);
        var (a, reflections, vectors) = (At(0, square), At(bytes, square), At(2 * bytes, square));
        Operand[] lines =
            [.. Enumerable.Range(0, 3).Select(i => At((3 * bytes) + (i * n * sizeof(double)), new Shape(n)))];
        var backend = new CudaBackend(Emulated.Device);
        using var arena = backend.Allocate((3 * bytes) + (3 * n * sizeof(double)));
        using var sequence = backend.Prepare(
            [
                new TridiagonalCall(a, reflections, lines[0], lines[1], lines[2]),
                new RestoreCall(reflections, lines[0], vectors),
            ],
            arena);
        var identity = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            identity[(i * n) + i] = 1;
        }

        arena.Write(0, MemoryMarshal.AsBytes(matrix.AsSpan()));
        arena.Write(2 * bytes, MemoryMarshal.AsBytes(identity.AsSpan()));
        sequence.Run();
        double[] Read(Operand operand)
        {
            var values = new double[operand.Shape.Size];
            arena.Read(operand.Offset, MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        // Row i of what the identity's rows became is Q e_i.
        double[][] q = [.. Read(vectors).Chunk(n)];
        var (off, diagonal) = (Read(lines[1]), Read(lines[2]));
        for (var r = 0; r < n; r++)
        {
            for (var c = 0; c < n; c++)
            {
                var (product, inner) = (0.0, 0.0);
                for (var i = 0; i < n; i++)
                {
                    product += q[i][r] * diagonal[i] * q[i][c];
                    product += i + 1 < n ? off[i] * ((q[i][r] * q[i + 1][c]) + (q[i + 1][r] * q[i][c])) : 0;
                    inner += q[r][i] * q[c][i];
                }

                Assert.Equal(matrix[(r * n) + c], product, 1e-13 * n);
                Assert.Equal(r == c ? 1 : 0, inner, 1e-13);
            }
        }
    }

    private static (double[] Values, double[] Vectors) SmallEigen(double[] matrices, int count, int n)
    {
        var bytes = matrices.Length * sizeof(double);
        var shape = new Shape(count, n, n);
        var backend = new CudaBackend(Emulated.Device);
        using var arena = backend.Allocate((2 * bytes) + (count * n * sizeof(double)));
        using var sequence = backend.Prepare(
            [
                new SmallEigenCall(
                    new Operand(0, Type, shape), new Operand(2 * bytes, Type, new Shape(count, n)), new Operand(bytes, Type, shape)),
            ],
            arena);
        arena.Write(0, MemoryMarshal.AsBytes(matrices.AsSpan()));
        sequence.Run();
        var (values, vectors) = (new double[count * n], new double[matrices.Length]);
        arena.Read(2 * bytes, MemoryMarshal.AsBytes(values.AsSpan()));
        arena.Read(bytes, MemoryMarshal.AsBytes(vectors.AsSpan()));
        return (values, vectors);
    }

    private static double[] Symmetric(int n, ulong seed)
    {
        var random = new Philox(seed, "symmetric");
        var matrix = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                matrix[(i * n) + j] = matrix[(j * n) + i] = random.NextNormal();
            }
        }

        return matrix;
    }

    private static double[] Product(double[] matrix, double[] vector) =>
        [.. matrix.Chunk(vector.Length).Select(row => row.Zip(vector, (x, y) => x * y).Sum())];
}
