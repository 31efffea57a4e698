using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>
    /// Weighted cross-entropy <c>-sum_{n,c} w_{nc} ln softmax(x_n)_c</c>, a scalar. With the counts of targets divided
    /// by their total as weights, it is the mean over the samples counted. Where the second operand is of type int32,
    /// it holds target classes, and the result is <see cref="CrossEntropy(Value, Value, Value, int)"/> without weights.
    /// </summary>
    /// <param name="logits">(N,C).</param>
    /// <param name="weights">(N,C), not negative.</param>
    /// <exception cref="ShapeException">The operands do not fit.</exception>
    public static Value CrossEntropy(Value logits, Value weights) => weights.Type.Element == ElementType.Int32
        ? CrossEntropy(logits, weights, null)
        : Contract("nc,nc->", weights, LogSoftmax(logits, 1), alpha: -1);

    /// <summary>
    /// Mean cross-entropy <c>sum_n w_n (ln sum_c e^{x_nc} - x_{n t_n}) / sum_n w_n</c> over the positions n whose
    /// target t_n is not ignored, a scalar; a mean over nothing, and one that meets a target which is no class, is not
    /// a number.
    /// </summary>
    /// <param name="logits">(..,C).</param>
    /// <param name="targets">(..), int32: a class 0 to C - 1, or <paramref name="ignored"/>.</param>
    /// <param name="weights">(..), of the logits' type, not negative; null for ones.</param>
    /// <param name="ignored">The target of positions that do not count.</param>
    /// <exception cref="ShapeException">The operands do not fit.</exception>
    public static Value CrossEntropy(Value logits, Value targets, Value? weights = null, int ignored = -1)
    {
        var operation = new CrossEntropyRows(ignored);
        var rows = logits.Graph.Apply(operation, logits, targets);
        if (weights is not null && !weights.Type.Equals(rows.Type))
        {
            throw new ShapeException(
                operation, [logits.Type, targets.Type, weights.Type], $"the weights must be {rows.Type}");
        }

        var element = rows.Type.Element;
        var counts = 1 - Equal(
            Convert(targets, element), Full(rows.Graph, new TensorType(element, Shape.Scalar), ignored));
        var shares = weights is null ? counts : weights * counts;
        var all = Reducing.All(rows);
        return Reducing.WeightedSum(shares / Sum(shares), rows, all, Directions.Single);
    }
}
