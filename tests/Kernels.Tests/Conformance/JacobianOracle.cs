using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

/// <summary>Jacobians of rows as matrices, element by element, times tangents.</summary>
internal static class JacobianOracle
{
    public static Expected Softmax(SoftmaxJacobianProductCall call, ArenaImage before)
    {
        var softmax = Walk.Elements(before, call.Softmax);
        return Product(call.Softmax.Shape, call.Tangent, call.Axis, before, (row, i, j) =>
            softmax(row(i)) * ((i == j ? 1 : 0) - softmax(row(j))));
    }

    public static Expected Normalize(NormalizeJacobianProductCall call, ArenaImage before)
    {
        var input = Walk.Elements(before, call.Input);
        var n = call.Input.Shape[call.Axis];
        return Product(call.Input.Shape, call.Tangent, call.Axis, before, (row, i, j) =>
        {
            double[] x = [.. Enumerable.Range(0, n).Select(l => input(row(l)))];
            var mean = call.Centered ? x.Sum() / n : 0;
            var variance = (x.Sum(a => (a - mean) * (a - mean)) / n) + call.Epsilon;
            var projection = (i == j ? 1.0 : 0.0) - (call.Centered ? 1.0 / n : 0);

            // The derivative of (x_i - mean) variance^(-1/2) in x_j.
            return (projection / Math.Sqrt(variance)) -
                ((x[i] - mean) * (x[j] - mean) / (n * variance * Math.Sqrt(variance)));
        });
    }

    private static Expected Product(
        Shape primal, Operand tangent, int axis, ArenaImage before, Func<Func<int, int[]>, int, int, double> jacobian)
    {
        var tangents = Walk.Elements(before, tangent);
        var (values, scale) = (new List<double>(), 0.0);
        foreach (var at in Walk.Indices(tangent.Shape))
        {
            var total = 0.0;
            for (var j = 0; j < primal[axis]; j++)
            {
                var other = At(j);
                var term = jacobian(l => At(l)[..primal.Rank], at[axis], j) * tangents(other);
                total += term;
                scale = Math.Max(scale, Math.Abs(term));
            }

            values.Add(total);

            int[] At(int l)
            {
                int[] index = [.. at];
                index[axis] = l;
                return index;
            }
        }

        return new Expected([.. values], 4 * scale);
    }
}
