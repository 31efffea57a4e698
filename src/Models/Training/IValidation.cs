namespace Looped.Models.Training;

/// <summary>A loss on samples that are not trained on.</summary>
public interface IValidation
{
    /// <summary>The loss at theta.</summary>
    /// <param name="theta">(P,).</param>
    double Loss(ReadOnlySpan<double> theta);
}
