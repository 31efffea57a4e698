using FsCheck;
using FsCheck.Fluent;
using Looped.Analysis.Theory;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Theory;

/// <summary>Theorem 1 and Corollary 1.</summary>
public class ForceBoundTests
{
    private static readonly Arbitrary<(ulong Seed, int Size, int Steps, double Top)> Cases =
        (from world in Worlds.Cases.Generator
         from steps in Gen.Choose(1, 120)
         from top in Gen.Choose(1, 199)
         select (world.Seed, world.Size, steps, top / 100.0)).ToArbitrary();

    [Theory]
    [InlineData(0.3, 0.1, 1)]
    [InlineData(0.3, 0.1, 7)]
    [InlineData(15, 0.1, 32)]
    [InlineData(-2, 0.1, 20)]
    [InlineData(1e-9, 0.1, 1000)]
    public void A_capacity_is_the_sum_of_the_decay(double lambda, double eta, int steps)
    {
        var (sum, power) = (0m, 1m);
        for (var k = 0; k < steps; k++)
        {
            sum += (decimal)eta * power;
            power *= 1 - ((decimal)eta * (decimal)lambda);
        }

        Assert.Equal((double)sum, ForceBound.Capacity(lambda, eta, steps), Math.Abs(1e-13 * (double)sum));
    }

    [Fact]
    public void A_flat_direction_has_the_capacity_of_all_steps() => Assert.Equal(0.5, ForceBound.Capacity(0, 0.1, 5), 1e-15);

    [Fact]
    public void The_force_of_an_unforced_valley_is_that_of_its_capacities() => Prop.ForAll(Cases, test =>
    {
        var random = new Philox(test.Seed, "force");
        var spectrum = ValleySpectra.Dominated(random, test.Size, test.Top).V;
        var basis = Matrix.Orthogonal(random, test.Size);
        var coupling = Matrix.Normal(random, 3, test.Size);
        var landscape = new QuadraticLandscape(spectrum, basis, coupling, Vectors.Normal(random, 3));
        var start = Vectors.Normal(random, test.Size);
        var trace = new ForceTrace(landscape, start, Vectors.Normal(random, 3), 1);
        trace.Run(test.Steps);
        double[] capacities = [.. spectrum.Select(lambda => ForceBound.Capacity(lambda, 1, test.Steps))];
        var expected = (-1 * coupling * basis.Transpose() * Matrix.Diagonal(capacities) * basis).Apply(start);
        return Vectors.RelativeError(trace.UnforcedForce, expected) < 1e-9;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Theorem_1_the_unforced_force_is_within_the_sharp_bound_and_that_within_the_papers() =>
        Prop.ForAll(Cases, test =>
        {
            var random = new Philox(test.Seed, "bound");
            var spectrum = ValleySpectra.Crossing(random, test.Size, test.Top).V;
            var river = 1 + random.NextInt(4);
            var trace = new ForceTrace(
                Worlds.Quadratic(random, spectrum, river), Vectors.Normal(random, test.Size), Vectors.Normal(random, river), 1);
            trace.Run(test.Steps);
            return Vectors.Norm(trace.UnforcedForce) <= trace.SharpBound * (1 + 1e-12)
                && trace.SharpBound <= trace.Bound * (1 + 1e-12);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_sharp_bound_is_attained_along_one_direction()
    {
        var landscape = new QuadraticLandscape([0.4], Matrix.Identity(1), new Matrix(1, 1, [0.3]), [1]);
        var trace = new ForceTrace(landscape, [2], [0], 1);
        trace.Run(9);
        Assert.Equal(trace.SharpBound, Math.Abs(trace.UnforcedForce[0]), 1e-15);
        Assert.Equal(trace.SharpBound, trace.Bound, 1e-15);
    }

    [Fact]
    public void Corollary_1_a_dominated_spectrum_has_the_larger_bound_where_no_direction_hops() => Prop.ForAll(Cases, test =>
    {
        var random = new Philox(test.Seed, "corollary");
        var spectra = ValleySpectra.Dominated(random, test.Size, test.Top / 2);
        return spectra.IsDominated && spectra.HasMoreLow
            && ForceBound.Trace(spectra.V, 1, test.Steps) >= ForceBound.Trace(spectra.U, 1, test.Steps)
            && ForceBound.Sharp(spectra.V, 1, test.Steps) >= ForceBound.Sharp(spectra.U, 1, test.Steps);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void With_hopping_it_still_has_after_an_even_number_of_steps() => Prop.ForAll(Cases, test =>
    {
        var spectra = ValleySpectra.Dominated(new Philox(test.Seed, "even"), test.Size, test.Top);
        return ForceBound.Trace(spectra.V, 1, 2 * test.Steps) >= ForceBound.Trace(spectra.U, 1, 2 * test.Steps) * (1 - 1e-12);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void With_hopping_it_need_not_after_an_odd_number()
    {
        // s = 1 + x + x^2 has its least value, 3/4, at x = 1 - eta lambda = -1/2.
        Assert.Equal(0.75, ForceBound.Trace([1.5], 1, 3), 1e-15);
        Assert.True(ForceBound.Trace([1.9], 1, 3) > ForceBound.Trace([1.5], 1, 3));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(1, false)]
    public void Corollary_2_hangs_on_the_sign_of_the_start(double start, bool lower)
    {
        // The flatter valley has twice the force; whether it goes along the river is for the sign of v_0 to say.
        ForceTrace Run(double lambda)
        {
            var landscape = new QuadraticLandscape([lambda], Matrix.Identity(1), new Matrix(1, 1, [1e-6]), [1e-3]);
            var trace = new ForceTrace(landscape, [start], [0], 1);
            trace.Run(100);
            return trace;
        }

        var (u, v) = (Run(0.5), Run(0.25));
        Assert.Equal(2, v.Force[0] / u.Force[0], 1e-2);
        Assert.True(100 < new QuadraticLandscape([0.25], Matrix.Identity(1), new Matrix(1, 1, [1e-6]), [1e-3]).DoublingSteps(1));
        Assert.Equal(lower, v.Loss < u.Loss);
    }

    [Fact]
    public void What_a_threshold_leaves_out_is_the_share_of_the_steep_directions()
    {
        var (low, high) = (ForceBound.Capacity(0.1, 1, 4), ForceBound.Capacity(0.9, 1, 4));
        Assert.Equal(high / (low + high), ForceBound.ResidualShare([0.1, 0.9], 0.5, 1, 4), 1e-15);
    }
}
