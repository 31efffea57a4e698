using Looped.Analysis;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;
using Looped.Studies.Curvature;
using Looped.Studies.Settings;
using Looped.Tensors;

namespace Looped.Studies.Tests.Curvature;

public class CurvatureMeasurementTests
{
    private const int Length = 3;

    private static readonly Gpt2Settings Model = new(Width: 6, Layers: 1, Heads: 2, Vocabulary: 6, Outputs: 6);

    private static readonly CurvatureSettings Means = new()
    {
        Samples = 7, Block = 3, Element = ElementType.Float64, Probes = 8, Steps = 60, TraceProbes = 16, Top = 3,
        Tolerance = 1e-8, Threads = 2,
    };

    [Fact]
    public void A_measurement_agrees_with_the_full_Hessian_and_reads_back_the_same()
    {
        using var measurement = new CurvatureMeasurement(Means);
        var record = measurement.Of(Checkpoint(), Length);
        Assert.True(measurement.PredictedBytes > 0);

        // The same loss in one block, its Hessian in full.
        var batch = new TaskStream(new Parity(), Means.Seed, "curvature").UpTo(0, Means.Samples, Length);
        var objective = RecurrentObjective.Of(Model with { Loops = batch.Loops.Max() }, batch, Means.Samples);
        double[] theta = [.. Checkpoint().State.Weights.SelectMany(array => array).Select(value => (double)value)];
        var (size, gradient) = (theta.Length, new double[theta.Length]);
        using var team = new WorkerTeam(2);
        using var first = new GradientEvaluator(objective, new CpuBackend(), team);
        using var second = new HessianEvaluator(objective, new CpuBackend(), team);
        var hessian = new double[size * size];
        Assert.Equal(first.Evaluate(theta, gradient), record.Loss, 1e-12);
        second.Evaluate(theta, hessian);
        var spectrum = SymmetricEigen.Decompose(hessian, size);
        var values = spectrum.Values;
        Assert.Equal((size, batch.Loops.Max()), (record.Parameters, record.Loops));

        var order = Enumerable.Range(0, size).OrderByDescending(i => values[i]).Take(3).ToList();
        var scale = values.Max(Math.Abs);
        Assert.True(record.Converged);
        Assert.All(order.Zip(record.Top), pair => Assert.Equal(values[pair.First], pair.Second, 1e-7 * scale));
        var inside = order.Sum(i => Math.Pow(spectrum.Vector(i).ToArray().Zip(gradient, (v, g) => v * g).Sum(), 2));
        Assert.Equal(inside / gradient.Sum(g => g * g), record.GradientShare, 1e-5);
        Assert.Equal(Math.Sqrt(gradient.Sum(g => g * g)), record.GradientNorm, 1e-12);

        Within(MatrixEntropy.Of(values), "entropy");
        Within(values.Sum(), "trace");
        Within(Math.Sqrt(values.Sum(x => x * x)), "frobenius");
        Within(values.Where(x => x < 0).Sum(x => -x) / values.Sum(Math.Abs), "negative_mass");
        Within(values.Count(x => Math.Abs(x) <= CurvatureRecord.NearZero * scale) / (double)size, "near_zero_share");
        var covered = objective.Layout.Groups.Zip(record.Traces).Count(pair =>
        {
            Assert.Equal(pair.First.Name, pair.Second.Name);
            var trace = Enumerable.Range(pair.First.Offset, pair.First.Size).Sum(i => hessian[(i * size) + i]);
            return Math.Abs(trace - pair.Second.Trace.Value) <= pair.Second.Trace.Margin + 1e-12;
        });
        Assert.InRange(covered, record.Traces.Count * 3 / 4, record.Traces.Count);

        using var folder = new TemporaryFolder();
        var path = folder.PathOf("record.npz");
        record.Write(path);
        var read = CurvatureRecord.Read(path);
        Assert.Equal(record.Row(), read.Row());
        Assert.Equal(record.Density.Density, read.Density.Density);
        Assert.Equal(record.Traces.OrderBy(trace => trace.Name), read.Traces.OrderBy(trace => trace.Name));

        void Within(double exact, string name) => Assert.InRange(exact, record[name].Low, record[name].High);
    }

    [Fact]
    public void What_does_not_fit_the_memory_is_refused()
    {
        using var measurement = new CurvatureMeasurement(Means with { Memory = 1, Steps = 500 });
        var error = Assert.Throws<SettingException>(() => measurement.Of(Checkpoint(), Length));
        Assert.StartsWith("memory must be at least ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Weights far from their initialisation, so that no part of the Hessian is nearly zero.</summary>
    private static DecoderCheckpoint Checkpoint()
    {
        var random = new Philox(3, "weights");
        float[][] weights =
        [
            .. Gpt2Weights.Of(Model).Select(weight => Enumerable.Range(0, (int)weight.Shape.Size)
                .Select(_ => (float)(weight.Mean + (0.3 * random.NextNormal()))).ToArray()),
        ];
        return new DecoderCheckpoint
        {
            Task = new Parity(),
            Model = Model,
            State = new DecoderState<float>(weights, weights, weights, null, 12),
            Seed = 1,
            Most = int.MaxValue,
            Longest = Length,
            Flops = 0,
            Settings = "",
        };
    }
}
