using Looped.Autodiff;

namespace Looped.Models.Optimizers;

/// <summary>What an optimizer remembers from step to step: enough to go on elsewhere with the same bits.</summary>
/// <param name="Steps">Updates made so far.</param>
/// <param name="Vectors">The state vectors by name, such as Adam's moments, each (P,).</param>
public sealed record OptimizerState(int Steps, IReadOnlyDictionary<string, double[]> Vectors)
{
    /// <summary>
    /// The state for the parameters of another model: groups that both have, by name, keep theirs, groups that are new
    /// start with zeros. The number of steps is kept.
    /// </summary>
    /// <param name="from">The layout that this state is of.</param>
    /// <param name="to">The layout that it is wanted for.</param>
    /// <exception cref="ArgumentException">A group has another size there, or this state is not of the first layout.</exception>
    public OptimizerState Carry(ParameterLayout from, ParameterLayout to) => new(
        Steps,
        Vectors.ToDictionary(
            vector => vector.Key, vector => Layouts.Carry(from, vector.Value, to, new double[to.Size])));
}
