namespace Looped.Models.Tasks;

/// <summary>How good logits are on one row.</summary>
/// <param name="IsExact">Whether the likeliest symbol is the target at every scored position.</param>
/// <param name="Loss">Mean cross-entropy of the logits and the targets over the scored positions, in nats.</param>
/// <param name="SelfEntropy">
/// Mean cross-entropy of the logits and their own likeliest symbols over the scored positions: small where the model is sure
/// of its answer, right or wrong.
/// </param>
public readonly record struct AnswerScore(bool IsExact, double Loss, double SelfEntropy)
{
    /// <summary>Scores one row.</summary>
    /// <param name="logits">(L,C), row-major.</param>
    /// <param name="targets">(L); negative where a position is not scored.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or no position is scored.</exception>
    public static AnswerScore Of(ReadOnlySpan<float> logits, ReadOnlySpan<int> targets)
    {
        if (targets.Length == 0 || logits.Length % targets.Length != 0)
        {
            throw new ArgumentException($"{logits.Length} logits are not rows of {targets.Length} positions");
        }

        var symbols = logits.Length / targets.Length;
        var (isExact, loss, self, count) = (true, 0.0, 0.0, 0);
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] < 0)
            {
                continue;
            }

            var position = logits.Slice(i * symbols, symbols);
            var likeliest = Likeliest(position);
            var sum = 0.0;
            foreach (var logit in position)
            {
                sum += Math.Exp((double)logit - position[likeliest]);
            }

            var surprise = Math.Log(sum);
            isExact &= likeliest == targets[i];
            self += surprise;
            loss += surprise + position[likeliest] - position[targets[i]];
            count++;
        }

        return count > 0
            ? new AnswerScore(isExact, loss / count, self / count)
            : throw new ArgumentException("a row needs a position that is scored");
    }

    /// <summary>The likeliest symbol; of equals, the lowest.</summary>
    public static int Likeliest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var symbol = 1; symbol < logits.Length; symbol++)
        {
            if (logits[symbol] > logits[best])
            {
                best = symbol;
            }
        }

        return best;
    }
}
