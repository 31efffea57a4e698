using Looped.Kernels;

namespace Looped.Analysis.Dense;

/// <summary>A phase of a computation that falls into numbered pieces, for a team to do in any order.</summary>
/// <param name="team">Who does them.</param>
/// <param name="body">Does one, from its number and the number of the worker, which chooses scratch memory alone.</param>
internal sealed class Pieces(WorkerTeam team, Action<int, int> body) : IParallelWork
{
    /// <summary>Does pieces 0 .. count - 1.</summary>
    public void Run(int count) => team.Run(this, count);

    /// <summary>Does pieces 0 .. count - 1 here, where handing them out would cost more than it brings.</summary>
    public void RunAlone(int count)
    {
        for (var piece = 0; piece < count; piece++)
        {
            body(piece, 0);
        }
    }

    /// <inheritdoc/>
    void IParallelWork.Run(int item, int worker) => body(item, worker);
}
