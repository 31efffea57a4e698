using System.Globalization;
using Looped.Tensors;

namespace Looped.Models.Tasks;

/// <summary>
/// Batches of fresh samples without end. Each is keyed by seed, purpose and number, so that any of them can be drawn
/// without those before it.
/// </summary>
/// <param name="task">The task.</param>
/// <param name="seed">Seed.</param>
/// <param name="purpose">What the samples are for, such as <c>"training"</c>: other purposes have other samples.</param>
public sealed class TaskStream(AlgorithmicTask task, ulong seed, string purpose)
{
    /// <summary>A batch whose samples have random lengths, each on its own, in rows for the greatest length.</summary>
    /// <param name="number">Which batch, such as the step of training.</param>
    /// <param name="count">N.</param>
    /// <param name="longest">The greatest length.</param>
    public TaskBatch UpTo(long number, int count, int longest)
    {
        var random = Random(number);
        return new TaskBatch(
            task,
            [.. Enumerable.Range(0, count).Select(_ => task.DrawUpTo(random, longest))],
            task.RowLength(longest));
    }

    /// <summary>A batch whose operands are all of one length, in rows for that length.</summary>
    /// <param name="number">Which batch.</param>
    /// <param name="count">N.</param>
    /// <param name="length">The length.</param>
    public TaskBatch OfLength(long number, int count, int length)
    {
        var random = Random(number);
        return new TaskBatch(
            task, [.. Enumerable.Range(0, count).Select(_ => task.Draw(random, length))], task.RowLength(length));
    }

    private Philox Random(long number) =>
        new(seed, string.Create(CultureInfo.InvariantCulture, $"{purpose} {task.Name} {number}"));
}
