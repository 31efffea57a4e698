using Looped.Analysis.Curvature;
using Looped.Kernels.Cpu;
using Looped.Models.Data;
using Looped.Studies.Toy;

namespace Looped.Studies.Tests.Toy;

public class ToyRunTests
{
    private static readonly ToyResult Small = Runs.Of(Runs.Small);

    [Fact]
    public void BothModelsHaveARowForEveryEpoch()
    {
        Assert.True(Small.IsComplete);
        Assert.Equal(["single", "looped"], Small.Models.Select(model => model.Name));
        foreach (var model in Small.Models)
        {
            Assert.Equal(Enumerable.Range(0, 14), model.Rows.Select(row => row.Epoch));
            Assert.All(model.Rows, row => Assert.Equal(36, row.Spectrum!.Values.Length));
            Assert.Equal(36, model.ParameterCount);
            Assert.True(model.Rows[^1].Loss < model.Rows[0].Loss);
            Assert.Null(model.Divergence);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void ThreadsChangeNoBit(int threads) => AssertSameBits(Small, Runs.Of(Runs.Small with { Threads = threads }));

    [Fact]
    public void AModelAloneIsTheSameAsBesideTheOther()
    {
        foreach (var models in new[] { ToyModels.Single, ToyModels.Looped })
        {
            var alone = Runs.Of(Runs.Small with { Models = models });
            Assert.Equal([models.ToString().ToLowerInvariant()], alone.Models.Select(model => model.Name));
            AssertSameBits(Small with { Models = [Small.Model(alone.Models[0].Name)!] }, alone);
        }
    }

    [Fact]
    public void TheSeedIsAllThatIsRandom()
    {
        AssertSameBits(Small, Runs.Of(Runs.Small));
        var other = Runs.Of(Runs.Small with { Seed = 5 });
        Assert.NotEqual(Small.Models[0].Rows[0].Loss, other.Models[0].Rows[0].Loss);
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Momentum)]
    public void EveryOptimizerStartsAtTheSamePointAndLearns(OptimizerKind optimizer)
    {
        var result = Runs.Of(Runs.Small with { Optimizer = optimizer });
        foreach (var (model, adam) in result.Models.Zip(Small.Models))
        {
            Assert.Equal(adam.Rows[0].Loss, model.Rows[0].Loss);
            Assert.NotEqual(adam.Rows[1].Loss, model.Rows[1].Loss);
            Assert.True(model.Rows[^1].Loss < model.Rows[0].Loss);
        }
    }

    [Fact]
    public void BatchesTrainOnAndAreMeasuredOnTheWholeSet()
    {
        var result = Runs.Of(Runs.Small with { Batch = 100 });
        foreach (var (model, full) in result.Models.Zip(Small.Models))
        {
            Assert.Equal(full.Rows[0].Loss, model.Rows[0].Loss);
            Assert.Equal(full.Rows[0].Spectrum!.Values, model.Rows[0].Spectrum!.Values);
            Assert.True(model.Rows[^1].Loss < full.Rows[^1].Loss, "three updates an epoch learn faster than one");
        }
    }

    [Fact]
    public void SpectraAreTakenAsOftenAsAskedAndAtTheLastEpoch()
    {
        var result = Runs.Of(Runs.Small with { SpectrumEvery = 7, Epochs = 16 });
        foreach (var model in result.Models)
        {
            Assert.Equal([0, 7, 14, 16], model.SpectrumRows.Select(row => row.Epoch));
            Assert.Equal(17, model.Rows.Count);
            var same = Small.Model(model.Name)!.Rows[7];
            Assert.Equal(same.Spectrum!.Values, model.Rows[7].Spectrum!.Values);
            Assert.Equal(same.Spectrum.Information, model.Rows[7].Spectrum!.Information);
        }
    }

    [Fact]
    public void TheReadingOfTheInformationChangesItAlone()
    {
        var result = Runs.Of(Runs.Small with { Information = InformationReading.Matrix });
        foreach (var (model, eigenbasis) in result.Models.Zip(Small.Models))
        {
            foreach (var (row, other) in model.Rows.Zip(eigenbasis.Rows).Skip(1))
            {
                Assert.Equal(other.Spectrum!.Values, row.Spectrum!.Values);
                Assert.NotEqual(other.Spectrum.Information, row.Spectrum.Information);
                Assert.InRange(row.Spectrum.Information, 0, row.Spectrum.InformationBound + 1e-10);
            }
        }
    }

    [Fact]
    public void ALearnedGateIsOneMoreParameterOfLoopedAndStartsAtOne()
    {
        var result = Runs.Of(Runs.Small with { Gate = null });
        Assert.Equal([36, 37], result.Models.Select(model => model.ParameterCount));
        AssertSameBits(Small with { Models = [Small.Models[0]] }, result with { Models = [result.Models[0]] });
        var (learned, fixedGate) = (result.Models[1], Small.Models[1]);
        Assert.Equal(fixedGate.Rows[0].Loss, learned.Rows[0].Loss, 1e-14);
        Assert.True(learned.Rows[0].GradientNorm > fixedGate.Rows[0].GradientNorm);
        Assert.All(learned.Rows, row => Assert.Equal(37, row.Spectrum!.Values.Length));
    }

    [Fact]
    public void LoopsBehindAGateOfZeroDoNothing()
    {
        var one = Runs.Of(Runs.Small with { Gate = 0, Loops = 1, Models = ToyModels.Looped });
        var many = Runs.Of(Runs.Small with { Gate = 0, Loops = 5, Models = ToyModels.Looped });
        Assert.Equal(one.Models[0].Rows.Select(row => row.Loss), many.Models[0].Rows.Select(row => row.Loss));
    }

    [Fact]
    public void ContextMattersUnderMixtureDynamicsWithPositions()
    {
        var settings = Runs.Small with { Dynamics = Dynamics.Mixture, Positions = true, Samples = 5000 };
        var result = Runs.Of(settings);
        Assert.True(result.Ceilings.Full.Total > result.Ceilings.LastToken.Total);
        Assert.NotEqual(
            Runs.Of(settings with { Positions = false }).Models[0].Rows[0].Loss, result.Models[0].Rows[0].Loss);
        Assert.All(result.Models, model => Assert.True(model.Rows[^1].Loss < model.Rows[0].Loss));

        var cyclic = Runs.Of(Runs.Small with { Samples = 5000 });
        Assert.Equal(cyclic.Ceilings.LastToken, cyclic.Ceilings.Full);
    }

    [Fact]
    public void AStoppedRunKeepsWhatItMeasured()
    {
        var study = new ToyRun(Runs.Small with { Epochs = 1_000_000 }, new CpuBackend());
        study.Start();
        while (study.Runs.Any(run => run.Latest is null))
        {
            Assert.False(study.Wait(TimeSpan.FromMilliseconds(1)));
        }

        study.Stop();
        Assert.True(study.Wait(TimeSpan.FromMinutes(5)));
        var result = ToyResult.Of(study, TimeSpan.FromSeconds(1));
        Assert.False(result.IsComplete);
        foreach (var model in result.Models)
        {
            Assert.InRange(model.Rows.Count, 1, 999_999);
            Assert.Equal(Enumerable.Range(0, model.Rows.Count), model.Rows.Select(row => row.Epoch));
        }
    }

    [Fact]
    public void AModelThatDivergesEndsAloneAndSaysWhere()
    {
        var result = Runs.Of(Runs.Small with { Loops = 20, Gate = 30, Epochs = 5 });
        var (single, looped) = (result.Models[0], result.Models[1]);
        Assert.Equal(6, single.Rows.Count);
        Assert.Null(single.Divergence);
        Assert.Contains("is not finite", looped.Divergence);
        Assert.True(looped.Rows.Count < 6);
        Assert.False(result.IsComplete);
    }

    private static void AssertSameBits(ToyResult expected, ToyResult found)
    {
        Assert.Equal(expected.Models.Count, found.Models.Count);
        foreach (var (a, b) in expected.Models.Zip(found.Models))
        {
            Assert.Equal(a.Name, b.Name);
            Assert.Equal(a.Rows.Count, b.Rows.Count);
            foreach (var (x, y) in a.Rows.Zip(b.Rows))
            {
                Assert.Equal(x with { Spectrum = null }, y with { Spectrum = null });
                Assert.Equal(x.Spectrum!.Values, y.Spectrum!.Values);
                Assert.Equal(x.Spectrum with { Values = [] }, y.Spectrum with { Values = x.Spectrum.Values[..0] });
            }
        }
    }
}
