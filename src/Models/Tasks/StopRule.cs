namespace Looped.Models.Tasks;

/// <summary>The loop at which inference reads an answer.</summary>
public enum StopRule
{
    /// <summary>
    /// One loop for all samples of a batch, which are of one length: where the mean of
    /// <see cref="AnswerScore.SelfEntropy"/> is smallest.
    /// </summary>
    Batch,

    /// <summary>For each sample the loop at which it is surest: where <see cref="AnswerScore.SelfEntropy"/> is smallest.</summary>
    Sample,

    /// <summary>Each sample's own loop T, as in training.</summary>
    Given,
}
