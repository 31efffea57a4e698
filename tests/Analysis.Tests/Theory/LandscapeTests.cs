using FsCheck;
using FsCheck.Fluent;
using Looped.Analysis.Theory;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Theory;

/// <summary>Settings 1 and 2 against numerical differences of their losses.</summary>
public class LandscapeTests
{
    private const double Step = 1e-5;

    [Fact]
    public void Gradients_are_those_of_the_loss() => Prop.ForAll(Worlds.Cases, world =>
    {
        var random = new Philox(world.Seed, "landscape");
        var spectrum = ValleySpectra.Dominated(random, world.Size, 0.5).V;
        return HasItsGradient(Worlds.Quadratic(random, spectrum, 3), random)
            && HasItsGradient(Worlds.General(random, spectrum, 3), random);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_general_valley_Hessian_is_the_gradients_derivative_and_not_below_its_lower_bound() =>
        Prop.ForAll(Worlds.Cases, world =>
        {
            var random = new Philox(world.Seed, "hessian");
            var spectrum = ValleySpectra.Dominated(random, world.Size, 0.5).V;
            var landscape = Worlds.General(random, spectrum, 2);
            var (place, direction) = (Vectors.Normal(random, world.Size), Vectors.Direction(random, world.Size));
            double[] ahead = [.. place], behind = [.. place];
            Vectors.Add(ahead, Step, direction);
            Vectors.Add(behind, -Step, direction);
            var (a, b, product) = (new double[world.Size], new double[world.Size], new double[world.Size]);
            landscape.ValleyGradient(ahead, a);
            landscape.ValleyGradient(behind, b);
            landscape.ApplyValleyHessian(place, direction, product);
            Vectors.Add(a, -1, b);
            return Vectors.RelativeError(Vectors.Scaled(0.5 / Step, a), product) < 1e-7
                && Vectors.Dot(direction, product) >= spectrum[0] * (1 - 1e-12);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_river_moves_by_its_gradient_and_the_force() => Prop.ForAll(Worlds.Cases, world =>
    {
        var random = new Philox(world.Seed, "river");
        var landscape = Worlds.General(random, ValleySpectra.Dominated(random, world.Size, 0.5).V, 3);
        var start = Vectors.Normal(random, 3);
        var trace = new ForceTrace(landscape, Vectors.Normal(random, world.Size), start, 0.5);
        trace.Run(17);
        double[] expected = [.. start];
        Vectors.Add(expected, 17 * 0.5, landscape.RiverGradient);
        Vectors.Add(expected, 1, trace.Force);
        return Vectors.RelativeError(trace.River, expected) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_step_descends_the_whole_gradient()
    {
        var random = new Philox(3, "descent");
        var landscape = Worlds.Quadratic(random, [0.1, 0.5], 2);
        double[] valley = [1, -2], river = [0.5, 3];
        var trace = new ForceTrace(landscape, valley, river, 0.25);
        trace.Run(1);
        var hessian = landscape.Hessian();
        var gradient = hessian.Apply([.. valley, .. river]);
        double[] expected =
        [
            valley[0] - (0.25 * gradient[0]),
            valley[1] - (0.25 * gradient[1]),
            river[0] - (0.25 * (gradient[2] - landscape.RiverGradient[0])),
            river[1] - (0.25 * (gradient[3] - landscape.RiverGradient[1])),
        ];
        Assert.True(Vectors.RelativeError([.. trace.Valley, .. trace.River], expected) < 1e-14);
    }

    [Fact]
    public void Without_coupling_nothing_forces_and_nothing_doubles()
    {
        var landscape = new QuadraticLandscape([1, 2], Matrix.Identity(2), new Matrix(1, 2), [1]);
        Assert.Equal(double.PositiveInfinity, landscape.DoublingSteps(0.1));
        var trace = new ForceTrace(landscape, [1, 1], [0], 0.1);
        trace.Run(10);
        Assert.Equal(0, trace.Force[0]);
        Assert.Equal(1, trace.River[0], 1e-14);
        Assert.Equal(trace.Valley, trace.UnforcedValley);
    }

    [Fact]
    public void The_saddle_doubles_after_the_steps_that_are_said()
    {
        // [[3, 2], [2, 0]] has the eigenvalues 4 and -1.
        var landscape = new QuadraticLandscape([3], Matrix.Identity(1), new Matrix(1, 1, [2]), [0]);
        Assert.Equal(Math.Log(2) / Math.Log(1.01), landscape.DoublingSteps(0.01), 1e-9);
        var trace = new ForceTrace(landscape, [-1], [2], 0.01);
        trace.Run((int)Math.Ceiling(landscape.DoublingSteps(0.01)));
        Assert.InRange(trace.River[0], 4, 4.04);
    }

    [Fact]
    public void Crossing_spectra_break_the_dominance_of_Assumption_1() =>
        Prop.ForAll(Worlds.Cases, world =>
        {
            var spectra = ValleySpectra.Crossing(new Philox(world.Seed, "crossing"), world.Size, 1);
            return !spectra.IsDominated;
        }).QuickCheckThrowOnFailure();

    private static bool HasItsGradient(ILandscape landscape, Philox random)
    {
        var valley = Vectors.Normal(random, landscape.ValleyDimension);
        var river = Vectors.Normal(random, landscape.RiverDimension);
        var (inValley, forcing) = (new double[valley.Length], new double[valley.Length]);
        var inRiver = new double[river.Length];
        landscape.ValleyGradient(valley, inValley);
        landscape.Forcing(river, forcing);
        landscape.Couple(river, valley, inRiver);
        Vectors.Add(inValley, 1, forcing);
        Vectors.Add(inRiver, -1, landscape.RiverGradient);
        return Vectors.RelativeError(inValley, Differences(valley, v => landscape.Loss(v, river))) < 1e-6
            && Vectors.RelativeError(inRiver, Differences(river, r => landscape.Loss(valley, r))) < 1e-6;
    }

    private static double[] Differences(double[] place, Func<double[], double> loss) =>
        [.. place.Select((_, i) => (loss(Moved(place, i, Step)) - loss(Moved(place, i, -Step))) / (2 * Step))];

    private static double[] Moved(double[] place, int i, double by) => [.. place.Select((x, j) => j == i ? x + by : x)];
}
