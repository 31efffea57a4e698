using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

/// <summary>What calls should write that work on the elements along axes together.</summary>
internal static class RowOracle
{
    public static Expected Sum(SumCall call, ArenaImage before)
    {
        var lists = Lists(call.Input, call.Axes, before).ToList();
        return new Expected(
            [.. lists.Select(list => list.Sum())],
            lists.Select(list => list.Sum(Math.Abs)).DefaultIfEmpty().Max());
    }

    public static Expected Reduce(ReduceCall call, ArenaImage before)
    {
        double[] values =
        [
            .. Lists(call.Input, call.Axes, before).Select(list => call.Reduction == Reduction.Max
                ? list.Append(double.NegativeInfinity).Max()
                : LogSumExp(list)),
        ];
        var finite = values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        return new Expected(values, call.Reduction == Reduction.Max ? 0 : 1 + finite);
    }

    public static Expected Softmax(SoftmaxCall call, ArenaImage before)
    {
        var (input, mask) = (Walk.Elements(before, call.Input), Walk.Elements(before, call.Mask ?? call.Input));
        var (values, scale) = (new List<double>(), 1.0);
        foreach (var at in Walk.Indices(call.Input.Shape))
        {
            if (call.Mask is not null && mask(at) == 0)
            {
                values.Add(call.Logarithm ? double.NegativeInfinity : 0);
                continue;
            }

            var row = Row(at, call.Axis, call.Input.Shape)
                .Where(other => call.Mask is null || mask(other) != 0)
                .Select(other => input(other))
                .ToList();
            var value = input(at) - LogSumExp(row);
            values.Add(call.Logarithm ? value : Math.Exp(value));
            scale = Math.Max(scale, call.Logarithm ? Math.Abs(input(at)) + Math.Abs(value) : 1);
        }

        return new Expected([.. values], scale);
    }

    public static Expected RowLoss(RowLossCall call, ArenaImage before)
    {
        var (logits, targets) = (Walk.Elements(before, call.Logits), Walk.Elements(before, call.Targets));
        var classes = call.Logits.Shape[call.Logits.Shape.Rank - 1];
        var (values, scale) = (new List<double>(), 1.0);
        foreach (var at in Walk.Indices(call.Output.Shape))
        {
            var row = call.Gradient ? at[..^1] : at;
            var target = (int)targets(row);
            double[] x = [.. Enumerable.Range(0, classes).Select(c => logits([.. row, c]))];
            values.Add(target == call.Ignored ? 0
                : target < 0 || target >= classes ? double.NaN
                : call.Gradient ? Math.Exp(x[at[^1]] - LogSumExp(x)) - (at[^1] == target ? 1 : 0)
                : LogSumExp(x) - x[target]);
            scale = Math.Max(scale, call.Gradient ? 1 : 2 * x.Select(Math.Abs).DefaultIfEmpty().Max());
        }

        return new Expected([.. values], scale);
    }

    public static Expected Normalize(NormalizeCall call, ArenaImage before)
    {
        var input = Walk.Elements(before, call.Input);
        var (values, scale) = (new List<double>(), 0.0);
        foreach (var at in Walk.Indices(call.Output.Shape))
        {
            double[] x = [.. Row(at, call.Axis, call.Input.Shape).Select(other => input(other))];

            // The variance as the mean of half the squared differences of all pairs, with or without a mean.
            var variance = call.Centered
                ? x.Sum(a => x.Sum(b => (a - b) * (a - b))) / (2 * x.Length * x.Length)
                : x.Sum(a => a * a) / x.Length;
            var r = Math.Pow(variance + call.Epsilon, -0.5);
            var distance = call.Centered ? x.Sum(a => input(at) - a) / x.Length : input(at);
            values.Add(call.Scale ? r : distance * r);
            scale = Math.Max(scale, call.Scale ? r : r * x.Max(Math.Abs));
        }

        return new Expected([.. values], scale);
    }

