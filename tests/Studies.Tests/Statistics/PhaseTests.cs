using Looped.Studies.Statistics;
using Looped.Tensors;

namespace Looped.Studies.Tests.Statistics;

public class PhaseTests
{
    private static readonly double[] Epochs = [.. Enumerable.Range(0, 401).Select(epoch => (double)epoch)];

    [Theory]
    [InlineData(0)]
    [InlineData(0.02)]
    public void A_fall_a_rise_and_a_flat_end_are_found_at_their_epochs(double noise)
    {
        var phases = EntropyPhases.Of(Epochs, Curve(noise, (0, 4), (80, 2), (200, 3.5), (400, 3.5)));

        Assert.Equal(2, phases.Cuts.Count);
        Assert.InRange(phases.Cuts[0], 75, 85);
        Assert.InRange(phases.Cuts[1], 190, 210);
        Assert.Equal(-2, phases.Collapse!.Value.Change, 0.1);
        Assert.Equal(1.5, phases.Diversification!.Value.Change, 0.1);
        Assert.Equal(400, phases.Stabilisation!.Value.Last);
    }

    [Fact]
    public void A_curve_that_rises_at_once_has_no_collapse()
    {
        var phases = EntropyPhases.Of(Epochs, Curve(0, (0, 2), (100, 4), (200, 2), (400, 2)));

        Assert.Null(phases.Collapse);
        Assert.Null(phases.Diversification);
        Assert.NotNull(phases.Stabilisation);
    }

    [Fact]
    public void A_curve_that_keeps_falling_does_not_stabilise()
    {
        var phases = EntropyPhases.Of(Epochs, Curve(0, (0, 4), (400, 1)));

        Assert.Equal(new Phase(0, 400, -3), phases.Collapse!.Value with { Change = Math.Round(phases.Collapse.Value.Change, 9) });
        Assert.Null(phases.Diversification);
        Assert.Null(phases.Stabilisation);
        Assert.Empty(phases.Cuts);
    }

    [Fact]
    public void A_still_curve_is_flat_throughout()
    {
        var phases = EntropyPhases.Of(Epochs, Curve(0, (0, 3), (400, 3)));

        Assert.Null(phases.Collapse);
        Assert.Equal(new Phase(0, 400, 0), phases.Stabilisation);
    }

    [Fact]
    public void A_bent_fall_is_one_fall()
    {
        // Two slopes of one sign are two lines, but one run.
        var phases = EntropyPhases.Of(Epochs, Curve(0, (0, 4), (50, 2), (200, 1), (400, 1)));

        Assert.InRange(phases.Collapse!.Value.Last, 185, 215);
        Assert.Single(phases.Cuts);
    }

    [Fact]
    public void Cuts_have_the_least_residual_of_all()
    {
        // Two lines through 14 random points, against every place to cut.
        var random = new Philox(3, "points");
        double[] curve = [.. Enumerable.Range(0, 14).Select(_ => random.NextNormal())];

        var cut = Segmentation.Of(curve, tolerance: 0, most: 2);

        var best = Enumerable.Range(3, 9).Select(at => Residual(curve[..at]) + Residual(curve[at..])).Min();
        Assert.Equal(best, Residual(curve[..cut[0].End]) + Residual(curve[cut[1].Start..]), 1e-12);
        Assert.Equal((0, 14), (cut[0].Start, cut[1].End));
        Assert.Equal(cut[0].End, cut[1].Start);
    }

    [Fact]
    public void Curves_that_cannot_be_cut_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Segmentation.Of([1, 2]));
        Assert.Throws<ArgumentException>(() => Segmentation.Of([1, double.NaN, 3]));
        Assert.Throws<ArgumentException>(() => EntropyPhases.Of([0, 1], [1, 2, 3]));
    }

    private static double[] Curve(double noise, params (double Epoch, double Height)[] corners)
    {
        var random = new Philox(7, "noise");
        return
        [
            .. Epochs.Select(epoch =>
            {
                var right = Array.FindIndex(corners, 1, corner => corner.Epoch >= epoch);
                var (a, b) = (corners[right - 1], corners[right]);
                return a.Height + ((b.Height - a.Height) * (epoch - a.Epoch) / (b.Epoch - a.Epoch)) + (noise * random.NextNormal());
            }),
        ];
    }

    /// <summary>Squared residual of the least-squares line, by the normal equations.</summary>
    private static double Residual(double[] y)
    {
        var middle = (y.Length - 1) / 2.0;
        var mean = y.Average();
        var slope = y.Select((value, i) => (i - middle) * (value - mean)).Sum() /
            y.Select((_, i) => (i - middle) * (i - middle)).Sum();
        return y.Select((value, i) => Math.Pow(value - mean - (slope * (i - middle)), 2)).Sum();
    }
}
