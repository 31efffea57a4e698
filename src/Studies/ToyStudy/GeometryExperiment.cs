using Looped.Analysis;
using Looped.Analysis.Curvature;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Models.Optimizers;
using Looped.Models.Training;
using Looped.Studies.Toy;
using Looped.Tensors;

namespace Looped.Studies.ToyStudy;

/// <summary>
/// Measures the geometry of both models' training under one seed: watches the training of a toy run, whose decompositions
/// it shares, and trains again by gradient descent, whole, on the dominant subspace and off it.
/// </summary>
public sealed class GeometryExperiment
{
    /// <summary>
    /// P x P matrices that it holds beside a recorder of spectra: the bases of this epoch and of the window, the blocks of a
    /// Hessian in it, and the workspace of their eigenvalues.
    /// </summary>
    public const int Matrices = 9;

    private readonly ToySettings _settings;
    private readonly ToyWorld _world;
    private readonly GeometryPlan _plan;
    private readonly IBackend _backend;
    private readonly Contexts _test;
    private readonly InformationGroups _testGroups;
    private readonly List<Watched> _models = [];

    /// <summary>Prepares the measurements of one seed.</summary>
    /// <param name="settings">The run's settings, with a spectrum at every epoch.</param>
    /// <param name="world">Data and embedding.</param>
    /// <param name="plan">How it is measured.</param>
    /// <param name="backend">What runs the programs.</param>
    public GeometryExperiment(ToySettings settings, ToyWorld world, GeometryPlan plan, IBackend backend)
    {
        (_settings, _world, _plan, _backend) = (settings, world, plan, backend);
        var draws = SequenceSet.Draw(
            world.Language,
            ToyWorld.SequenceLength,
            plan.TestSamples,
            settings.Alpha,
            new Philox(settings.Seed, "test samples"));
        (_test, _testGroups) = (Contexts.Distinct(draws), new InformationGroups(draws));
    }

    /// <summary>The observer of a model's training, to be shown each state after its spectrum is taken.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="objective">The loss that is trained.</param>
    /// <param name="spectrum">Who decomposes its Hessians.</param>
    /// <param name="team">The model's threads.</param>
    public ITrainingObserver Watch(
        ToyArchitecture architecture, Objective objective, SpectrumRecorder spectrum, WorkerTeam team)
    {
        var settings = _settings.Model(architecture);
        var nullSpace = StructuralNullSpace.Of(
            objective, 1 / Math.Sqrt(settings.Width), _settings.Seed, _backend, team);
        var watched = new Watched(
            architecture.ToString().ToLowerInvariant(),
            objective,
            nullSpace,
            spectrum,
            new GeometryRecorder(spectrum, Schedule(_settings.LearningRate), nullSpace, team),
            new ToyPredictor(settings, _test.Tokens, _test.Length, _world.Embedding, _backend),
            new GroupAccuracy(_test, _testGroups));
        _models.Add(watched);
        return watched;
    }

    /// <summary>Measures what is left once both models are trained.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public GeometryPart Finish(CancellationToken cancellation)
    {
        using var team = new WorkerTeam(_settings.Threads);
        var ceiling = Ceilings.Of(_test, _testGroups).Full.Total;
        var models = new List<ModelGeometry>();
        foreach (var model in _models)
        {
            using (model)
            {
                models.Add(new ModelGeometry(
                    model.Name,
                    model.NullSpace.Size,
                    model.NullSpace.Dimension,
                    model.NullSpace.Probes,
                    model.Course(_settings.LearningRate),
                    Descend(model, team, cancellation),
                    Project(model, DescentPart.Dominant, team, cancellation),
                    Project(model, DescentPart.Bulk, team, cancellation),
                    model.TestAccuracy,
                    ceiling,
                    model.Path.Count > _settings.Epochs ? Surface(model, team) : null));
            }
        }

        return new GeometryPart(models);
    }

    private GeometrySchedule Schedule(double rate) =>
        new(_settings.Valley, _plan.Window, rate, _settings.Epochs);

    private MotionCourse Descend(Watched model, WorkerTeam team, CancellationToken cancellation)
    {
        using var spectrum = new SpectrumRecorder(
            model.Objective,
            new SpectrumSchedule(1, _settings.Epochs, _settings.Information, _settings.Valley),
            _backend,
            team);
        using var descent = new Watched(
            model.Name,
            model.Objective,
            model.NullSpace,
            spectrum,
            new GeometryRecorder(spectrum, Schedule(_plan.DescentRate), model.NullSpace, team));
        using var trainer = new Trainer(
            model.Objective, new GradientDescent(_plan.DescentRate), model.Path[0], _backend, team);
        try
        {
            trainer.Run(_settings.Epochs, new InOrder(spectrum, descent), cancellation);
        }
        catch (DivergenceException)
        {
            // What was measured up to there stands.
        }

        return descent.Course(_plan.DescentRate);
    }