    public static Expected CausalAttention(CausalAttentionCall call, ArenaImage before)
    {
        var (query, key, value) =
            (Walk.Elements(before, call.Query), Walk.Elements(before, call.Key), Walk.Elements(before, call.Value));
        var width = call.Query.Shape[3];
        var (values, scale) = (new List<double>(), 0.0);
        foreach (var at in Walk.Indices(call.Output.Shape))
        {
            var (weight, total) = (0.0, 0.0);
            for (var j = at[2]; j >= 0; j--)
            {
                var score = 0.0;
                for (var d = 0; d < width; d++)
                {
                    score += call.Scale * query([at[0], at[1], at[2], d]) * key([at[0], at[1], j, d]);
                }

                weight += Math.Exp(score);
                total += Math.Exp(score) * value([at[0], at[1], j, at[3]]);
                scale = Math.Max(scale, (1 + Math.Abs(score)) * Math.Abs(value([at[0], at[1], j, at[3]])));
            }

            values.Add(total / weight);
        }

        return new Expected([.. values], scale);
    }

    /// <summary>
    /// By the sum of all outputs times their cotangents: its derivative in a weight's score is the weight times what
    /// its output gains over the mean.
    /// </summary>
    public static Expected CausalAttentionPullback(CausalAttentionPullbackCall call, ArenaImage before)
    {
        var (query, key, value, cotangent) = (
            Walk.Elements(before, call.Query), Walk.Elements(before, call.Key),
            Walk.Elements(before, call.Value), Walk.Elements(before, call.Cotangent));
        var (positions, width) = (call.Query.Shape[2], call.Query.Shape[3]);
        var (values, scale) = (new List<double>(), 0.0);
        foreach (var at in Walk.Indices(call.Output.Shape))
        {
            var (b, h, position, d) = (at[1], at[2], at[3], at[4]);
            var total = 0.0;
            for (var other = 0; other < positions; other++)
            {
                // Only the pairs of a query and an earlier or equal key count.
                var (i, j) = at[0] == 0 ? (position, other) : (other, position);
                if (j <= i)
                {
                    var factor = at[0] switch
                    {
                        0 => Change(i, j) * key([b, h, j, d]),
                        1 => Change(i, j) * query([b, h, i, d]),
                        _ => Weight(i, j) * cotangent([b, h, i, d]),
                    };
                    total += factor;
                    scale = Math.Max(scale, Math.Abs(factor));
                }
            }

            values.Add(total);

            double Score(int i, int j) => call.Scale * Sum(query, i, key, j);

            double Weight(int i, int j) =>
                1 / Enumerable.Range(0, i + 1).Sum(l => Math.Exp(Score(i, l) - Score(i, j)));

            double Change(int i, int j) => call.Scale * Weight(i, j) * Enumerable.Range(0, i + 1)
                .Sum(l => Weight(i, l) * (Sum(cotangent, i, value, j) - Sum(cotangent, i, value, l)));

            double Sum(Func<IReadOnlyList<int>, double> a, int i, Func<IReadOnlyList<int>, double> c, int j)
            {
                var sum = 0.0;
                for (var e = 0; e < width; e++)
                {
                    sum += a([b, h, i, e]) * c([b, h, j, e]);
                }

                return sum;
            }
        }

        return new Expected([.. values], 1 + scale);
    }

    private static double LogSumExp(IReadOnlyCollection<double> x)
    {
        if (x.Count == 0)
        {
            return double.NegativeInfinity;
        }

        var largest = x.Max();
        return double.IsInfinity(largest) ? largest : largest + Math.Log(x.Sum(element => Math.Exp(element - largest)));
    }

    /// <summary>For each index of the axes that stay, the elements over those that vanish.</summary>
    private static IEnumerable<List<double>> Lists(Operand input, IReadOnlyList<int> axes, ArenaImage before)
    {
        var element = Walk.Elements(before, input);
        int[] kept = [.. Enumerable.Range(0, input.Shape.Rank).Except(axes)];
        var vanishing = new Shape([.. axes.Select(axis => input.Shape[axis])]);
        foreach (var outer in Walk.Indices(new Shape([.. kept.Select(axis => input.Shape[axis])])))
        {
            yield return
            [
                .. Walk.Indices(vanishing).Select(inner => element(
                [
                    .. Enumerable.Range(0, input.Shape.Rank).Select(axis => Array.IndexOf(kept, axis) is var i and >= 0
                        ? outer[i]
                        : inner[axes.TakeWhile(other => other != axis).Count()]),
                ])),
            ];
        }
    }

    /// <summary>The indices that differ from one along an axis alone.</summary>
    private static IEnumerable<int[]> Row(int[] at, int axis, Shape shape)
    {
        for (var i = 0; i < shape[axis]; i++)
        {
            int[] other = [.. at];
            other[axis] = i;
            yield return other;
        }
    }
}
