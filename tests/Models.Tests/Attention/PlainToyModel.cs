using Looped.Models.Attention;

namespace Looped.Models.Tests.Attention;

/// <summary>
/// The toy models once more, as loops over numbers in the column-vector form in which they are defined: tokens are the
/// columns of E, <c>f(E, z) = c W_V E E' W_K' W_Q z</c>.
/// </summary>
internal sealed class PlainToyModel(ToyModelSettings settings, int length)
{
    private readonly int _d = settings.Width;

    /// <summary>The vector that the head reads, for one context whose token t is row t.</summary>
    public double[] Features(double[] theta, double[] context)
    {
        var (d, n) = (_d, length);
        var (query, key, value) = (Matrix(theta, 0), Matrix(theta, 1), Matrix(theta, 2));
        var gate = settings.LearnsGate ? theta[^1] : settings.Gate;
        var e = new double[d, n];
        for (var i = 0; i < d; i++)
        {
            for (var t = 0; t < n; t++)
            {
                e[i, t] = context[(t * d) + i];
            }
        }

        var z = Column(e, n - 1);
        if (settings.Architecture == ToyArchitecture.Single)
        {
            return Attention(e, z);
        }

        for (var loop = 0; loop < settings.Loops; loop++)
        {
            var next = new double[d, n];
            for (var t = 0; t < n; t++)
            {
                var update = Attention(e, Column(e, t));
                for (var i = 0; i < d; i++)
                {
                    next[i, t] = e[i, t] + (gate * update[i]);
                }
            }

            var last = Attention(e, z);
            for (var i = 0; i < d; i++)
            {
                z[i] += gate * last[i];
            }

            e = next;
        }

        return z;

        double[] Attention(double[,] tokens, double[] asking)
        {
            var c = settings.Scale == AttentionScale.Mean ? 1.0 / n : 1;
            var asked = TransposedTimes(key, Times(query, asking));
            var mixed = Times(tokens, TransposedTimes(tokens, asked));
            return [.. Times(value, mixed).Select(x => c * x)];
        }

        double[] Column(double[,] tokens, int t) => [.. Enumerable.Range(0, d).Select(i => tokens[i, t])];
    }

    /// <summary>W_h z.</summary>
    public double[] Logits(double[] theta, double[] context)
    {
        var features = Features(theta, context);
        var head = 3 * _d * _d;
        return
        [
            .. Enumerable.Range(0, settings.Symbols).Select(
                c => Enumerable.Range(0, _d).Sum(i => theta[head + (c * _d) + i] * features[i])),
        ];
    }

    /// <summary>The logarithms of the symbols' probabilities.</summary>
    public double[] LogProbabilities(double[] theta, double[] context)
    {
        var logits = Logits(theta, context);
        var largest = logits.Max();
        var total = Math.Log(logits.Sum(logit => Math.Exp(logit - largest)));
        return [.. logits.Select(logit => logit - largest - total)];
    }

    private double[,] Matrix(double[] theta, int index)
    {
        var matrix = new double[_d, _d];
        for (var i = 0; i < _d * _d; i++)
        {
            matrix[i / _d, i % _d] = theta[(index * _d * _d) + i];
        }

        return matrix;
    }

    private static double[] Times(double[,] matrix, double[] vector) =>
    [
        .. Enumerable.Range(0, matrix.GetLength(0)).Select(
            i => Enumerable.Range(0, matrix.GetLength(1)).Sum(j => matrix[i, j] * vector[j])),
    ];

    private static double[] TransposedTimes(double[,] matrix, double[] vector) =>
    [
        .. Enumerable.Range(0, matrix.GetLength(1)).Select(
            j => Enumerable.Range(0, matrix.GetLength(0)).Sum(i => matrix[i, j] * vector[i])),
    ];
}
