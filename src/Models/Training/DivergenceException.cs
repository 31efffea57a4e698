namespace Looped.Models.Training;

/// <summary>Training left the finite numbers; the message is one sentence that says where.</summary>
public sealed class DivergenceException(string message) : Exception(message)
{
    /// <summary>Checks what was computed at the end of an epoch.</summary>
    /// <param name="epoch">The epoch; 0 is the initialisation.</param>
    /// <param name="what">What was computed, in a word.</param>
    /// <param name="numbers">The numbers.</param>
    /// <exception cref="DivergenceException">One of them is not finite.</exception>
    public static void ThrowUnlessFinite(int epoch, string what, ReadOnlySpan<double> numbers)
    {
        foreach (var number in numbers)
        {
            if (!double.IsFinite(number))
            {
                throw new DivergenceException(
                    epoch == 0
                        ? $"the {what} is not finite at the initialisation"
                        : $"the {what} is not finite after epoch {epoch}");
            }
        }
    }
}
