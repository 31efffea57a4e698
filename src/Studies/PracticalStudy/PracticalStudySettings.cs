using System.Globalization;
using Looped.Models.Tasks;
using Looped.Studies.Algorithmic;
using Looped.Studies.Settings;

namespace Looped.Studies.PracticalStudy;

/// <summary>Everything that defines a practical study: tasks, paradigms and seeds, trained at one scale.</summary>
public sealed record PracticalStudySettings
{
    /// <summary>What stands for tasks that the scale decides.</summary>
    private const string Auto = "auto";

    private const char Separator = ',';

    private const int MostSeeds = 1000;

    /// <summary>Options of a run that the study sets itself: a run a task, paradigm and seed, each on one thread.</summary>
    private static readonly string[] OwnOptions = ["task", "paradigm", "threads"];

    /// <summary>The settings of each run, but for its task and paradigm; its seed is the first of the study.</summary>
    public AlgorithmicSettings Run { get; init; } = new() { Threads = 1 };

    /// <summary>Number of seeds; null for the scale's.</summary>
    public int? Seeds { get; init; }

    /// <summary>The tasks; null for the scale's.</summary>
    public IReadOnlyList<AlgorithmicTask>? Tasks { get; init; }

    /// <summary>Runs at the same time, a process each; they change no result.</summary>
    public int Processes { get; init; } = Environment.ProcessorCount;

    /// <summary>The paradigms in the order in which they are run: the dearest first, so that no process ends up alone.</summary>
    public static IReadOnlyList<Paradigm> Paradigms { get; } = [Paradigm.Looped, Paradigm.Shift, Paradigm.Single];

    /// <summary>The options, as named on the command line and in files.</summary>
    public static IReadOnlyList<StudyOption<PracticalStudySettings>> Options { get; } =
    [
        new(
            "tasks",
            "names",
            "what is learned",
            $"names with commas between of {AlgorithmicTasks.Names}, or {Auto}",
            s => s.Tasks is null ? Auto : string.Join(Separator, s.Tasks.Select(task => task.Name)),
            (s, text) => text == Auto ? s with { Tasks = null } : Find(text) is { } tasks ? s with { Tasks = tasks } : null),
        new(
            "seeds",
            "integer",
            "number of seeds, from seed on",
            $"a whole number from 1 to {MostSeeds}, or {Auto}",
            s => s.Seeds?.ToString(CultureInfo.InvariantCulture) ?? Auto,
            (s, text) => text == Auto ? s with { Seeds = null }
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seeds) && seeds is >= 1 and <= MostSeeds
                    ? s with { Seeds = seeds }
                    : null),
        .. AlgorithmicSettings.Options.Where(option => !OwnOptions.Contains(option.Name)).Select(OfRun),
        StudyOptions.Integer<PracticalStudySettings>(
            "processes",
            "runs at the same time, each a process of one thread; they change no result",
            1,
            256,
            s => s.Processes,
            (s, v) => s with { Processes = (int)v }),
    ];

    /// <summary>The runs of the study: all paradigms and tasks of a seed before the next seed.</summary>
    public IEnumerable<PracticalCell> Cells()
    {
        // The paper's five tasks; two of them, the cheapest per step and the simplest answer of many symbols, in minutes.
        var tasks = Tasks ?? (Run.Scale == RunScale.Tiny
            ? [new Parity(), new Copy()]
            : [.. AlgorithmicTasks.All.Where(task => task is not Multiplication)]);
        var seeds = Seeds ?? (Run.Scale == RunScale.Paper ? 3 : 2);
        return
            from index in Enumerable.Range(0, seeds)
            from task in tasks
            from paradigm in Paradigms
            select new PracticalCell(Run with
            {
                Task = task, Paradigm = paradigm, Seed = Run.Seed + (ulong)index, Threads = 1,
            });
    }

    /// <summary>Checks what no single option can.</summary>
    /// <exception cref="SettingException">Settings contradict each other.</exception>
    public void Validate()
    {
        foreach (var cell in Cells())
        {
            _ = cell.Settings.Plan();
        }
    }

    private static List<AlgorithmicTask>? Find(string text)
    {
        var names = text.Split(Separator);
        var tasks = names.Select(AlgorithmicTasks.Find).OfType<AlgorithmicTask>().Distinct().ToList();
        return tasks.Count == names.Length ? tasks : null;
    }

    /// <summary>An option of a run as one of the study.</summary>
    private static StudyOption<PracticalStudySettings> OfRun(StudyOption<AlgorithmicSettings> option) => new(
        option.Name,
        option.Kind,
        option.Name == "seed" ? "first seed of weights and samples" : option.Description,
        option.Allowed,
        settings => option.Get(settings.Run),
        (settings, text) => option.Set(settings.Run, text) is { } run ? settings with { Run = run } : null);
}

/// <summary>One run of a study.</summary>
/// <param name="Settings">All its settings.</param>
public sealed record PracticalCell(AlgorithmicSettings Settings)
{
    /// <summary>Its name: <c>copy-shift-0</c>.</summary>
    public string Name => string.Create(
        CultureInfo.InvariantCulture, $"{Settings.Task.Name}-{Settings.Paradigm}-{Settings.Seed}").ToLowerInvariant();

    /// <summary>Its folder in the study's.</summary>
    public string Folder => Path.Combine("runs", Name);

    /// <summary>The words after <c>looped</c> that run it in a folder, or go on with it.</summary>
    public IReadOnlyList<string> Arguments(string folder)
    {
        var defaults = new AlgorithmicSettings();
        return
        [
            "run",
            "algorithmic",
            .. AlgorithmicSettings.Options
                .Where(option => option.Name == "threads" || option.Get(Settings) != option.Get(defaults))
                .SelectMany(option => (string[])[$"--{option.Name}", option.Get(Settings)]),
            "--out",
            folder,
            "--resume",
            "--quiet",
        ];
    }
}
