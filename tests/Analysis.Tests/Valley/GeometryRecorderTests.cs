using Looped.Analysis.Curvature;
using Looped.Models.Attention;
using Looped.Models.Optimizers;
using Looped.Models.Training;

namespace Looped.Analysis.Tests;

/// <summary>What is recorded along training, against the definitions applied to the stored path.</summary>
public class GeometryRecorderTests
{
    private const int Epochs = 11;
    private const int Window = 4;
    private const double Rate = 0.4;

    [Fact]
    public void Shares_are_those_of_gradient_and_update_in_the_eigenbases_of_their_epochs()
    {
        using var task = new ToyTask(ToyArchitecture.Single, 4);
        var (recorder, path, nullSpace) = Record(task);
        Assert.Equal(Enumerable.Range(0, Epochs + 1), recorder.Rows.Select(row => row.Epoch));
        for (var epoch = 0; epoch <= Epochs; epoch++)
        {
            var row = recorder.Rows[epoch];
            var gradient = task.Gradient(path[epoch]);
            var present = Decompose(task, path[epoch]);
            Assert.Equal(ValleyShare(present, gradient), row.Gradient.Valley, 1e-9);
            Assert.Equal(1, row.Gradient.Valley + row.Gradient.River, 1e-12);
            Assert.Equal(0, row.Gradient.Null, 1e-12);
            Assert.All(row.Top.Zip(GeometrySchedule.TopCounts), pair => Assert.Equal(
                Share(present, gradient, j => j >= task.Size - pair.Second), pair.First, 1e-9));
            if (epoch == 0)
            {
                Assert.True(double.IsNaN(row.Update.Valley) && double.IsNaN(row.Update.Null));
                continue;
            }

            double[] update = [.. path[epoch].Zip(path[epoch - 1], (now, then) => now - then)];
            Assert.Equal(ValleyShare(Decompose(task, path[epoch - 1]), update), row.Update.Valley, 1e-9);
            Assert.Equal(nullSpace.Share(update), row.Update.Null, 1e-14);
        }
    }

    [Fact]
    public void Windows_follow_one_another_and_the_rest_makes_the_last()
    {
        using var task = new ToyTask(ToyArchitecture.Looped, 3);
        var (recorder, path, _) = Record(task);
        Assert.Equal([0, 4, 8], recorder.Windows.Select(window => window.Epoch));
        Assert.Equal([4, 4, 4], recorder.Windows.Select(window => window.Force.Steps));
        foreach (var window in recorder.Windows)
        {
            var basis = Decompose(task, path[window.Epoch]);
            var last = Math.Min(window.Epoch + Window, Epochs);
            var cut = ToyTask.Criteria.Epsilon * basis.Values[^1];
            Assert.Equal(basis.Values.Count(value => value > cut), window.ValleySize);
            Assert.Equal(
                Enumerable.Range(window.Epoch, last - window.Epoch).Sum(e => RiverNorm(basis, cut, path[e], path[e + 1])),
                window.RiverPath,
                1e-10);
            Assert.Equal(RiverNorm(basis, cut, path[window.Epoch], path[last]), window.RiverDisplacement, 1e-10);
            Assert.InRange(window.RiverDisplacement, 0, window.RiverPath);
            Assert.InRange(window.FreeRiverPath, 0, window.RiverPath);
            Assert.InRange(window.FreeRiverDisplacement, 0, window.RiverDisplacement);

            // Signs of the steps' coordinates along the most curved direction.
            var signs = Enumerable.Range(window.Epoch, last - window.Epoch)
                .Select(e => Math.Sign(Coordinate(basis.Vector(task.Size - 1), path[e], path[e + 1]))).ToList();
            Assert.Equal(
                signs.Zip(signs.Skip(1)).Count(pair => pair.First != pair.Second) / (signs.Count - 1.0),
                window.HoppingRates[^1]);
            Assert.Equal(window.HoppingRates.Average(), window.Hopping, 1e-14);
            Assert.Equal(Rate * basis.Values[^1], window.Force.RateTimesLargest, 1e-10);
        }
    }

