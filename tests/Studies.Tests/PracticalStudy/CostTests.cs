using Looped.Studies.PracticalStudy;

namespace Looped.Studies.Tests.PracticalStudy;

public class CostTests
{
    private static readonly (double Cost, double Accuracy)[] Curve =
        [(10, 0.2), (20, double.NaN), (30, 0.7), (40, 0.6), (50, 0.9)];

    [Theory]
    [InlineData(0, 10)]
    [InlineData(0.2, 10)]
    [InlineData(0.21, 30)]
    [InlineData(0.7, 30)]
    [InlineData(0.8, 50)]
    [InlineData(0.91, double.NaN)]
    public void An_accuracy_costs_what_was_spent_when_it_was_first_measured(double level, double cost) =>
        Assert.Equal(cost, CostToReach.Of(Curve, level));

    [Fact]
    public void Costs_never_fall_with_the_accuracy_to_reach()
    {
        var costs = Enumerable.Range(0, 91).Select(level => CostToReach.Of(Curve, level / 100.0)).ToList();
        Assert.Equal(costs.Order(), costs);
    }

    [Fact]
    public void A_switch_costs_the_accuracy_that_its_first_step_lacks_and_the_steps_until_the_mean_is_back()
    {
        // 0.8 before; at the first step that loops 0.3; means over five rows from there: 0.54, 0.64, 0.74, 0.8.
        double[] after = [0.3, 0.3, 0.5, 0.8, 0.8, 0.8, 0.8, 0.8];
        var cost = SwitchCost.Of([.. Rows(0.6, 1.0, 0.8, 0.8, 0.8), .. Rows(after, from: 50, loops: 4)])!;
        Assert.Equal(60, cost.Step);
        Assert.Equal(0.5, cost.Drop, 1e-12);
        Assert.Equal(30, cost.Recovery);
        Assert.Equal(70, cost.Left);
    }

    [Fact]
    public void An_accuracy_that_never_comes_back_is_never_recovered()
    {
        var cost = SwitchCost.Of([.. Rows(0.8, 0.8, 0.8, 0.8, 0.8), .. Rows([0.5, 0.5, 0.5, 0.5, 0.5], from: 50, loops: 2)])!;
        Assert.Equal(double.PositiveInfinity, cost.Recovery);
    }

    [Fact]
    public void Without_a_switch_there_is_no_cost_of_it()
    {
        Assert.Null(SwitchCost.Of(Rows(0.1, 0.2, 0.3, 0.4, 0.5, 0.6)));
        Assert.Null(SwitchCost.Of(Rows([0.1, 0.2, 0.3], from: 0, loops: 3)));
    }

    private static CurveRow[] Rows(params double[] accuracies) => Rows(accuracies, from: 0, loops: 1);

    private static CurveRow[] Rows(double[] accuracies, int from, int loops) =>
    [
        .. accuracies.Select((accuracy, i) =>
            new CurveRow(from + (10 * (i + 1)), 1, loops, accuracy, 0, double.NaN, double.NaN, 0)),
    ];
}
