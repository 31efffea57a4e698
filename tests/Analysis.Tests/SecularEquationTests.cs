using FsCheck;
using FsCheck.Fluent;
using Looped.Analysis.Dense;
using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>Roots of <c>1/rho + sum w_j / (d_j - x)</c>.</summary>
public unsafe class SecularEquationTests
{
    private static readonly Arbitrary<(int Count, int WeightDecades, int GapDecades, int Seed)> Cases =
        (from count in Gen.Choose(1, 40)
         from weightDecades in Gen.Choose(0, 28)
         from gapDecades in Gen.Choose(0, 14)
         from seed in Gen.Choose(0, int.MaxValue - 1)
         select (count, weightDecades, gapDecades, seed)).ToArbitrary();

    [Fact]
    public void One_pole_is_moved_by_its_weight()
    {
        var (roots, gaps) = Roots([2], [0.5], 3);
        Assert.Equal(3.5, roots[0]);
        Assert.Equal(-1.5, gaps[0][0]);
    }

    [Fact]
    public void Two_poles_move_to_the_roots_of_a_quadratic()
    {
        // det(diag(0,1) + 2 z z' - x) with z_1^2 = z_2^2 = 1/2: x^2 - 3 x + 1.
        var (roots, _) = Roots([0, 1], [0.5, 0.5], 2);
        Assert.Equal((3 - Math.Sqrt(5)) / 2, roots[0], 1e-14);
        Assert.Equal((3 + Math.Sqrt(5)) / 2, roots[1], 1e-14);
    }

    /// <summary>
    /// Neighbouring doubles of each distance from the nearest pole have f of both signs, or f is zero to the rounding of
    /// its terms; and the roots interlace with the poles.
    /// </summary>
    [Fact]
    public void Roots_interlace_with_the_poles_and_solve_the_equation() =>
        Prop.ForAll(Cases, test => SolvesAll(test.Count, test.WeightDecades, test.GapDecades, (ulong)test.Seed))
            .QuickCheckThrowOnFailure();

    private static bool SolvesAll(int count, int weightDecades, int gapDecades, ulong seed)
    {
        var random = new Philox(seed, "secular");
        var (poles, weights) = (new double[count], new double[count]);
        for (var j = 0; j < count; j++)
        {
            var gap = (0.1 + random.NextDouble()) * Math.Pow(10, -gapDecades * random.NextDouble());
            poles[j] = j == 0 ? random.NextNormal() : poles[j - 1] + gap;
            weights[j] = (0.1 + random.NextDouble()) * Math.Pow(10, -weightDecades * random.NextDouble());
        }

        var rho = 0.1 + random.NextDouble();
        var (_, gaps) = Roots(poles, weights, rho);
        for (var i = 0; i < count; i++)
        {
            var interlaces = gaps[i][i] < 0 && (i == count - 1 || gaps[i][i + 1] > 0);
            var value = 1 / rho + weights.Zip(gaps[i], (w, gap) => w / gap).Sum();
            var magnitude = 1 / rho + weights.Zip(gaps[i], (w, gap) => w / Math.Abs(gap)).Sum();

            // What one rounding of the distance from the nearest pole does to f.
            var slope = weights.Zip(gaps[i], (w, gap) => w / (gap * gap)).Sum() * gaps[i].Min(Math.Abs);
            Assert.True(interlaces, $"root {i} of {count} is not between its poles");
            Assert.True(
                Math.Abs(value) <= 100 * Matrices.Epsilon * (magnitude + slope), $"f = {value:E2} at root {i} of {count}");
        }

        return true;
    }

    private static (double[] Roots, double[][] Gaps) Roots(double[] poles, double[] weights, double rho)
    {
        var count = poles.Length;
        var padded = AlignedBuffer.RoundUp(count);
        double[] paddedPoles = [.. poles, .. Enumerable.Repeat(double.PositiveInfinity, padded - count)];
        double[] paddedWeights = [.. weights, .. new double[padded - count]];
        var roots = new double[count];
        var gaps = new double[count][];
        for (var i = 0; i < count; i++)
        {
            gaps[i] = new double[padded];
            fixed (double* p = paddedPoles, w = paddedWeights, g = gaps[i])
            {
                roots[i] = SecularEquation.Solve<Lanes256>(i, count, p, w, rho, g);
            }

            gaps[i] = gaps[i][..count];
        }

        return (roots, gaps);
    }
}