    private List<double> Project(Watched model, DescentPart part, WorkerTeam team, CancellationToken cancellation)
    {
        using var descent = new ProjectedDescent(
            model.Objective,
            model.Path[0],
            _plan.DescentRate,
            part,
            Math.Min(_plan.Dominant, model.NullSpace.Size),
            _backend,
            team);
        var losses = new List<double> { descent.Loss };
        try
        {
            while (descent.Steps < _settings.Epochs)
            {
                cancellation.ThrowIfCancellationRequested();
                descent.Step();
                losses.Add(descent.Loss);
            }
        }
        catch (DivergenceException)
        {
            // The losses so far say where it went.
        }

        return losses;
    }

    private LossSurface Surface(Watched model, WorkerTeam team)
    {
        using var slices = new LossSlices(model.Objective, _backend, team);
        var end = model.Path[^1];
        var size = end.Length;
        double[] offsets = Spread(-_plan.SliceRadius, _plan.SliceRadius);
        var leading = model.TopVectors.AsSpan(size, size);
        var second = model.TopVectors.AsSpan(0, size);
        var directions = new PathDirections(model.Path, 2);
        var (pathX, pathY) = (directions.Coordinates[0], directions.Coordinates[1]);
        var (gridX, gridY) = (Around(pathX), Around(pathY));
        double[] way = [.. model.Path[0].Zip(end, (from, to) => to - from)];
        return new LossSurface(
            offsets,
            slices.Line(end, leading, offsets),
            slices.Line(end, second, offsets),
            slices.Plane(end, leading, second, offsets, offsets),
            slices.Line(model.Path[0], way, Spread(0, 1)),
            pathX,
            pathY,
            directions.Shares,
            gridX,
            gridY,
            slices.Plane(end, directions.Direction(0), directions.Direction(1), gridX, gridY));
    }

    /// <summary>Equally far apart from the first to the last.</summary>
    private double[] Spread(double first, double last) =>
        [.. Enumerable.Range(0, _plan.SlicePoints).Select(i => first + ((last - first) * i / (_plan.SlicePoints - 1)))];

    /// <summary>A range that holds a path with a margin of a fifth of it on both sides.</summary>
    private double[] Around(IReadOnlyList<double> coordinates)
    {
        var (low, high) = (coordinates.Min(), coordinates.Max());
        var margin = high > low ? (high - low) / 5 : 1;
        return Spread(low - margin, high + margin);
    }

    /// <summary>Shows each state to one observer and then to another.</summary>
    private sealed class InOrder(ITrainingObserver first, ITrainingObserver second) : ITrainingObserver
    {
        public void Observe(in TrainingState state)
        {
            first.Observe(state);
            second.Observe(state);
        }
    }

    /// <summary>What is kept of one training.</summary>
    private sealed class Watched(
        string name,
        Objective objective,
        StructuralNullSpace nullSpace,
        SpectrumRecorder spectrum,
        GeometryRecorder geometry,
        ToyPredictor? predictor = null,
        GroupAccuracy? accuracy = null) : ITrainingObserver, IDisposable
    {
        private readonly List<double> _losses = [];

        public string Name => name;

        public Objective Objective => objective;

        public StructuralNullSpace NullSpace => nullSpace;

        public List<double[]> Path { get; } = [];

        public List<double> TestAccuracy { get; } = [];

        /// <summary>The eigenvectors of the two largest eigenvalues of the last epoch, the second largest first.</summary>
        public double[] TopVectors { get; } = new double[2 * nullSpace.Size];

        public void Observe(in TrainingState state)
        {
            geometry.Observe(state);
            _losses.Add(state.Loss);
            if (predictor is not null && accuracy is not null)
            {
                TestAccuracy.Add(accuracy.Measure(predictor.Predict(state.Theta)).Total);
                Path.Add(state.Theta.ToArray());
                spectrum.Current!.Vectors[^TopVectors.Length..].CopyTo(TopVectors);
            }
        }

        public MotionCourse Course(double rate) => new(rate, _losses, geometry.Rows, geometry.Windows);

        public void Dispose() => predictor?.Dispose();
    }
}
