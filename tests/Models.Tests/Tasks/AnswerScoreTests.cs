using Looped.Models.Tasks;

namespace Looped.Models.Tests.Tasks;

public class AnswerScoreTests
{
    /// <summary>Two scored positions with probabilities (1/4, 3/4) and (2/3, 1/3).</summary>
    [Fact]
    public void Scores_are_means_over_the_scored_positions()
    {
        float[] logits = [9, 0, MathF.Log(1), MathF.Log(3), MathF.Log(2), MathF.Log(1)];
        var right = AnswerScore.Of(logits, [-1, 1, 0]);
        Assert.True(right.IsExact);
        Assert.Equal(-(Math.Log(0.75) + Math.Log(2.0 / 3)) / 2, right.Loss, 1e-6);
        Assert.Equal(right.Loss, right.SelfEntropy, 1e-6);

        var wrong = AnswerScore.Of(logits, [-1, 1, 1]);
        Assert.False(wrong.IsExact);
        Assert.Equal(-(Math.Log(0.75) + Math.Log(1.0 / 3)) / 2, wrong.Loss, 1e-6);
        Assert.Equal(right.SelfEntropy, wrong.SelfEntropy, 1e-12);
    }

    [Fact]
    public void A_row_without_scored_positions_is_refused() =>
        Assert.Throws<ArgumentException>(() => AnswerScore.Of([1, 2], [-1]));
}
