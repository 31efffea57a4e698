using System.Diagnostics;
using System.Text.Json.Nodes;
using Looped.Kernels;
using Looped.Studies.Settings;
using Looped.Studies.Toy;

namespace Looped.Studies.ToyStudy;

/// <summary>
/// Measures one seed in one world, on one thread. What is measured depends on the run's settings alone, and is read back
/// from its file instead where that holds the same settings.
/// </summary>
public sealed class SeedMeasurement
{
    /// <summary>Files of another format were written by another program and are measured again.</summary>
    private const string Format = "toy study, 1";

    private readonly StudyCell _cell;
    private readonly IBackend _backend;
    private readonly string _path;
    private ToyModelRun[] _runs = [];

    /// <summary>Prepares a measurement.</summary>
    /// <param name="cell">The run.</param>
    /// <param name="backend">What runs the programs.</param>
    /// <param name="folder">The study's folder.</param>
    public SeedMeasurement(StudyCell cell, IBackend backend, string folder) =>
        (_cell, _backend, _path) = (cell, backend, Path.Combine(folder, cell.File));

    /// <summary>The run.</summary>
    public StudyCell Cell => _cell;

    /// <summary>What was measured; null until it is.</summary>
    public SeedResult? Result { get; private set; }

    /// <summary>The share of the epochs of both models that is done, from 0 to 1.</summary>
    public double Progress => Result is not null ? 1
        : _runs.Sum(run => (run.Latest?.Epoch ?? 0.0) / _cell.Settings.Epochs / _cell.Settings.Architectures.Count());

    /// <summary>Takes what the file holds, if it was measured under these settings.</summary>
    /// <returns>Whether it was.</returns>
    public bool TryLoad()
    {
        if (!File.Exists(_path))
        {
            return false;
        }

        try
        {
            var archive = SeedArchive.Read(_path);
            if (archive.Text("settings") != SettingsText())
            {
                return false;
            }

            Result = Read(archive);
            return true;
        }
        catch (InvalidDataException)
        {
            // A damaged file is one that is not there.
            return false;
        }
    }

    /// <summary>Measures and writes the file.</summary>
    /// <exception cref="OperationCanceledException">It was stopped; nothing was written.</exception>
    public void Run(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var settings = _cell.Settings;
        var world = new ToyWorld(settings);
        var geometry = settings.SpectrumEvery == 1
            ? new GeometryExperiment(settings, world, _cell.GeometryPlan, _backend)
            : null;
        _runs =
        [
            .. settings.Architectures.Select(architecture => new ToyModelRun(
                settings,
                architecture,
                world,
                _backend,
                settings.Threads,
                geometry is null ? null : (loss, spectrum, team) => geometry.Watch(architecture, loss, spectrum, team))),
        ];
        foreach (var run in _runs)
        {
            run.Run(cancellation);
        }

        var course = new ToyResult(
            settings,
            _backend.Name,
            world.Ceilings,
            [.. _runs.Select(run => new ToyModelResult(run.Name, run.ParameterCount, run.Rows(), run.Times, run.Divergence))],
            Stopwatch.GetElapsedTime(start),
            _runs.All(run => run.Divergence is null));
        var archive = new SeedArchive();
        archive.PutText("settings", SettingsText());
        Course.Write(course, archive.Part("course"));
        using (var experiment = new ShiftExperiment(settings, world, _cell.Plan, _backend))
        {
            var (shift, models) = experiment.Run(cancellation);
            shift.Write(archive.Part("shift"));
            LengthExperiment.Run(settings, world, models, _cell.Plan, _backend, cancellation)
                .Write(archive.Part("lengths"));
        }

        geometry?.Finish(cancellation).Write(archive.Part("geometry"));
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        archive.Write(_path);
        Result = Read(archive);
        _runs = [];
    }

    private SeedResult Read(SeedArchive archive) =>
        new(_cell.World, _cell.Settings, Course.Read(_cell.Settings, archive.Part("course")))
        {
            Plan = _cell.Plan,
            Shift = ShiftPart.Read(archive.Part("shift")),
            Lengths = LengthPart.Read(archive.Part("lengths")),
            GeometryPlan = _cell.GeometryPlan,
            Geometry = GeometryPart.Read(archive.Part("geometry")),
        };

    private string SettingsText() => new JsonObject
    {
        ["format"] = Format,
        ["settings"] = SettingsFile.Write(_cell.Settings, ToySettings.Options),
        ["plan"] = SettingsFile.Write(_cell.Plan, MeasurementPlan.Options),
        ["geometry"] = SettingsFile.Write(_cell.GeometryPlan, GeometryPlan.Options),
    }.ToJsonString();
}
