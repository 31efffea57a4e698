using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Reference;

/// <summary>What kernels mean that work on the elements along an axis together.</summary>
internal static class RowKernels
{
    public static void Softmax(SoftmaxCall call, HostMemory arena)
    {
        var (input, output) = (new Cells(call.Input, arena), new Cells(call.Output, arena));
        var mask = new Cells(call.Mask ?? call.Input, arena);
        ForEachRow(call.Input.Shape, call.Axis, row =>
        {
            double[] logits =
            [
                .. row.Select(index =>
                    call.Mask is null || mask[index] != 0 ? input[index] : double.NegativeInfinity),
            ];
            var total = Reduce(Reduction.LogSumExp, logits);
            for (var i = 0; i < row.Length; i++)
            {
                // Where no element takes part, the difference of two infinities is none.
                var y = double.IsNegativeInfinity(logits[i]) ? logits[i] : logits[i] - total;
                output[row[i]] = call.Logarithm ? y : Math.Exp(y);
            }
        });
    }

    public static void RowLoss(RowLossCall call, HostMemory arena)
    {
        var (input, targets, output) =
            (new Cells(call.Logits, arena), new Cells(call.Targets, arena), new Cells(call.Output, arena));
        var classes = call.Logits.Shape[call.Logits.Shape.Rank - 1];
        Cells.ForEach(call.Targets.Shape, row =>
        {
            var logits = Enumerable.Range(0, classes).Select(c => input[[.. row, c]]).ToArray();
            var total = Reduce(Reduction.LogSumExp, logits);
            var target = (int)targets[row];
            var isClass = target >= 0 && target < classes;
            if (!call.Gradient)
            {
                output[row] = target == call.Ignored ? 0 : isClass ? total - logits[target] : double.NaN;
                return;
            }

            for (var c = 0; c < classes; c++)
            {
                output[[.. row, c]] = target == call.Ignored ? 0
                    : isClass ? Math.Exp(logits[c] - total) - (c == target ? 1 : 0) : double.NaN;
            }
        });
    }

    public static void Normalize(NormalizeCall call, HostMemory arena)
    {
        var (input, output) = (new Cells(call.Input, arena), new Cells(call.Output, arena));
        ForEachRow(call.Input.Shape, call.Axis, row =>
        {
            var elements = row.Select(index => input[index]).ToArray();
            var mean = call.Centered ? elements.Average() : 0;
            var scale = 1 / Math.Sqrt(elements.Average(x => (x - mean) * (x - mean)) + call.Epsilon);
            for (var i = 0; i < (call.Scale ? 1 : row.Length); i++)
            {
                output[row[i]] = call.Scale ? scale : scale * (elements[i] - mean);
            }
        });
    }

    public static void SoftmaxJacobianProduct(SoftmaxJacobianProductCall call, HostMemory arena)
    {
        var softmax = new Cells(call.Softmax, arena);
        ForEachTangentRow(call.Softmax.Shape, call.Tangent, call.Axis, call.Output, arena, (row, tangents) =>
        {
            double[] y = [.. row.Select(index => softmax[index])];
            var mean = y.Zip(tangents, (weight, tangent) => weight * tangent).Sum();
            return [.. y.Select((weight, i) => weight * (tangents[i] - mean))];
        });
    }

    public static void NormalizeJacobianProduct(NormalizeJacobianProductCall call, HostMemory arena)
    {
        var input = new Cells(call.Input, arena);
        ForEachTangentRow(call.Input.Shape, call.Tangent, call.Axis, call.Output, arena, (row, tangents) =>
        {
            double[] elements = [.. row.Select(index => input[index])];
            var mean = call.Centered ? elements.Average() : 0;
            var scale = 1 / Math.Sqrt(elements.Average(x => (x - mean) * (x - mean)) + call.Epsilon);
            double[] y = [.. elements.Select(x => scale * (x - mean))];
            var along = y.Zip(tangents, (element, tangent) => element * tangent).Average();
            var shift = call.Centered ? tangents.Average() : 0;
            return [.. y.Select((element, i) => scale * (tangents[i] - shift - (element * along)))];
        });
    }

