using Looped.Studies.Ledger;
using Looped.Studies.Toy;

namespace Looped.Studies.Tests.Toy;

public class ToyLedgerTests
{
    private const int Epochs = 100;

    [Theory]
    [InlineData(0.2, 0.0, Verdict.Supported)]
    [InlineData(0.2, 0.2, Verdict.Depends)]
    [InlineData(0.0, 0.0, Verdict.Depends)]
    [InlineData(0.0, 0.2, Verdict.NotSupported)]
    [InlineData(-0.1, 0.06, Verdict.NotSupported)]
    public void O1WeighsTheLateGainsOfBothModels(double looped, double single, Verdict verdict)
    {
        var row = Judge("O1", WithLateGain("single", single), WithLateGain("looped", looped));
        Assert.Equal(verdict, row.Verdict);
        Assert.Equal(looped - single, row.Value, 1e-12);
    }

    [Fact]
    public void TheLateGainIsFromTheEpochThatLearnedTheSimpleToTheMeanOfTheEnd()
    {
        // Low-IC accuracy passes 95 % of its best, 0.76, at epoch 38; the last 5 of 101 rows have 0.5 on average.
        var model = SyntheticRuns.Model(
            "looped",
            Epochs,
            low: epoch => Math.Min(0.8, 0.02 * epoch),
            high: epoch => epoch == 38 ? 0.3 : epoch > 95 ? 0.5 + (0.1 * (epoch - 98)) : 0);
        Assert.Equal(0.5 - 0.3, Judge("O1", WithLateGain("single", 0), model).Value, 1e-12);
    }

    [Theory]
    [InlineData(0.01, 0.01, 3, Verdict.Supported)]
    [InlineData(0.5, 0.01, 3, Verdict.Depends)]
    [InlineData(0.01, 0.5, 3, Verdict.Depends)]
    [InlineData(0.01, 0.01, 1, Verdict.Depends)]
    [InlineData(0.5, 0.5, 1, Verdict.NotSupported)]
    public void O2aWeighsFlatnessAndTheSpikeAtZero(double entropy, double information, int zeros, Verdict verdict)
    {
        var row = Judge("O2a", SyntheticRuns.Model(
            "single",
            Epochs,
            entropy: epoch => epoch <= 10 ? 100 : 2 + (epoch % 2 * 2 * entropy),
            information: epoch => epoch <= 10 ? 100 : 1 + (epoch % 2 * information),
            values: _ => [.. Enumerable.Range(0, 4).Select(i => i < zeros ? 1e-4 * i : i)]));
        Assert.Equal(verdict, row.Verdict);
        Assert.Equal(2 * entropy / (2 + entropy), row.Value, 1e-9);
    }

    [Theory]
    [InlineData(1, 2.5, 0.01, 1.9, Verdict.Supported)]
    [InlineData(2, 2.5, 0.01, 1.9, Verdict.Depends)]
    [InlineData(1, 1, 0.01, 1.9, Verdict.Depends)]
    [InlineData(1, 2.5, 0.5, 1.9, Verdict.Depends)]
    [InlineData(1, 2.5, 0.01, 1, Verdict.Depends)]
    [InlineData(2, 2, 0.2, 1, Verdict.NotSupported)]
    public void O2bWeighsCollapseRiseRestAndInformation(
        double low, double high, double unrest, double information, Verdict verdict)
    {
        // The last case keeps its unrest to a tenth of the epochs and below the margin of a rise.
        var row = Judge("O2b", SyntheticRuns.Model(
            "looped",
            Epochs,
            entropy: epoch => epoch == 0 ? 2 : epoch < 30 ? low : high - (epoch > 90 && epoch % 2 == 0 ? unrest : 0),
            information: _ => information));
        Assert.Equal(verdict, row.Verdict);
    }

    [Fact]
    public void ClaimsOnTooFewEpochsOrAMissingModelStayOpen()
    {
        var single = SyntheticRuns.Model("single", Epochs);
        var brief = SyntheticRuns.Model("looped", 10);
        var blind = SyntheticRuns.Model("looped", Epochs, entropy: epoch => epoch % 50 == 0 ? 2 : null);
        AssertOpen("O1", single);
        AssertOpen("O1", single, brief);
        AssertOpen("O1", single, SyntheticRuns.Model("looped", Epochs) with { Rows = [] });
        AssertOpen("O2a", brief);
        AssertOpen("O2b", single, brief);
        AssertOpen("O2b", single, blind);
        Assert.False(double.IsNaN(Judge("O1", single, blind).Value));

        static void AssertOpen(string id, params ToyModelResult[] models)
        {
            var row = Judge(id, models);
            Assert.True(double.IsNaN(row.Value));
            Assert.Equal(Verdict.Depends, row.Verdict);
            Assert.Contains("not measured", row.Statistic);
        }
    }

    [Fact]
    public void EveryRowNamesItsSettingsAndHowFarTheModelsCame()
    {
        var rows = ToyLedger.Judge(SyntheticRuns.Of(SyntheticRuns.Model("single", 30), SyntheticRuns.Model("looped", 25)));
        Assert.All(rows, row =>
        {
            Assert.Equal("single 30, looped 25", row.Settings["epochs done"]);
            Assert.Subset(row.Settings.Keys.ToHashSet(), ToySettings.Options.Select(option => option.Name).ToHashSet());
        });
    }

    private static LedgerRow Judge(string id, params ToyModelResult[] models) =>
        ToyLedger.Judge(SyntheticRuns.Of(models)).Single(row => row.Id == id);

    /// <summary>Simple sequences are learned at epoch 20; the accuracy on complex ones changes at epoch 50.</summary>
    private static ToyModelResult WithLateGain(string name, double gain) => SyntheticRuns.Model(
        name, Epochs, low: epoch => epoch < 20 ? 0.3 : 0.7, high: epoch => epoch < 50 ? 0.3 : 0.3 + gain);
}
