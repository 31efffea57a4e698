using Looped.Analysis;
using Looped.Studies.Ledger;
using Looped.Studies.Settings;
using Looped.Studies.Tests.Toy;
using Looped.Studies.Toy;
using Looped.Studies.ToyStudy;

namespace Looped.Studies.Tests.ToyStudy;

/// <summary>The rules of C1, C2, A1, H1 and F1 on seeds made up to meet them or to miss them.</summary>
public class GeometryClaimsTests
{
    private const int Epochs = 40;

    [Fact]
    public void Equal_curvatures_are_a_U_and_curvatures_over_decades_a_V()
    {
        var world = World(single: i => [0, 0, 2, 3 + (i / 100.0)], looped: i => [0, 0.2, 2, 20 + i]);
        Assert.Equal(Verdict.Supported, Judge(world, "C1").Verdict);
        Assert.Equal(Verdict.Supported, Judge(world, "C2").Verdict);
        Assert.Equal(Enumerable.Range(0, 6).Average(i => Math.Log10((20 + i) / 0.2)), Judge(world, "C2").Value, 1e-12);

        var exchanged = World(single: i => [0, 0.2, 2, 20 + i], looped: i => [0, 0, 2, 3 + (i / 100.0)]);
        Assert.Equal(Verdict.NotSupported, Judge(exchanged, "C1").Verdict);
        Assert.Equal(Verdict.NotSupported, Judge(exchanged, "C2").Verdict);
    }

    [Fact]
    public void Where_the_shape_depends_on_epsilon_so_does_the_verdict()
    {
        // The smaller of two eigenvalues is in the valley only where epsilon is below 3e-4.
        var world = World(single: i => [0, 3e-4, 1, 1 + (i / 100.0)], looped: i => [0, 0, 0, 1]);
        Assert.Equal(Verdict.Depends, Judge(world, "C1").Verdict);
    }

    [Fact]
    public void More_and_smaller_eigenvalues_fulfil_Assumption_1_and_fewer_or_larger_ones_do_not()
    {
        double[] few = [0, 0.009, 0.6, 2];
        double[] many = [0.003, 0.004, 0.5, 2];
        Assert.Equal(Verdict.Supported, Judge(World(_ => few, _ => many), "A1").Verdict);
        Assert.Equal(Verdict.NotSupported, Judge(World(_ => many, _ => few), "A1").Verdict);
        Assert.Equal(1, Judge(World(_ => few, _ => many), "A1").Value);
    }

    [Fact]
    public void Looped_that_hops_and_travels_while_Single_is_trapped_supports_the_claim()
    {
        var world = World(_ => [0, 0, 0, 1], _ => [0, 0, 0, 1], i => Geometry(i, single: (0.1, 0.001), looped: (0.8, 5)));
        Assert.Equal(Verdict.Supported, Judge(world, "H1").Verdict);
        Assert.Equal(0.7, Judge(world, "H1").Value, 0.02);

        var exchanged = World(_ => [0, 0, 0, 1], _ => [0, 0, 0, 1], i => Geometry(i, single: (0.8, 5), looped: (0.1, 0.001)));
        Assert.Equal(Verdict.NotSupported, Judge(exchanged, "H1").Verdict);
    }

    [Fact]
    public void A_flatter_minimum_with_better_accuracy_supports_the_claim()
    {
        // Under each seed both models get flatter and better along training, and Looped is the flatter and better the larger i.
        var world = World(
            _ => [0, 0, 1, 2],
            i => [0, 0, 0.1 / (i + 1), 0.2 / (i + 1)],
            i => Geometry(i, (0.1, 1), (0.1, 1)));
        Assert.Equal(Verdict.Supported, Judge(world, "F1").Verdict);
        var exchanged = World(
            i => [0, 0, 0.1 / (i + 1), 0.2 / (i + 1)],
            _ => [0, 0, 1, 2],
            i => Geometry(i, (0.1, 1), (0.1, 1)),
            growth: 0.001);
        Assert.Equal(Verdict.NotSupported, Judge(exchanged, "F1").Verdict);
    }

    [Fact]
    public void Without_measured_motion_there_is_no_verdict_on_it()
    {
        var world = World(_ => [0, 0, 0, 1], _ => [0, 0, 0, 1]);
        Assert.Empty(MotionClaims.Judge(world));
        Assert.Equal(["C1", "C2", "A1"], ValleyClaims.Judge(world).Select(row => row.Id));
    }

    [Fact]
    public void Thresholds_that_overlap_are_refused() => Assert.Contains(
        "v-threshold must be above 1 + u-delta = 3.5, not '3'",
        Assert.Throws<SettingException>(() => new GeometryPlan { Delta = 2.5, Threshold = 3 }.Validate()).Message);

    private static LedgerRow Judge(WorldSeeds world, string id) =>
        ValleyClaims.Judge(world).Concat(MotionClaims.Judge(world)).Single(row => row.Id == id);

    /// <summary>Six seeds whose spectra shrink or grow a little from epoch to epoch.</summary>
    private static WorldSeeds World(
        Func<int, double[]> single,
        Func<int, double[]> looped,
        Func<int, GeometryPart>? geometry = null,
        double growth = -0.001) =>
        new(StudyWorld.Cyclic,
        [
            .. Enumerable.Range(0, 6).Select(i => new SeedResult(
                StudyWorld.Cyclic,
                new ToySettings { Epochs = Epochs, Seed = (ulong)i },
                SyntheticRuns.Of(
                    SyntheticRuns.Model("single", Epochs, values: epoch => Scaled(single(i), epoch, growth)),
                    SyntheticRuns.Model("looped", Epochs, values: epoch => Scaled(looped(i), epoch, growth))))
            {
                Geometry = geometry?.Invoke(i),
            }),
        ]);

    private static double[] Scaled(double[] values, int epoch, double growth) =>
        [.. values.Select(value => value * (1 + (growth * epoch)))];

    /// <summary>Eight windows of given hopping, whose river path shrinks to a given last step; accuracy grows with the seed.</summary>
    private static GeometryPart Geometry(int seed, (double Hopping, double Last) single, (double Hopping, double Last) looped)
    {
        return new GeometryPart([Model("single", single, 0), Model("looped", looped, 0.02 * seed)]);

        ModelGeometry Model(string name, (double Hopping, double Last) motion, double gain)
        {
            var windows = Enumerable.Range(0, 8).Select(w =>
            {
                var path = w < 6 ? 1 : motion.Last;
                return new WindowRow(
                    5 * w, 1, motion.Hopping + (0.001 * seed), [motion.Hopping], 2 * path, path, path, path, default);
            });
            double[] loss = [.. Enumerable.Range(0, Epochs + 1).Select(epoch => 1.0 / (epoch + 1))];
            var course = new MotionCourse(0.1, loss, [], [.. windows]);
            return new ModelGeometry(
                name, 4, 1, 9, course, course, loss, loss, [.. loss.Select((_, epoch) => 0.5 + gain + (0.001 * epoch))], 0.9, null);
        }
    }
}
