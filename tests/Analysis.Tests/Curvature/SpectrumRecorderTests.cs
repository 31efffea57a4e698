using Looped.Analysis.Curvature;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Models.Optimizers;
using Looped.Models.Training;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Curvature;

public class SpectrumRecorderTests
{
    private const int Epochs = 13;

    private static readonly ValleyCriteria Valley = new(delta: 1, threshold: 10, epsilon: 0.01);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(13)]
    [InlineData(100)]
    public void Rows_stand_at_multiples_and_at_the_last_epoch(int every)
    {
        var rows = Record(every).Rows;
        Assert.Equal(
            Enumerable.Range(0, Epochs + 1).Where(epoch => epoch % every == 0 || epoch == Epochs),
            rows.Select(row => row.Epoch));
        Assert.True(double.IsNaN(rows[0].Information) && double.IsNaN(rows[0].InformationBound));
        Assert.All(rows.Skip(1), row => Assert.InRange(row.Information, 0, row.InformationBound + 1e-12));
    }

    [Theory]
    [InlineData(InformationReading.Eigenbasis)]
    [InlineData(InformationReading.Matrix)]
    public void What_is_recorded_does_not_depend_on_how_often(InformationReading reading)
    {
        var all = Record(1, reading).Rows;
        foreach (var row in Record(5, reading).Rows)
        {
            var same = all[row.Epoch];
            Assert.Equal(same.Values, row.Values);
            Assert.Equal(same.Entropy, row.Entropy);
            Assert.Equal(same.Information, row.Information);
            Assert.Equal(same.InformationBound, row.InformationBound);
            Assert.Equal(same.Valley, row.Valley);
        }
    }

    [Fact]
    public void The_values_are_those_of_the_Hessian_with_its_trace_and_norm()
    {
        var (rows, hessians) = Record(1);
        foreach (var (row, hessian) in rows.Zip(hessians))
        {
            var size = row.Values.Length;
            var expected = SymmetricEigen.Values(hessian, size);
            var scale = expected.Max(Math.Abs);
            Assert.All(expected.Zip(row.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-13 * scale));
            Assert.Equal(row.Values.Order(), row.Values);

            var trace = Enumerable.Range(0, size).Sum(i => hessian[(i * size) + i]);
            var square = hessian.Sum(x => x * x);
            Assert.Equal(trace, row.Values.Sum(), 1e-12 * scale * size);
            Assert.Equal(square, row.Values.Sum(x => x * x), 1e-12 * square);
        }
    }

    [Fact]
    public void The_decompositions_at_hand_are_those_of_this_epoch_and_of_the_one_before()
    {
        using var task = new Task(samples: 100);
        using var recorder = task.Recorder(1, InformationReading.Eigenbasis);
        using var trainer = new Trainer(task.Objective, new Adam(0.02), task.Initial, task.Backend, task.Team);
        Assert.Null(recorder.Current);
        var before = Array.Empty<double>();
        for (var epoch = 0; epoch < 4; epoch++)
        {
            recorder.Observe(trainer.State);
            var size = trainer.State.Theta.Length;
            var hessian = recorder.Hessian.ToArray();
            Assert.Equal(Matrices.Transposed(hessian, size), hessian);
            Holds(recorder.Current!, epoch, hessian);
            if (epoch == 0)
            {
                Assert.Null(recorder.Previous);
            }
            else
            {
                Holds(recorder.Previous!, epoch - 1, before);
            }

            before = hessian;
            trainer.RunEpoch();
        }

        static void Holds(HessianDecomposition decomposition, int epoch, double[] hessian)
        {
            var size = decomposition.Values.Length;
            Assert.Equal(epoch, decomposition.Epoch);
            var again = Matrices.WithSpectrum(decomposition.Values.ToArray(), decomposition.Vectors.ToArray());
            var scale = hessian.Max(Math.Abs);
            Assert.All(Enumerable.Range(0, size * size), i => Assert.Equal(hessian[i], again[i], 1e-13 * scale));
        }
    }

    [Fact]
    public void Entropy_and_valley_are_their_definitions_on_these_values()
    {
        foreach (var row in Record(1).Rows)
        {
            var total = row.Values.Sum(Math.Abs);
            var entropy = -row.Values.Select(x => Math.Abs(x) / total).Where(p => p > 0).Sum(p => p * Math.Log(p));
            Assert.Equal(entropy, row.Entropy, 1e-12);

            var valley = row.Values.Where(x => x > 0.01 * row.Values[^1]).ToList();
            Assert.Equal(valley.Count, row.Valley.Size);
            Assert.Equal(valley.Max() / valley.Min(), row.Valley.ConditionNumber, 1e-12);
        }
    }

    [Fact]
    public void The_information_is_that_of_the_joint_law_of_both_eigenbases()
    {
        var (rows, hessians) = Record(1);
        foreach (var epoch in new[] { 1, 6, Epochs })
        {
            var size = rows[epoch].Values.Length;
            var (before, now) = (Decompose(epoch - 1), Decompose(epoch));
            var total = before.Values.Sum(Math.Abs);
            var joint = new double[size, size];
            var (row, column) = (new double[size], new double[size]);
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                {
                    var overlap = Enumerable.Range(0, size).Sum(k => before.Vector(i)[k] * now.Vector(j)[k]);
                    joint[i, j] = Math.Abs(before.Values[i]) / total * overlap * overlap;
                    row[i] += joint[i, j];
                    column[j] += joint[i, j];
                }
            }

            var information = 0.0;
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                {
                    information += joint[i, j] > 0 ? joint[i, j] * Math.Log(joint[i, j] / (row[i] * column[j])) : 0;
                }
            }

            Assert.Equal(information, rows[epoch].Information, 1e-10);
            Assert.Equal(rows[epoch - 1].Entropy, rows[epoch].InformationBound, 1e-12);
        }

        EigenDecomposition Decompose(int epoch) =>
            SymmetricEigen.Decompose(Matrices.Symmetrized(hessians[epoch], rows[epoch].Values.Length), rows[epoch].Values.Length);
    }

    /// <summary>
    /// One sample is learned so well that the whole Hessian is a difference of nearly equal numbers, and less symmetric
    /// than the solver asks.
    /// </summary>
    [Fact]
    public void A_Hessian_of_a_saturated_loss_has_a_spectrum()
    {
        var (rows, hessians) = Record(1, samples: 1, rate: 0.1);
        var size = rows[0].Values.Length;
        Assert.Contains(hessians, hessian =>
        {
            var limit = 1e-10 * hessian.Max(Math.Abs);
            return hessian.Zip(Matrices.Transposed(hessian, size)).Any(pair => Math.Abs(pair.First - pair.Second) > limit);
        });
        Assert.Equal(Epochs + 1, rows.Count);
        Assert.All(rows, row => Assert.All(row.Values, value => Assert.True(double.IsFinite(value))));
    }

    [Fact]
    public void A_Hessian_that_is_not_finite_is_a_divergence()
    {
        using var task = new Task(samples: 100);
        using var recorder = task.Recorder(1, InformationReading.Eigenbasis);
        var theta = task.Initial.Select(x => 1e60 * x).ToArray();
        var failure = Assert.Throws<DivergenceException>(
            () => recorder.Observe(new TrainingState(4, 1, theta, theta)));
        Assert.Contains("Hessian is not finite after epoch 4", failure.Message);
        Assert.Null(recorder.Latest);
    }

    private static (IReadOnlyList<SpectrumRow> Rows, IReadOnlyList<double[]> Hessians) Record(
        int every, InformationReading reading = InformationReading.Eigenbasis, int samples = 100, double rate = 0.02)
    {
        using var task = new Task(samples);
        using var recorder = task.Recorder(every, reading);
        using var hessian = new HessianEvaluator(task.Objective, task.Backend, task.Team);
        using var trainer = new Trainer(
            task.Objective, new Adam(rate), task.Initial, task.Backend, task.Team);
        var collector = new Collector(recorder, hessian);
        trainer.Run(Epochs, collector, CancellationToken.None);
        return (collector.Rows, collector.Hessians);
    }

    /// <summary>Looped-Attn of width 3 on a few samples.</summary>
    private sealed class Task : IDisposable
    {
        public Task(int samples)
        {
            var set = SequenceSet.Draw(
                new MarkovLanguage(2, Dynamics.Cyclic), length: 4, samples, alpha: 0.5, new Philox(2, "samples"));
            var settings = new ToyModelSettings(ToyArchitecture.Looped, Width: 3);
            Objective = ToyObjective.Of(settings, Contexts.Distinct(set), ToyEmbedding.Random(2, 3, 3, 0));
            Initial = ToyObjective.Initialize(settings, Objective.Layout, 2);
        }

        public Objective Objective { get; }

        public double[] Initial { get; }

        public IBackend Backend { get; } = new CpuBackend();

        public WorkerTeam Team { get; } = new(1);

        public SpectrumRecorder Recorder(int every, InformationReading reading) =>
            new(Objective, new SpectrumSchedule(every, Epochs, reading, Valley), Backend, Team);

        public void Dispose() => Team.Dispose();
    }

    /// <summary>Keeps each new row of a recorder and the Hessian at every epoch.</summary>
    private sealed class Collector(SpectrumRecorder recorder, HessianEvaluator evaluator) : ITrainingObserver
    {
        public List<SpectrumRow> Rows { get; } = [];

        public List<double[]> Hessians { get; } = [];

        public void Observe(in TrainingState state)
        {
            recorder.Observe(state);
            if (recorder.Latest is { } row && row.Epoch == state.Epoch)
            {
                Rows.Add(row);
            }

            var hessian = new double[state.Theta.Length * state.Theta.Length];
            evaluator.Evaluate(state.Theta, hessian);
            Hessians.Add(hessian);
        }
    }
}
