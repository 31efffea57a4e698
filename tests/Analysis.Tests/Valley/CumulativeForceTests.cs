using Looped.Analysis.Theory;
using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>
/// Setting 1, <c>L = 1/2 v'H_V v + v'H_VR r - h'r</c>: as long as the valley does not feel the river, v_k = (I - eta H_V)^k v_0,
/// and the force has a closed form.
/// </summary>
public class CumulativeForceTests
{
    private const double Rate = 0.05;
    private const int Steps = 17;
    private const int River = 5;

    private static readonly double[] Curvatures = [0.3, 1, 4, 18];

    /// <summary>A basis whose valley has these curvatures, with the Hessian of Setting 1 and given coupling in it.</summary>
    private static (ValleyBasis Basis, double[] Hessian) Setting(double[] coupling, double[] valley)
    {
        var size = River + Curvatures.Length;
        var rows = Matrices.RandomOrthogonal(size, 4);
        var basis = new ValleyBasis(
            [.. new double[River], .. Curvatures], rows, new ValleyCriteria(1, 10, 0, EpsilonMode.Absolute));
        var blocks = new double[size * size];
        for (var i = 0; i < valley.Length; i++)
        {
            var row = River + i;
            blocks[(row * size) + row] = valley[i];
            for (var j = 0; j < River; j++)
            {
                blocks[(row * size) + j] = blocks[(j * size) + row] = coupling[(i * River) + j];
            }
        }

        // In parameter space: Q' B Q.
        var product = Matrices.Multiply(Matrices.Transposed(rows, size), Matrices.Multiply(blocks, rows, size), size);
        return (basis, Matrices.Symmetrized(product, size));
    }

    private static double[] Coupling(double scale)
    {
        var coupling = new double[Curvatures.Length * River];
        new Philox(6, "coupling").FillNormal(coupling, scale);
        return coupling;
    }

    /// <summary>Theta with valley coordinates v.</summary>
    private static double[] Point(ValleyBasis basis, ReadOnlySpan<double> v)
    {
        var theta = new double[basis.Size];
        for (var i = 0; i < v.Length; i++)
        {
            for (var k = 0; k < theta.Length; k++)
            {
                theta[k] += v[i] * basis.Valley[(i * basis.Size) + k];
            }
        }

        return theta;
    }

    [Fact]
    public void Along_an_unforced_valley_the_force_is_its_closed_form_and_within_its_bounds()
    {
        var coupling = Coupling(0.4);
        var (basis, hessian) = Setting(coupling, Curvatures);
        double[] start = [0.7, -0.2, 0.5, 0.1];
        var gradient = Point(basis, [.. start.Zip(Curvatures, (v, lambda) => v * lambda)]);
        using var team = new WorkerTeam(1);
        var blocks = new HessianBlocks(basis, team);
        var force = new CumulativeForce(basis, Point(basis, start), gradient, Rate);
        double[] v = [.. start];
        for (var k = 0; k < Steps; k++)
        {
            force.Add(Point(basis, v), blocks, blocks.Measure(hessian));
            v = [.. v.Zip(Curvatures, (x, lambda) => (1 - (Rate * lambda)) * x)];
        }

        var row = force.Row();
        var sums = Curvatures.Select(lambda => (1 - Math.Pow(1 - (Rate * lambda), Steps)) / lambda).ToArray();
        var expected = new double[River];
        for (var i = 0; i < start.Length; i++)
        {
            for (var j = 0; j < River; j++)
            {
                expected[j] += coupling[(i * River) + j] * sums[i] * start[i];
            }
        }

        var norm = Math.Sqrt(expected.Sum(x => x * x));
        Assert.Equal(Steps, row.Steps);
        Assert.Equal(norm, row.Measured, 1e-12);
        Assert.Equal(norm, row.Unforced, 1e-12);
        Assert.Equal(Math.Sqrt(start.Sum(x => x * x)), row.Start, 1e-13);
        Assert.Equal(Rate * 18, row.RateTimesLargest, 1e-14);
        Assert.Equal(SpectralNorm(coupling), row.Coupling, 1e-12);
        Assert.Equal(row.Coupling * row.Start * sums.Sum(), row.FirstTrace, 1e-12);
        Assert.Equal(row.Coupling * row.Start * sums.Max(), row.FirstSharp, 1e-12);
        Assert.InRange(row.Measured, 0, row.FirstSharp);
        Assert.InRange(row.FirstSharp, 0, row.FirstTrace);

        // The Hessian stands still, so it is its own greatest lower bound.
        Assert.Equal(1, row.LowerMultiple, 1e-12);
        Assert.Equal(row.FirstTrace, row.LowerTrace, 1e-10);
        Assert.Equal(row.FirstSharp, row.LowerSharp, 1e-10);
    }

