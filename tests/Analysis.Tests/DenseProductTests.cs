using Looped.Analysis.Dense;
using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>The blocked product against the definition, at sizes around the edges of tiles and blocks.</summary>
public unsafe class DenseProductTests
{
    private const double Guard = -7.5;

    public static TheoryData<int, int, int> Sizes =>
        new()
        {
            { 0, 3, 2 }, { 1, 1, 1 }, { 3, 5, 0 }, { 4, 24, 7 }, { 5, 25, 1 }, { 13, 12, 33 },
            { 97, 50, 225 }, { 100, 390, 10 }, { 33, 71, 449 },
        };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_product_is_the_sum_over_the_inner_index(int rows, int columns, int depth)
    {
        foreach (var (left, right) in new[] { (false, false), (false, true), (true, false), (true, true) })
        {
            Check<Lanes512>(ProductMode.Overwrite, rows, columns, depth, left, right);
            Check<Lanes256>(ProductMode.Overwrite, rows, columns, depth, left, right);
            Check<Lanes512>(ProductMode.Add, rows, columns, depth, left, right);
            Check<Lanes256>(ProductMode.Add, rows, columns, depth, left, right);
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(24, 8)]
    [InlineData(61, 64)]
    [InlineData(401, 5)]
    public void A_lower_product_is_right_up_to_the_squares_of_the_diagonal(int n, int depth)
    {
        Check<Lanes512>(ProductMode.AddLower, n, n, depth, true, false);
        Check<Lanes256>(ProductMode.AddLower, n, n, depth, true, false);
    }

    [Fact]
    public void Workers_with_a_share_of_the_panels_and_panels_of_any_size_give_the_same_bits()
    {
        Share<Lanes512>();
        Share<Lanes256>();
    }

    private static void Share<TLanes>()
        where TLanes : unmanaged, ILanes<TLanes>
    {
        const int n = 201;
        using var team = new WorkerTeam(3);
        var whole = new DenseProduct<TLanes>(team, n);
        var (a, b) = (Matrices.RandomSymmetric(n, n, 1), Matrices.RandomSymmetric(n, n, 2));
        var products = Enumerable.Range(0, 5).Select(_ => new double[n * n]).ToArray();
        Multiply(new DenseProduct<TLanes>(), products[3]);
        Multiply(whole, products[4]);
        Parallel.For(0, team.Size, worker => Multiply(whole.Share(worker), products[worker]));
        Assert.All(products, product => Assert.Equal(products[3], product));

        void Multiply(DenseProduct product, double[] result)
        {
            fixed (double* pa = a, pb = b, pc = result)
            {
                product.Multiply(new MatrixView(pa, n), new MatrixView(pb, n), pc, n, n, n, n);
            }
        }
    }

    private static void Check<TLanes>(ProductMode mode, int rows, int columns, int depth, bool leftTransposed, bool rightTransposed)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        const double alpha = -0.75;
        var random = new Philox(5, "product");
        var (a, b) = (new double[rows * depth], new double[depth * columns]);
        random.FillNormal(a, 1);
        random.FillNormal(b, 1);
        var stride = columns + 3;
        var c = new double[(rows + 1) * stride];
        Array.Fill(c, Guard);
        fixed (double* pa = a, pb = b, pc = c)
        {
            var left = leftTransposed ? new MatrixView(pa, rows).Transposed : new MatrixView(pa, depth);
            var right = rightTransposed ? new MatrixView(pb, depth).Transposed : new MatrixView(pb, columns);
            new DenseProduct<TLanes>().Multiply(mode, alpha, left, right, pc, stride, rows, columns, depth);
        }

        for (var i = 0; i <= rows; i++)
        {
            for (var j = 0; j < stride; j++)
            {
                if (i == rows || j >= columns)
                {
                    Assert.Equal(Guard, c[i * stride + j]);
                    continue;
                }

                if (mode == ProductMode.AddLower && j / AlignedBuffer.Line > i / AlignedBuffer.Line)
                {
                    continue;
                }

                var exact = mode == ProductMode.Overwrite ? 0 : Guard;
                var magnitude = Math.Abs(exact);
                for (var k = 0; k < depth; k++)
                {
                    var x = leftTransposed ? a[k * rows + i] : a[i * depth + k];
                    var y = rightTransposed ? b[j * depth + k] : b[k * columns + j];
                    exact += alpha * x * y;
                    magnitude += Math.Abs(alpha * x * y);
                }

                Assert.Equal(exact, c[i * stride + j], 2 * (depth + 2) * Matrices.Epsilon * magnitude);
            }
        }
    }
}
