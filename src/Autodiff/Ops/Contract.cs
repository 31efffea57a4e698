using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// Einstein summation of two values: <c>y[o] = alpha sum a[l] b[r]</c> over the labels that are not in the output. It is
/// bilinear, and its tangents and cotangents are contractions again: a tangent carries one more label through to the
/// output, and a receives the contraction of the cotangent with b onto a's labels.
/// A label that stands in one operand only must stand in the output; none stands twice in one operand.
/// </summary>
public sealed record Contract(IndexList Left, IndexList Right, IndexList Output, double Alpha) : KernelOperation
{
    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands)
    {
        if (Operands.Real(this, operands).Element != operands[1].Element)
        {
            throw new ShapeException(this, operands, "both operands need one element type");
        }

        var extents = new Dictionary<int, int>();
        Note(Left, operands[0].Shape);
        Note(Right, operands[1].Shape);
        foreach (var label in extents.Keys)
        {
            if (!Output.Contains(label) && !(Left.Contains(label) && Right.Contains(label)))
            {
                throw new ShapeException(this, operands, "a summed axis must belong to both operands");
            }
        }

        foreach (var label in Output)
        {
            if (!extents.ContainsKey(label) || Output.Count(other => other == label) > 1)
            {
                throw new ShapeException(this, operands, "each output axis must be one axis of the operands");
            }
        }

        return operands[0] with { Shape = new Shape([.. Output.Select(label => extents[label])]) };

        void Note(IndexList labels, Shape shape)
        {
            if (labels.Count != shape.Rank || labels.Distinct().Count() != labels.Count)
            {
                throw new ShapeException(this, operands, $"{labels.Count} different labels are not axes of {shape}");
            }

            for (var axis = 0; axis < shape.Rank; axis++)
            {
                if (!extents.TryAdd(labels[axis], shape[axis]) && extents[labels[axis]] != shape[axis])
                {
                    throw new ShapeException(
                        this, operands, $"extents {extents[labels[axis]]} and {shape[axis]} of one label differ");
                }
            }
        }
    }

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions)
    {
        var fresh = Left.Concat(Right).DefaultIfEmpty(-1).Max() + 1;
        var output = directions.Label(Output, fresh);
        return operand == 0
            ? result.Graph.Apply(
                new Contract(directions.Label(Left, fresh), Right, output, Alpha), tangent, result.Operands[1])
            : result.Graph.Apply(
                new Contract(Left, directions.Label(Right, fresh), output, Alpha), result.Operands[0], tangent);
    }

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) => operand == 0
        ? result.Graph.Apply(new Contract(Output, Right, Left, Alpha), cotangent, result.Operands[1])
        : result.Graph.Apply(new Contract(Output, Left, Right, Alpha), cotangent, result.Operands[0]);

    /// <inheritdoc/>
    public override Value? Simplify(IReadOnlyList<Value> operands)
    {
        for (var i = 0; i < 2; i++)
        {
            if (operands[i].Operation is Scale scale)
            {
                Value[] bare = [.. operands];
                bare[i] = operands[i].Operands[0];
                return operands[0].Graph.Apply(this with { Alpha = Alpha * scale.Factor }, bare);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result)
    {
        var products = result.Shape.Size;
        for (var axis = 0; axis < Left.Count; axis++)
        {
            products *= Output.Contains(Left[axis]) ? 1 : operands[0].Shape[axis];
        }

        return 2 * products;
    }

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Kernels(IReadOnlyList<Operand> operands, Operand result) =>
        [Kernel(operands, result, 1, accumulate: false)];

    /// <summary>The kernel of <c>result (+)= sign y</c>.</summary>
    internal ContractCall Kernel(IReadOnlyList<Operand> operands, Operand result, double sign, bool accumulate) =>
        new(operands[0], Left, operands[1], Right, result, Output, sign * Alpha, accumulate);
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>
    /// A contraction in Einstein's notation, one letter an axis: <c>"nld,de->nle"</c> multiplies rows by a matrix.
    /// </summary>
    /// <param name="notation">Labels of both operands and, after an arrow, of the result.</param>
    /// <param name="left">First operand.</param>
    /// <param name="right">Second operand.</param>
    /// <param name="alpha">Factor of the result.</param>
    /// <exception cref="ShapeException">Labels and shapes do not fit.</exception>
    /// <exception cref="FormatException">The notation is not of this form.</exception>
    public static Value Contract(string notation, Value left, Value right, double alpha = 1)
    {
        if (notation.Split("->") is not [var inputs, var output] || inputs.Split(',') is not [var first, var second])
        {
            throw new FormatException($"'{notation}' is not of the form 'ab,bc->ac'");
        }

        return left.Graph.Apply(new Contract(Labels(first), Labels(second), Labels(output), alpha), left, right);

        static IndexList Labels(string letters) => [.. letters.Select(letter => letter - 'a')];
    }

    /// <summary>
    /// The matrix product of the two innermost axes, either side transposed; other axes are batch axes, aligned from the
    /// innermost and repeated where one side lacks them or has extent one: <c>(..,m,k) (..,k,n) -> (..,m,n)</c>.
    /// </summary>
    /// <exception cref="ShapeException">An operand has fewer than two axes, or extents do not fit.</exception>
    public static Value MatMul(Value left, Value right, bool transposeLeft = false, bool transposeRight = false)
    {
        var (leftBatch, rightBatch) = (left.Shape.Rank - 2, right.Shape.Rank - 2);
        var batch = Math.Max(leftBatch, rightBatch);
        var (m, k, n) = (batch, batch + 1, batch + 2);
        var product = new Contract([m, k], [k, n], [m, n], 1);
        if (leftBatch < 0 || rightBatch < 0)
        {
            throw new ShapeException(product, [left.Type, right.Type], "a matrix product needs two axes on each side");
        }

        var (leftKept, rightKept) = (BatchAxes(left, right), BatchAxes(right, left));
        return left.Graph.Apply(
            new Contract(
                [.. leftKept, .. transposeLeft ? [k, m] : (ReadOnlySpan<int>)[m, k]],
                [.. rightKept, .. transposeRight ? [n, k] : (ReadOnlySpan<int>)[k, n]],
                [.. leftKept.Union(rightKept).Order(), m, n],
                1),
            Squeeze(left, leftKept),
            Squeeze(right, rightKept));

        // Labels of the batch axes that an operand really has: those that the other one lacks or that are not repeated.
        int[] BatchAxes(Value value, Value other)
        {
            var kept = new List<int>();
            for (var label = batch - (value.Shape.Rank - 2); label < batch; label++)
            {
                var extent = value.Shape[label - (batch - (value.Shape.Rank - 2))];
                var axis = label - (batch - (other.Shape.Rank - 2));
                if (extent != 1 || axis < 0 || other.Shape[axis] == 1)
                {
                    kept.Add(label);
                }
            }

            return [.. kept];
        }

        Value Squeeze(Value value, int[] kept) => kept.Length == value.Shape.Rank - 2
            ? value
            : Reshape(value, new Shape(
            [
                .. kept.Select(label => value.Shape[label - (batch - (value.Shape.Rank - 2))]),
                value.Shape[value.Shape.Rank - 2],
                value.Shape[value.Shape.Rank - 1],
            ]));
    }
}