    [Fact]
    public void Block_norms_begin_each_window_without_coupling()
    {
        using var task = new ToyTask(ToyArchitecture.Looped, 3);
        var (recorder, path, _) = Record(task);
        foreach (var row in recorder.Rows)
        {
            var values = Decompose(task, path[row.Epoch]).Values;
            if (row.Epoch % Window == 0)
            {
                Assert.Equal(0, row.Blocks.Coupling, 1e-10 * values[^1]);
                Assert.Equal(values[^1], row.Blocks.Valley, 1e-10 * values[^1]);
            }
            else
            {
                Assert.True(row.Blocks.Coupling > 0);
            }
        }
    }

    [Fact]
    public void A_spectrum_that_was_left_out_is_an_error()
    {
        using var task = new ToyTask(ToyArchitecture.Single, 3);
        using var spectrum = task.Recorder(Epochs);
        var nullSpace = StructuralNullSpace.Of(task.Objective, 0.6, 1, task.Backend, task.Team);
        var recorder = new GeometryRecorder(
            spectrum, new GeometrySchedule(ToyTask.Criteria, Window, Rate, Epochs), nullSpace, task.Team);
        Assert.Contains("epoch 3", Assert.Throws<InvalidOperationException>(
            () => recorder.Observe(new TrainingState(3, 1, task.Initial, task.Initial))).Message);
        Assert.Contains("at least 2", Assert.Throws<ArgumentException>(() => new GeometryRecorder(
            spectrum, new GeometrySchedule(ToyTask.Criteria, 1, Rate, Epochs), nullSpace, task.Team)).Message);
    }

    private static (GeometryRecorder Recorder, List<double[]> Path, StructuralNullSpace NullSpace) Record(ToyTask task)
    {
        using var spectrum = task.Recorder(Epochs);
        var nullSpace = StructuralNullSpace.Of(task.Objective, 0.6, 1, task.Backend, task.Team);
        var recorder = new GeometryRecorder(
            spectrum, new GeometrySchedule(ToyTask.Criteria, Window, Rate, Epochs), nullSpace, task.Team);
        using var trainer = new Trainer(task.Objective, new Adam(0.05), task.Initial, task.Backend, task.Team);
        var path = new PathKeeper(spectrum, recorder);
        trainer.Run(Epochs, path, CancellationToken.None);
        return (recorder, path.Thetas, nullSpace);
    }

    private static EigenDecomposition Decompose(ToyTask task, double[] theta) =>
        SymmetricEigen.Decompose(Matrices.Symmetrized(task.Hessian(theta), task.Size), task.Size);

    private static double ValleyShare(EigenDecomposition basis, double[] vector) =>
        Share(basis, vector, j => basis.Values[j] > ToyTask.Criteria.Epsilon * basis.Values[^1]);

    private static double Share(EigenDecomposition basis, double[] vector, Func<int, bool> counts) =>
        Enumerable.Range(0, basis.Size).Where(counts).Sum(j => Square(Coordinate(basis.Vector(j), new double[basis.Size], vector)))
        / vector.Sum(Square);

    private static double RiverNorm(EigenDecomposition basis, double cut, double[] from, double[] to) =>
        Math.Sqrt(Enumerable.Range(0, basis.Size).Where(j => basis.Values[j] <= cut)
            .Sum(j => Square(Coordinate(basis.Vector(j), from, to))));

    private static double Coordinate(ReadOnlySpan<double> direction, double[] from, double[] to)
    {
        var sum = 0.0;
        for (var i = 0; i < from.Length; i++)
        {
            sum += direction[i] * (to[i] - from[i]);
        }

        return sum;
    }

    private static double Square(double x) => x * x;

    /// <summary>Keeps the path and shows each state to both recorders.</summary>
    private sealed class PathKeeper(SpectrumRecorder spectrum, GeometryRecorder recorder) : ITrainingObserver
    {
        public List<double[]> Thetas { get; } = [];

        public void Observe(in TrainingState state)
        {
            Thetas.Add(state.Theta.ToArray());
            spectrum.Observe(state);
            recorder.Observe(state);
        }
    }
}
