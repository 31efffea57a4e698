using Looped.Models.Gpt2;

namespace Looped.Models.Tasks;

/// <summary>
/// Samples as rows of one length. A row's tokens are the prompt and end symbols behind it, <i>also where the answer is
/// scored</i>: the input never shows the answer. Its targets are ignored before the last separator; from the separator's
/// own position on they are the answer, then end symbols to the end of the row.
/// </summary>
public sealed class TaskBatch
{
    /// <summary>Lays samples out.</summary>
    /// <param name="task">The task that they are of.</param>
    /// <param name="samples">The samples, at least one.</param>
    /// <param name="rowLength">L.</param>
    /// <exception cref="ArgumentException">There are no samples, or one does not fit into a row.</exception>
    public TaskBatch(AlgorithmicTask task, IReadOnlyList<TaskSample> samples, int rowLength)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (samples.Count == 0)
        {
            throw new ArgumentException("a batch needs at least one sample");
        }

        (Samples, RowLength) = (samples, rowLength);
        Tokens = new int[samples.Count * rowLength];
        Targets = new int[Tokens.Length];
        Loops = new int[samples.Count];
        for (var row = 0; row < samples.Count; row++)
        {
            var (sample, start) = (samples[row], row * rowLength);
            var separator = sample.Prompt.Count - 1;
            if (separator + sample.Answer.Count > rowLength)
            {
                throw new ArgumentException(
                    $"a prompt of {sample.Prompt.Count} symbols and an answer of {sample.Answer.Count} do not fit into a " +
                    $"row of {rowLength}");
            }

            for (var i = 0; i < rowLength; i++)
            {
                Tokens[start + i] = i <= separator ? sample.Prompt[i] : task.EndSymbol;
                Targets[start + i] = i < separator ? Gpt2Model.Ignored
                    : i < separator + sample.Answer.Count ? sample.Answer[i - separator] : task.EndSymbol;
            }

            Loops[row] = sample.Loops;
        }
    }

    /// <summary>The samples, a row each.</summary>
    public IReadOnlyList<TaskSample> Samples { get; }

    /// <summary>L: positions of a row.</summary>
    public int RowLength { get; }

    /// <summary>Number of rows N.</summary>
    public int Count => Samples.Count;

    /// <summary>(N,L), row-major.</summary>
    public int[] Tokens { get; }

    /// <summary>(N,L), row-major; <see cref="Gpt2Model.Ignored"/> where a position is not scored.</summary>
    public int[] Targets { get; }

    /// <summary>(N): the loop at which training reads each row's answer.</summary>
    public int[] Loops { get; }
}
