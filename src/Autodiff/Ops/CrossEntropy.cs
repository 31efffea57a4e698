namespace Looped.Autodiff;

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>
    /// Weighted cross-entropy <c>-sum_{n,c} w_{nc} ln softmax(x_n)_c</c>, a scalar. With the counts of targets divided by
    /// their total as weights, it is the mean over the samples counted.
    /// </summary>
    /// <param name="logits">(N,C).</param>
    /// <param name="weights">(N,C), not negative.</param>
    public static Value CrossEntropy(Value logits, Value weights) =>
        Contract("nc,nc->", weights, LogSoftmax(logits, 1), alpha: -1);
}