    [Fact]
    public void A_valley_that_flattens_has_a_smaller_multiple_of_its_first_Hessian_below_it()
    {
        var (basis, first) = Setting(Coupling(0.1), Curvatures);
        var (_, later) = Setting(Coupling(0.3), [0.3, 1, 1, 18]);
        using var team = new WorkerTeam(1);
        var blocks = new HessianBlocks(basis, team);
        var force = new CumulativeForce(basis, new double[basis.Size], Point(basis, [1, 1, 1, 1]), Rate);
        force.Add(new double[basis.Size], blocks, blocks.Measure(first));
        force.Add(new double[basis.Size], blocks, blocks.Measure(later));
        var row = force.Row();
        Assert.Equal(0.25, row.LowerMultiple, 1e-12);
        Assert.Equal(SpectralNorm(Coupling(0.3)), row.Coupling, 1e-12);
        Assert.Equal(
            row.Coupling * row.Start * Curvatures.Sum(lambda => ForceBound.Capacity(0.25 * lambda, Rate, 2)), row.LowerTrace, 1e-12);
        Assert.InRange(row.Unforced, 0, row.LowerSharp);
    }

    [Fact]
    public void Without_a_positive_semidefinite_lower_bound_the_theorem_says_nothing()
    {
        var (basis, _) = Setting(Coupling(0.1), Curvatures);
        var (_, later) = Setting(Coupling(0.1), [0.3, -0.1, 4, 18]);
        using var team = new WorkerTeam(1);
        var blocks = new HessianBlocks(basis, team);
        var force = new CumulativeForce(basis, new double[basis.Size], Point(basis, [1, 1, 1, 1]), Rate);
        force.Add(new double[basis.Size], blocks, blocks.Measure(later));
        var row = force.Row();
        Assert.Equal(-0.1, row.LowerMultiple, 1e-12);
        Assert.True(double.IsNaN(row.LowerTrace) && double.IsNaN(row.LowerSharp));
        Assert.True(double.IsFinite(row.FirstTrace));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-12)]
    [InlineData(0.7)]
    [InlineData(19)]
    [InlineData(39)]
    public void The_sum_of_powers_is_its_closed_form(double lambda)
    {
        // To first order in lambda the closed form is K eta - lambda eta^2 K (K - 1) / 2.
        var expected = lambda < 1e-9
            ? (Steps * Rate) - (lambda * Rate * Rate * Steps * (Steps - 1) / 2)
            : (1 - Math.Pow(1 - (Rate * lambda), Steps)) / lambda;
        Assert.Equal(expected, ForceBound.Capacity(lambda, Rate, Steps), 1e-14);
    }

    [Fact]
    public void The_trace_norm_is_a_sum_and_the_spectral_norm_a_maximum()
    {
        double[] sums = [.. Curvatures.Select(lambda => ForceBound.Capacity(lambda, Rate, Steps))];
        Assert.Equal(sums.Sum(), ForceBound.Trace(Curvatures, Rate, Steps), 1e-14);
        Assert.Equal(sums.Max(), ForceBound.Sharp(Curvatures, Rate, Steps));
        Assert.Equal(0, ForceBound.Sharp([], Rate, Steps));
    }

    /// <summary>The root of the largest eigenvalue of C C'.</summary>
    private static double SpectralNorm(double[] coupling)
    {
        var n = Curvatures.Length;
        var gram = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                gram[(i * n) + j] = Enumerable.Range(0, River).Sum(k => coupling[(i * River) + k] * coupling[(j * River) + k]);
            }
        }

        return Math.Sqrt(SymmetricEigen.Values(gram, n)[^1]);
    }
}
