namespace Looped.Models.Recurrent;

/// <summary>The learning rate: constant at first, then a half cosine down to zero at the end.</summary>
/// <param name="Rate">The rate of the constant part, positive.</param>
/// <param name="Constant">Steps of the constant part: the rate falls only where this is less than all steps.</param>
/// <param name="Steps">All steps of training.</param>
public sealed record RateSchedule(double Rate, long Constant, long Steps)
{
    /// <summary>The rate of a step, counted from 0.</summary>
    public double At(long step) => step <= Constant || Constant >= Steps
        ? Rate
        : Rate * 0.5 * (1 + Math.Cos(Math.PI * (step - Constant) / (Steps - Constant)));
}
