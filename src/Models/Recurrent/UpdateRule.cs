namespace Looped.Models.Recurrent;

/// <summary>
/// How weights are updated: the gradient is scaled to a greatest norm over all weights, AdamW takes a step with it
/// (<see cref="Optimizers.AdamW"/>), and a running mean of the weights may be kept.
/// </summary>
/// <param name="WeightDecay">lambda: each step first shrinks the weights by <c>1 - eta lambda</c>; not negative.</param>
/// <param name="Clip">Greatest Euclidean norm of the gradient; 0 leaves it as it is.</param>
/// <param name="Average">
/// Decay a of the running mean <c>a mean + (1 - a) weights</c>, taken after each step, below 1; 0 keeps none.
/// </param>
public sealed record UpdateRule(double WeightDecay = 0.01, double Clip = 1, double Average = 0)
{
    /// <summary>Added to the norm before dividing by it, as PyTorch does.</summary>
    internal const double ClipMargin = 1e-6;

    /// <summary>Refuses numbers out of range.</summary>
    /// <exception cref="ArgumentException">One is.</exception>
    public void Validate()
    {
        if (!(WeightDecay >= 0) || !(Clip >= 0) || !(Average >= 0 && Average < 1))
        {
            throw new ArgumentException(
                "weight decay and clip must not be negative, and the decay of the running mean must be from 0 to below 1");
        }
    }
}
