using FsCheck;
using FsCheck.Fluent;
using Looped.Models.Training;

namespace Looped.Models.Tests.Training;

public class ShiftCriterionTests
{
    /// <summary>Falls by a hundredth to epoch 30 and stands still from there on.</summary>
    private static double Ramp(int epoch) => 1 - (0.01 * Math.Min(epoch, 30));

    [Fact]
    public void A_loss_that_stops_falling_has_its_plateau_a_window_later()
    {
        Assert.Equal((40, 40), Shift(new ShiftCriterion(), Ramp, _ => 1));
        Assert.Equal((34, 34), Shift(new ShiftCriterion(Window: 4), Ramp, _ => 1));
    }

    [Fact]
    public void A_slow_fall_is_no_plateau_and_a_slower_one_is()
    {
        // Over ten epochs 1.1e-4 and 0.9e-4.
        Assert.Equal((null, null), Shift(new ShiftCriterion(), epoch => 1 - (1.1e-5 * epoch), _ => 1));
        Assert.Equal((10, 10), Shift(new ShiftCriterion(), epoch => 1 - (0.9e-5 * epoch), _ => 1));
    }

    [Fact]
    public void A_loss_that_rises_and_falls_to_a_new_best_is_no_plateau()
    {
        // Every eighth epoch a new best, between them worse.
        double Waves(int epoch) => epoch % 8 == 0 ? 1 - (0.001 * epoch) : 2;
        Assert.Equal((null, null), Shift(new ShiftCriterion(), Waves, _ => 1));
        Assert.Equal(7, Shift(new ShiftCriterion(Window: 7), Waves, _ => 1).Plateau);
    }

    [Fact]
    public void The_wait_ends_when_the_gradient_norms_deviation_over_its_mean_is_below_the_bound()
    {
        // 3 and 1 by turns have deviation over mean 1/2; from epoch 50 on the norm is 2. At epoch e >= 50 the window of 10
        // holds 59 - e of the former, half of them 3 and half 1 or one more of either.
        double Norm(int epoch) => epoch >= 50 ? 2 : epoch % 2 == 0 ? 3 : 1;
        Assert.Equal((40, 59), Shift(new ShiftCriterion(), Ramp, Norm));

        // Two left: 3 and 1 of ten, variance 2/10, mean 2.
        Assert.Equal((40, 57), Shift(new ShiftCriterion(Unrest: (Math.Sqrt(0.2) / 2) + 1e-9), Ramp, Norm));
        Assert.Equal((40, 58), Shift(new ShiftCriterion(Unrest: (Math.Sqrt(0.2) / 2) - 1e-9), Ramp, Norm));
        Assert.Equal((40, 40), Shift(new ShiftCriterion(Unrest: 0.51), Ramp, Norm));
    }

    [Fact]
    public void A_gradient_that_settles_before_the_plateau_costs_no_wait_and_one_that_never_does_no_shift()
    {
        Assert.Equal((40, 40), Shift(new ShiftCriterion(), Ramp, epoch => epoch < 20 ? epoch : 5));
        Assert.Equal((40, null), Shift(new ShiftCriterion(), Ramp, epoch => epoch % 2 == 0 ? 3 : 1));
    }

    [Fact]
    public void The_criterion_is_its_definition_on_any_curves() =>
        Prop.ForAll(
            Gen.Choose(2, 6).Select(window => window).ToArbitrary(),
            Gen.Choose(0, 20).ArrayOf(40).ToArbitrary(),
            Gen.Choose(8, 12).ArrayOf(40).ToArbitrary(),
            (window, losses, norms) =>
            {
                var criterion = new ShiftCriterion(Fall: 0.5, window, Unrest: 0.1);
                var plateau = Enumerable.Range(window, losses.Length - window).Cast<int?>().FirstOrDefault(e =>
                    losses.Take(e!.Value - window + 1).Min() - losses.Take(e.Value + 1).Min() <= 0.5);
                var shift = plateau is null ? null : Enumerable.Range(0, losses.Length).Cast<int?>().FirstOrDefault(e =>
                {
                    var last = norms.Take(e!.Value + 1).TakeLast(window).Select(n => (double)n).ToArray();
                    return e >= plateau && Math.Sqrt(last.Average(n => n * n) - Math.Pow(last.Average(), 2)) <
                        0.1 * last.Average();
                });
                return (plateau, shift) == Shift(criterion, e => losses[e], e => norms[e], losses.Length - 1);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_fixed_shift_is_at_its_epoch()
    {
        Assert.Equal((null, 0), Shift(new FixedShift(0), Ramp, _ => 1));
        Assert.Equal((null, 17), Shift(new FixedShift(17), Ramp, _ => 1));
        Assert.Equal((null, null), Shift(new FixedShift(101), Ramp, _ => 1));
    }

    [Fact]
    public void Constants_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShiftCriterion(Fall: -1).Watch());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShiftCriterion(Window: 1).Watch());
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShiftCriterion(Unrest: 0).Watch());
        Assert.Throws<ArgumentOutOfRangeException>(() => new FixedShift(-1).Watch());
    }

    private static (int? Plateau, int? Shift) Shift(
        ShiftRule rule, Func<int, double> loss, Func<int, double> norm, int epochs = 100)
    {
        var watch = rule.Watch();
        for (var epoch = 0; epoch <= epochs; epoch++)
        {
            watch.Observe(epoch, loss(epoch), norm(epoch));
        }

        return (watch.Plateau, watch.Shift);
    }
}
