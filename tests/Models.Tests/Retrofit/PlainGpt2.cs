using Looped.Models.Retrofit;

namespace Looped.Models.Tests.Retrofit;

/// <summary>GPT-2 as its paper describes it, in plain loops over one row in float64.</summary>
internal sealed class PlainGpt2(PublicGpt2 model)
{
    private readonly int _width = model.Settings.Width;

    private readonly Dictionary<string, double[]> _weights = PublicGpt2.Layout(model.Settings)
        .Zip(model.Weights, (weight, values) => (weight.Name, Values: Array.ConvertAll(values, value => (double)value)))
        .ToDictionary(weight => weight.Name, weight => weight.Values);

    /// <summary>Logits of each position, after blocks in this order.</summary>
    public double[][] Logits(int[] tokens, IEnumerable<int> order)
    {
        double[][] states =
        [
            .. tokens.Select((token, position) => Enumerable.Range(0, _width)
                .Select(i => _weights["wte.weight"][(token * _width) + i] + _weights["wpe.weight"][(position * _width) + i])
                .ToArray()),
        ];
        foreach (var layer in order)
        {
            var name = $"h.{layer}.";
            var mixed = Mix(states.Select(state => Linear(Norm(state, $"{name}ln_1"), $"{name}attn.c_attn")).ToArray());
            states = [.. states.Zip(mixed, (state, part) => Add(state, Linear(part, $"{name}attn.c_proj")))];
            states =
            [
                .. states.Select(state => Add(
                    state,
                    Linear(
                        [.. Linear(Norm(state, $"{name}ln_2"), $"{name}mlp.c_fc").Select(Gelu)], $"{name}mlp.c_proj"))),
            ];
        }

        return
        [
            .. states.Select(state => Norm(state, "ln_f")).Select(state => Enumerable.Range(0, model.Settings.Vocabulary)
                .Select(token => Enumerable.Range(0, _width).Sum(i => state[i] * _weights["wte.weight"][(token * _width) + i]))
                .ToArray()),
        ];
    }

    private static double Gelu(double x) =>
        0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private double[] Norm(double[] x, string name)
    {
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + 1e-5);
        return [.. x.Select((value, i) => ((value - mean) / deviation * _weights[$"{name}.weight"][i]) + _weights[$"{name}.bias"][i])];
    }

    private double[] Linear(double[] x, string name)
    {
        var (matrix, bias) = (_weights[$"{name}.weight"], _weights[$"{name}.bias"]);
        return [.. bias.Select((value, j) => value + x.Select((number, i) => number * matrix[(i * bias.Length) + j]).Sum())];
    }

    /// <summary>Each head's causal softmax attention, of queries, keys and values side by side.</summary>
    private double[][] Mix(double[][] parts)
    {
        var headWidth = _width / model.Settings.Heads;
        var mixed = parts.Select(_ => new double[_width]).ToArray();
        for (var position = 0; position < parts.Length; position++)
        {
            for (var head = 0; head < model.Settings.Heads; head++)
            {
                var start = head * headWidth;
                var scores = Enumerable.Range(0, position + 1)
                    .Select(other => Math.Exp(
                        Enumerable.Range(start, headWidth).Sum(i => parts[position][i] * parts[other][_width + i]) /
                        Math.Sqrt(headWidth)))
                    .ToArray();
                for (var i = start; i < start + headWidth; i++)
                {
                    mixed[position][i] = scores.Select((score, other) => score * parts[other][(2 * _width) + i]).Sum() / scores.Sum();
                }
            }
        }

        return mixed;
    }
}
