using Looped.Models.Data;
using Looped.Studies.Settings;
using Looped.Studies.Toy;

namespace Looped.Studies.ToyStudy;

/// <summary>Everything that defines a toy study.</summary>
public sealed record ToyStudySettings
{
    /// <summary>Options of a run that the study sets itself: it trains both models in its worlds, a seed a thread.</summary>
    private static readonly string[] OwnOptions = ["model", "dynamics", "positions", "threads"];

    /// <summary>Spectra of a sweep's runs are taken at every so many epochs.</summary>
    private const int SweepSpectrumEvery = 10;

    /// <summary>Seeds of a sweep's runs, at most.</summary>
    private const int SweepSeeds = 3;

    /// <summary>The settings of each run, but for its world and seed; its seed is the first of the study.</summary>
    public ToySettings Run { get; init; } = new();

    /// <summary>Number of seeds.</summary>
    public int Seeds { get; init; } = 10;

    /// <summary>How SHIFT and longer sequences are measured.</summary>
    public MeasurementPlan Plan { get; init; } = new();

    /// <summary>How valley and river are measured, and are judged.</summary>
    public GeometryPlan GeometryPlan { get; init; } = new();

    /// <summary>Whether the claims are judged again with each setting changed on its own.</summary>
    public bool Sweep { get; init; }

    /// <summary>Runs at the same time, one thread each; they change no result.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>The worlds that claims are judged under.</summary>
    public static IReadOnlyList<StudyWorld> Worlds { get; } = [StudyWorld.Cyclic, StudyWorld.Mixture];

    /// <summary>The options, as named on the command line and in files.</summary>
    public static IReadOnlyList<StudyOption<ToyStudySettings>> Options { get; } =
    [
        StudyOptions.Integer<ToyStudySettings>(
            "seeds", "number of seeds, from seed on", 1, 1000, s => s.Seeds, (s, v) => s with { Seeds = (int)v }),
        new(
            "sweep",
            "choice",
            "whether the claims are judged again, on 3 seeds, with each setting changed on its own",
            "true or false",
            s => s.Sweep ? "true" : "false",
            (s, text) => bool.TryParse(text, out var sweep) ? s with { Sweep = sweep } : null),
        .. ToySettings.Options.Where(option => !OwnOptions.Contains(option.Name)).Select(OfRun),
        .. MeasurementPlan.Options.Select(OfPlan),
        .. GeometryPlan.Options.Select(OfGeometry),
        StudyOptions.Integer<ToyStudySettings>(
            "threads",
            "seeds at the same time; they change no result",
            1,
            256,
            s => s.Threads,
            (s, v) => s with { Threads = (int)v }),
    ];

    /// <summary>The runs of the study, those of the sweep last.</summary>
    public IEnumerable<StudyCell> Cells()
    {
        for (var i = 0; i < Seeds; i++)
        {
            foreach (var world in Worlds)
            {
                yield return Cell(Variation.None, world, i, Run);
            }
        }

        foreach (var variation in Sweep ? Variation.All : [])
        {
            foreach (var world in variation.Worlds(Worlds))
            {
                for (var i = 0; i < Math.Min(Seeds, SweepSeeds); i++)
                {
                    yield return Cell(variation, world, i, Run with { SpectrumEvery = SweepSpectrumEvery });
                }
            }
        }
    }

    /// <summary>Checks what no single option can.</summary>
    /// <param name="memory">Bytes of memory that there are.</param>
    /// <exception cref="SettingException">Settings contradict each other, or ask for more memory than there is.</exception>
    public void Validate(long memory)
    {
        GeometryPlan.Validate();
        foreach (var run in Cells().Select(cell => cell.Settings).Distinct())
        {
            run.Validate(memory / Math.Min(Threads, Cells().Count()), GeometryExperiment.Matrices);
        }
    }

    private StudyCell Cell(Variation variation, StudyWorld world, int index, ToySettings run) =>
        new(variation, world, world.Apply(variation.Apply(run)) with
        {
            Seed = run.Seed + (ulong)index,
            Models = ToyModels.Both,
            Threads = 1,
        })
        {
            Plan = Plan,
            GeometryPlan = GeometryPlan,
        };

