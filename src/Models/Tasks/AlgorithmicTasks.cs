namespace Looped.Models.Tasks;

/// <summary>The tasks by name.</summary>
public static class AlgorithmicTasks
{
    /// <summary>All tasks.</summary>
    public static IReadOnlyList<AlgorithmicTask> All { get; } =
        [new Parity(), new Addition(), new Copy(), new BinarySum(), new UniqueSet(), new Multiplication()];

    /// <summary>The names as words: <c>parity, addition, .. or multiplication</c>.</summary>
    public static string Names => $"{string.Join(", ", All.SkipLast(1).Select(task => task.Name))} or {All[^1].Name}";

    /// <summary>The task of a name; null where there is none.</summary>
    public static AlgorithmicTask? Find(string name) => All.FirstOrDefault(task => task.Name == name);
}
