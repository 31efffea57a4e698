using Looped.Models.Tasks;

namespace Looped.Models.Recurrent;

/// <summary>Where inference stopped on one row, and how good it is there.</summary>
/// <param name="Loop">The loop that was chosen, counted from 1.</param>
/// <param name="Score">The answer's score after that loop.</param>
public readonly record struct Reading(int Loop, AnswerScore Score);

/// <summary>Runs a model on batches and chooses the loop at which each answer is read.</summary>
public static class Inference
{
    /// <summary>The reading of each row.</summary>
    /// <param name="runner">The model with its weights, for rows of the batch's number and length.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="rule">How the loop is chosen; a model of one loop leaves no choice.</param>
    /// <param name="most">The greatest loop of any row: 1 for a model that does not loop.</param>
    /// <param name="extra">Loops beyond a row's own that are tried.</param>
    public static Reading[] Read(LoopRunner runner, TaskBatch batch, StopRule rule, int most, int extra)
    {
        if (most == 1 || rule == StopRule.Given)
        {
            extra = 0;
        }

        int[] last = [.. batch.Loops.Select(loops => most == 1 ? 1 : Math.Min(loops, most) + extra)];
        var readings = new Reading[batch.Count];
        var scores = new AnswerScore[batch.Count];
        var surest = double.PositiveInfinity;
        runner.Begin(batch.Tokens);
        for (var loop = 1; loop <= last.Max(); loop++)
        {
            var logits = runner.Next();
            for (var row = 0; row < batch.Count; row++)
            {
                scores[row] = AnswerScore.Of(
                    runner.Row(logits, row), batch.Targets.AsSpan(row * batch.RowLength, batch.RowLength));
            }

            var mean = scores.Average(score => score.SelfEntropy);
            for (var row = 0; row < batch.Count; row++)
            {
                var isBetter = rule switch
                {
                    StopRule.Given => loop == last[row],
                    StopRule.Batch => mean < surest,
                    _ => loop <= last[row] && !(scores[row].SelfEntropy >= readings[row].Score.SelfEntropy),
                };
                if (loop == 1 || isBetter)
                {
                    readings[row] = new Reading(loop, scores[row]);
                }
            }

            surest = Math.Min(surest, mean);
        }

        return readings;
    }
}
