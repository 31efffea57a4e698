namespace Looped.Models.Data;

/// <summary>What a model predicts for a context.</summary>
internal static class Prediction
{
    /// <summary>
    /// The symbol of the largest logit, the lowest such symbol where several are; null where a logit is not a number.
    /// </summary>
    public static int? Of(ReadOnlySpan<double> logits)
    {
        var best = 0;
        for (var symbol = 0; symbol < logits.Length; symbol++)
        {
            if (double.IsNaN(logits[symbol]))
            {
                return null;
            }

            best = logits[symbol] > logits[best] ? symbol : best;
        }

        return best;
    }
}