    /// <summary>An option of a run as one of the study.</summary>
    private static StudyOption<ToyStudySettings> OfRun(StudyOption<ToySettings> option) => new(
        option.Name,
        option.Kind,
        option.Name == "seed" ? "first seed of data, embedding, initialisation and batches" : option.Description,
        option.Allowed,
        settings => option.Get(settings.Run),
        (settings, text) => option.Set(settings.Run, text) is { } run ? settings with { Run = run } : null);

    /// <summary>An option of the plan as one of the study.</summary>
    private static StudyOption<ToyStudySettings> OfPlan(StudyOption<MeasurementPlan> option) => new(
        option.Name,
        option.Kind,
        option.Description,
        option.Allowed,
        settings => option.Get(settings.Plan),
        (settings, text) => option.Set(settings.Plan, text) is { } plan ? settings with { Plan = plan } : null);

    /// <summary>An option of the plan of geometry as one of the study.</summary>
    private static StudyOption<ToyStudySettings> OfGeometry(StudyOption<GeometryPlan> option) => new(
        option.Name,
        option.Kind,
        option.Description,
        option.Allowed,
        settings => option.Get(settings.GeometryPlan),
        (settings, text) => option.Set(settings.GeometryPlan, text) is { } plan ? settings with { GeometryPlan = plan } : null);
}

/// <summary>One run of a study: a seed in a world, with the study's settings or one of them changed.</summary>
/// <param name="Variation">The changed setting.</param>
/// <param name="World">The kind of data.</param>
/// <param name="Settings">All settings of the run.</param>
public sealed record StudyCell(Variation Variation, StudyWorld World, ToySettings Settings)
{
    /// <summary>How SHIFT and longer sequences are measured.</summary>
    public MeasurementPlan Plan { get; init; } = new();

    /// <summary>How valley and river are measured, and are judged.</summary>
    public GeometryPlan GeometryPlan { get; init; } = new();

    /// <summary>The run's file in the study's folder.</summary>
    public string File => Path.Combine(
        Variation == Variation.None ? "seeds" : Path.Combine("sweep", Variation.Name.Replace(' ', '-')),
        $"{World.Name}-{Settings.Seed}.npz");
}

/// <summary>A setting changed on its own.</summary>
/// <param name="Option">The option's name; <c>dynamics</c> changes the world.</param>
/// <param name="Value">The value.</param>
public sealed record Variation(string Option, string Value)
{
    private const string DynamicsOption = "dynamics";

    /// <summary>Nothing changed, at the settings of the study.</summary>
    public static Variation None { get; } = new(string.Empty, string.Empty);

    /// <summary>
    /// What a sweep changes. The first changes nothing but the number of seeds and spectra: the others are compared with it.
    /// </summary>
    public static IReadOnlyList<Variation> All { get; } =
    [
        new("baseline", string.Empty),
        new("d", "4"),
        new("d", "16"),
        new("lr", "0.003"),
        new("lr", "0.03"),
        new("concentration", "0.75"),
        new("concentration", "3"),
        new("alpha", "0"),
        new("alpha", "1"),
        new("scale", "none"),
        new("init", "0.5"),
        new("init", "2"),
        new(DynamicsOption, "homogeneous"),
        new(DynamicsOption, "mixture"),
        new(DynamicsOption, "cyclic+positions"),
    ];

    /// <summary>Whether this is what the others are compared with.</summary>
    public bool IsBaseline => Option == "baseline";

    /// <summary>The name in files and reports: <c>lr 0.03</c>.</summary>
    public string Name => $"{Option} {Value}".Trim();

    /// <summary>The worlds that it is run in.</summary>
    public IReadOnlyList<StudyWorld> Worlds(IReadOnlyList<StudyWorld> worlds) => (Option, Value) switch
    {
        (DynamicsOption, "homogeneous") => [new StudyWorld(Dynamics.Homogeneous, Positions: false)],
        (DynamicsOption, "mixture") => [new StudyWorld(Dynamics.Mixture, Positions: false)],
        (DynamicsOption, _) => [new StudyWorld(Dynamics.Cyclic, Positions: true)],
        _ => worlds,
    };

    /// <summary>The settings with the change.</summary>
    public ToySettings Apply(ToySettings settings) => this == None || IsBaseline || Option == DynamicsOption
        ? settings
        : ToySettings.Options.First(option => option.Name == Option).Apply(settings, Value);
}
