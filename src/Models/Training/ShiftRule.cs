namespace Looped.Models.Training;

/// <summary>When SHIFT goes from its first stage to its second.</summary>
public abstract record ShiftRule
{
    /// <summary>Whether the rule looks at the validation loss.</summary>
    public abstract bool NeedsValidation { get; }

    /// <summary>A watch over one run of the first stage.</summary>
    public abstract ShiftWatch Watch();
}

/// <summary>Follows the first stage and says when it is over.</summary>
public abstract class ShiftWatch
{
    /// <summary>The epoch at which a plateau was found; null before, and for rules that look for none.</summary>
    public int? Plateau { get; protected set; }

    /// <summary>The epoch after which the second stage trains; null before.</summary>
    public int? Shift { get; protected set; }

    /// <summary>
    /// Takes the next measurement. An epoch may be any unit of training at whose ends both numbers are measured.
    /// </summary>
    /// <param name="epoch">Epochs done; 0 first, then one more each time.</param>
    /// <param name="validationLoss">Loss on samples that are not trained on; not a number where the rule needs none.</param>
    /// <param name="gradientNorm">Euclidean norm of the gradient on the training set.</param>
    public abstract void Observe(int epoch, double validationLoss, double gradientNorm);
}

/// <summary>The second stage starts after a given epoch; 0 leaves the first stage out.</summary>
/// <param name="Epoch">Epochs of the first stage, not negative.</param>
public sealed record FixedShift(int Epoch) : ShiftRule
{
    /// <inheritdoc/>
    public override bool NeedsValidation => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The epoch is negative.</exception>
    public override ShiftWatch Watch()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Epoch);
        return new Clock(Epoch);
    }

    private sealed class Clock(int shift) : ShiftWatch
    {
        public override void Observe(int epoch, double validationLoss, double gradientNorm)
        {
            if (epoch >= shift)
            {
                Shift ??= epoch;
            }
        }
    }
}
