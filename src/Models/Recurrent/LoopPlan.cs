using Looped.Models.Training;

namespace Looped.Models.Recurrent;

/// <summary>How many loops training uses at most: what tells the paradigms apart.</summary>
public abstract record LoopPlan
{
    /// <summary>The greatest loop of any row at a step.</summary>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="shift">The step at which the criterion found it time to loop; null before, and for other plans.</param>
    public abstract int Most(long step, long? shift);

    /// <summary>The step, counted from 0, before which rows are read after one pass and from which each is read at its own
    /// loop; null where there is none.</summary>
    /// <param name="shift">As in <see cref="Most"/>.</param>
    public virtual long? Switch(long? shift) => null;

    /// <summary>Refuses numbers out of range.</summary>
    /// <exception cref="ArgumentException">One is.</exception>
    public virtual void Validate()
    {
    }
}

/// <summary>Single: every row is read after one pass.</summary>
public sealed record SinglePass : LoopPlan
{
    /// <inheritdoc/>
    public override int Most(long step, long? shift) => 1;
}

/// <summary>Looped (FOP-Loop-Adaptive of Fan et al. 2024): every row is read at its own loop.</summary>
public sealed record OwnLoop : LoopPlan
{
    /// <inheritdoc/>
    public override int Most(long step, long? shift) => int.MaxValue;
}

/// <summary>SHIFT at a given step: one pass before, each row's own loop from there on.</summary>
/// <param name="Step">The first step that loops.</param>
public sealed record ShiftAt(long Step) : LoopPlan
{
    /// <inheritdoc/>
    public override int Most(long step, long? shift) => step < Step ? 1 : int.MaxValue;

    /// <inheritdoc/>
    public override long? Switch(long? shift) => Step;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Step < 0)
        {
            throw new ArgumentException($"the step of a shift must not be negative, not {Step}");
        }
    }
}

/// <summary>SHIFT little by little: the greatest loop grows linearly from 1 to T between two steps.</summary>
/// <param name="From">The step until which rows are read after one pass.</param>
/// <param name="To">The step from which each row is read at its own loop.</param>
/// <param name="Loops">T: the greatest loop of the task's training.</param>
public sealed record ShiftOver(long From, long To, int Loops) : LoopPlan
{
    /// <inheritdoc/>
    public override int Most(long step, long? shift) => step <= From ? 1
        : step >= To ? int.MaxValue
        : 1 + (int)((Loops - 1) * (step - From) / (To - From));

    /// <inheritdoc/>
    public override void Validate()
    {
        if (From < 0 || To <= From || Loops < 1)
        {
            throw new ArgumentException($"loops must grow from a step to a later one, not from {From} to {To}");
        }
    }
}

/// <summary>
/// SHIFT by its criterion. An epoch of <see cref="ShiftCriterion"/> is a number of steps here; its gradient norm is the mean
/// over the steps' norms, and its validation loss is that of one pass on a fixed set of samples of all lengths of training.
/// </summary>
/// <param name="Criterion">The criterion.</param>
/// <param name="Epoch">Steps of an epoch.</param>
public sealed record ShiftByCriterion(ShiftCriterion Criterion, int Epoch) : LoopPlan
{
    /// <inheritdoc/>
    public override int Most(long step, long? shift) => shift is null ? 1 : int.MaxValue;

    /// <inheritdoc/>
    public override long? Switch(long? shift) => shift;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Epoch < 1)
        {
            throw new ArgumentException($"an epoch of the criterion has at least one step, not {Epoch}");
        }
    }
}