    public static void CausalAttention(CausalAttentionCall call, HostMemory arena)
    {
        var (query, key, value, output) = (
            new Cells(call.Query, arena),
            new Cells(call.Key, arena),
            new Cells(call.Value, arena),
            new Cells(call.Output, arena));
        var width = call.Query.Shape[3];
        ForEachRow(call.Query.Shape, axis: 3, row =>
        {
            var (batch, head, position) = (row[0][0], row[0][1], row[0][2]);
            double[] scores =
            [
                .. Enumerable.Range(0, position + 1).Select(j => call.Scale * Enumerable.Range(0, width)
                    .Sum(d => query[[batch, head, position, d]] * key[[batch, head, j, d]])),
            ];
            var total = Reduce(Reduction.LogSumExp, scores);
            foreach (var index in row)
            {
                output[index] = Enumerable.Range(0, position + 1)
                    .Sum(j => Math.Exp(scores[j] - total) * value[[batch, head, j, index[3]]]);
            }
        });
    }

    public static void CausalAttentionPullback(CausalAttentionPullbackCall call, HostMemory arena)
    {
        var (query, key, value, cotangent) = (
            new Cells(call.Query, arena),
            new Cells(call.Key, arena),
            new Cells(call.Value, arena),
            new Cells(call.Cotangent, arena));
        var parts = Enumerable.Range(0, 3).Select(part => new Cells(call.Output.Slice(0, part, 1), arena)).ToArray();
        var shape = call.Query.Shape;
        var (positions, width) = (shape[2], shape[3]);
        Cells.ForEach(new Shape(shape[0], shape[1]), head =>
        {
            var sums = new double[3, positions, width];
            for (var i = 0; i < positions; i++)
            {
                double[] scores = [.. Seen(i).Select(j => call.Scale * Dot(query, i, key, j))];
                var total = Reduce(Reduction.LogSumExp, scores);
                double[] weights = [.. scores.Select(score => Math.Exp(score - total))];
                double[] shares = [.. Seen(i).Select(j => Dot(cotangent, i, value, j))];
                var mean = weights.Zip(shares, (weight, share) => weight * share).Sum();
                foreach (var j in Seen(i))
                {
                    var change = call.Scale * weights[j] * (shares[j] - mean);
                    for (var d = 0; d < width; d++)
                    {
                        sums[0, i, d] += change * key[At(j, d)];
                        sums[1, j, d] += change * query[At(i, d)];
                        sums[2, j, d] += weights[j] * cotangent[At(i, d)];
                    }
                }
            }

            for (var part = 0; part < 3; part++)
            {
                Cells.ForEach(new Shape(positions, width), at =>
                    parts[part][[0, .. At(at[0], at[1])]] = sums[part, at[0], at[1]]);
            }

            int[] At(int position, int d) => [head[0], head[1], position, d];

            double Dot(Cells a, int i, Cells b, int j) =>
                Enumerable.Range(0, width).Sum(d => a[At(i, d)] * b[At(j, d)]);
        });

        static IEnumerable<int> Seen(int position) => Enumerable.Range(0, position + 1);
    }

    public static double Reduce(Reduction reduction, IReadOnlyCollection<double> elements)
    {
        var largest = elements.Aggregate(double.NegativeInfinity, Math.Max);
        return reduction switch
        {
            Reduction.Max => largest,
            _ when double.IsInfinity(largest) => largest,
            Reduction.LogSumExp => largest + Math.Log(elements.Sum(x => Math.Exp(x - largest))),
            _ => throw new NotSupportedException($"the reference backend has no reduction {reduction}"),
        };
    }

    /// <summary>
    /// Maps the tangents of each row of primal elements along an axis, a direction after the other, to outputs.
    /// </summary>
    private static void ForEachTangentRow(
        Shape primal, Operand tangent, int axis, Operand output, HostMemory arena, Func<int[][], double[], double[]> map)
    {
        var (tangents, outputs) = (new Cells(tangent, arena), new Cells(output, arena));
        ForEachRow(tangent.Shape, axis, row =>
        {
            int[][] primalRow = [.. row.Select(index => index[..primal.Rank])];
            var results = map(primalRow, [.. row.Select(index => tangents[index])]);
            for (var i = 0; i < row.Length; i++)
            {
                outputs[row[i]] = results[i];
            }
        });
    }

    /// <summary>Visits the indices along an axis together, for all indices of the other axes.</summary>
    private static void ForEachRow(Shape shape, int axis, Action<int[][]> visit)
    {
        if (shape[axis] == 0)
        {
            return;
        }

        var starts = shape.ToArray();
        starts[axis] = 1;
        Cells.ForEach(new Shape(starts), start =>
        {
            var row = new int[shape[axis]][];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = [.. start];
                row[i][axis] = i;
            }

            visit(row);
        });
    }
}
