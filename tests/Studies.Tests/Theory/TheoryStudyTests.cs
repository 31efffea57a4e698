using Looped.Studies.Theory;

namespace Looped.Studies.Tests.Theory;

public class TheoryStudyTests
{
    private static readonly TheoryResult Result = TheoryRuns.Result;

    [Fact]
    public void EveryPartIsMeasured()
    {
        Assert.True(Result.IsComplete);
        Assert.Equal((160, 160, 160), (Result.Quadratic.Count, Result.General.Count, Result.Sequences.Count));
        Assert.Equal(3 * 20, Result.Optimizers.Count);
        Assert.Equal(["U", "V"], Result.QuadraticCourses.Select(course => course.Shape));

        // Epochs 0, 1, 2, 5, 10 and 12 of two worlds, at three widths; both models' ways and twenty drawn weights at one.
        Assert.Equal(2 * 3 * 6, Result.Lemmas.Count);
        Assert.Equal(2 * ((2 * 6) + 20), Result.Alignments.Count);
        Assert.Equal(2 * 2 * 6, Result.Rivers.Count);
    }

    [Fact]
    public void ThreadsChangeNoFile()
    {
        var alone = new TheoryStudy(TheoryRuns.Small with { Threads = 1 }).Run(CancellationToken.None);
        var (expected, found) = (TheoryRuns.Files(Result), TheoryRuns.Files(alone));
        foreach (var name in new[] { "checks.csv", "forces.csv", "alignments.csv", "rivers.csv", "ledger.json" })
        {
            Assert.Equal(expected[name], found[name]);
        }
    }

    [Fact]
    public void TheSeedDrawsOtherLandscapes()
    {
        var settings = TheoryRuns.Small with { Instances = 8, Seeds = 1, Epochs = 1, Seed = 9 };
        var first = new TheoryStudy(settings).Run(CancellationToken.None);
        Assert.NotEqual(first.Quadratic[0].V.Loss, Result.Quadratic[0].V.Loss);
        Assert.NotEqual(first.Lemmas[0].FullCosine, Result.Lemmas[0].FullCosine);
    }

    [Fact]
    public void PairsAreEvenlyDividedByAssumptionAndHopping()
    {
        foreach (var instances in new[] { Result.Quadratic, Result.General })
        {
            Assert.Equal(80, instances.Count(i => i.Dominated));
            Assert.Equal(80, instances.Count(i => i.Hops));
            Assert.Contains(instances, i => i is { Settled: true, Dominated: true });
            Assert.Contains(instances, i => i is { Settled: false, Dominated: true });
        }
    }

    [Fact]
    public void MomentumAndAdamLeaveGradientDescentsBound()
    {
        foreach (var rule in new[] { "momentum 0.9", "Adam 0.01" })
        {
            Assert.Contains(Result.Optimizers, i => i.Rule == rule && i is { Early: true, ForceOverBoundU: > 1 });
        }
    }

    [Fact]
    public async Task AStoppedRunKeepsTheLandscapesThatWereDone()
    {
        using var cancellation = new CancellationTokenSource();
        var study = new TheoryStudy(TheoryRuns.Small with { Instances = 8, Seeds = 10_000, Epochs = 100_000 });
        var run = Task.Run(() => study.Run(cancellation.Token));
        SpinWait.SpinUntil(() => study.Progress.Part == "attention models" || run.IsCompleted);
        await cancellation.CancelAsync();
        var result = await run;
        Assert.False(result.IsComplete);
        Assert.Equal(8, result.Quadratic.Count);
        Assert.Empty(result.Lemmas);
        var rows = TheoryLedger.Judge(TheoryLedger.Checks(result), result.Settings);
        Assert.Contains("not measured", rows.Single(row => row.Id == "L3").Statistic);
        Assert.Contains("stopped before its last part", TheoryRuns.Files(result)["report.html"]);
    }

    [Fact]
    public void NothingStartedIsEmpty()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.True(new TheoryStudy(TheoryRuns.Small).Run(cancellation.Token).IsEmpty);
    }

    [Fact]
    public void LemmasHoldWhereTheyCanBeProven()
    {
        Assert.All(Result.Lemmas.SelectMany(row => row.SingleErrors.Concat(row.FrozenErrors)), e => Assert.InRange(e, 0, 1e-12));
        Assert.All(Result.Lemmas.SelectMany(row => row.Residuals), r => Assert.InRange(r.Projected, 0, 1e-8));
        Assert.All(Result.Lemmas.SelectMany(row => row.FullRankResiduals), r => Assert.InRange(r.Shared, 0, 1e-8));
        Assert.All(
            Result.Lemmas.Where(row => row.Width == 8 && row.Residuals.Length > 0),
            row => Assert.Empty(row.FullRankResiduals));
        Assert.All(Result.Lemmas.Where(row => row.Width == 8), row => Assert.True(row.FullErrors.Max() > 1e-3));
    }

    [Fact]
    public void RiversShareOutTheWholeGradient() => Assert.All(
        Result.Rivers.SelectMany(row => row.Readings),
        r => Assert.Equal(1, r.GradientInValley + r.GradientInNegative + r.GradientInNull, 1e-9));

    [Fact]
    public void NearlyDiagonalWeightsMeetTheAssumptionsAndTrainedOnesDoNot()
    {
        Assert.Contains(
            Result.Alignments, row => row.Case == "nearly diagonal" && row.Conditions is { HoldsFour: true, HoldsFive: true });
        Assert.All(Result.Alignments.Where(row => row.Epoch >= 0), row => Assert.False(row.Conditions.HoldsFour));
        Assert.All(
            Result.Alignments.Where(row => row.Conditions is { HoldsFour: true, HoldsFive: true }),
            row => Assert.True(row.Of(AlignedPart.Attention, AlignedGradient.OneP).Mean > 0));
    }
}
