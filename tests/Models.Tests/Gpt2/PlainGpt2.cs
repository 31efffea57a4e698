using Looped.Models.Gpt2;

namespace Looped.Models.Tests.Gpt2;

/// <summary>The decoder by its definition, in loops over single numbers: nothing of the engine takes part.</summary>
internal sealed class PlainGpt2(Gpt2Settings settings, IReadOnlyDictionary<string, double[]> weights)
{
    /// <summary>Mean cross-entropy over the targets that are not -1.</summary>
    public double Loss(int[] tokens, int[] targets, int length)
    {
        var logits = Logits(tokens, length);
        var (total, count) = (0.0, 0);
        for (var i = 0; i < tokens.Length; i++)
        {
            if (targets[i] >= 0)
            {
                total += Math.Log(logits[i].Sum(Math.Exp)) - logits[i][targets[i]];
                count++;
            }
        }

        return total / count;
    }

    /// <summary>The logits at each position of each sequence.</summary>
    public double[][] Logits(int[] tokens, int length) =>
        [.. tokens.Chunk(length).SelectMany(SequenceLogits)];

    private double[][] SequenceLogits(int[] tokens)
    {
        var x = tokens.Select(token => Row(weights["read_in.weight"], token, settings.Width)).ToArray();
        var h = tokens.Select(_ => new double[settings.Width]).ToArray();
        for (var loop = 0; loop < settings.Loops; loop++)
        {
            h = [.. h.Zip(x, Sum)];
            for (var layer = 0; layer < settings.Layers; layer++)
            {
                h = Block(h, $"h.{layer}.");
            }

            h = [.. h.Select(row => Norm(row, "ln_f"))];
        }

        var (matrix, bias) = (weights["read_out.weight"], weights["read_out.bias"]);
        return [.. h.Select(row => bias.Select((b, output) => b + Dot(row, Row(matrix, output, settings.Width))).ToArray())];
    }

    private double[][] Block(double[][] h, string name)
    {
        var inputs = h.Select(row => Norm(row, $"{name}ln_1")).ToArray();
        var mixed = Attention(inputs.Select(row => Linear(row, $"{name}attn.c_attn")).ToArray());
        h = [.. h.Zip(mixed.Select(row => Linear(row, $"{name}attn.c_proj")), Sum)];
        return
        [
            .. h.Select(row => Sum(row, Linear(
                [.. Linear(Norm(row, $"{name}ln_2"), $"{name}mlp.c_fc").Select(Gelu)], $"{name}mlp.c_proj"))),
        ];
    }

    /// <summary>Heads one after the other: queries, keys and values are the three parts of each row.</summary>
    private double[][] Attention(double[][] rows)
    {
        var (width, d) = (settings.Width, settings.HeadWidth);
        var mixed = rows.Select(_ => new double[width]).ToArray();
        for (var head = 0; head < settings.Heads; head++)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                var query = rows[i][(head * d)..][..d];
                var powers = new double[i + 1];
                for (var j = 0; j <= i; j++)
                {
                    powers[j] = Math.Exp(Dot(query, rows[j][(width + (head * d))..][..d]) / Math.Sqrt(d));
                }

                for (var j = 0; j <= i; j++)
                {
                    for (var k = 0; k < d; k++)
                    {
                        mixed[i][(head * d) + k] += powers[j] / powers.Sum() * rows[j][(2 * width) + (head * d) + k];
                    }
                }
            }
        }

        return mixed;
    }

    private double[] Norm(double[] row, string name)
    {
        var mean = row.Average();
        var variance = row.Average(value => (value - mean) * (value - mean));
        var (gain, bias) = (weights[$"{name}.weight"], weights[$"{name}.bias"]);
        return [.. row.Select((value, i) => ((value - mean) / Math.Sqrt(variance + 1e-5) * gain[i]) + bias[i])];
    }

    private double[] Linear(double[] row, string name)
    {
        var (matrix, result) = (weights[$"{name}.weight"], (double[])weights[$"{name}.bias"].Clone());
        for (var i = 0; i < row.Length; i++)
        {
            for (var j = 0; j < result.Length; j++)
            {
                result[j] += row[i] * matrix[(i * result.Length) + j];
            }
        }

        return result;
    }

    private static double Gelu(double x) =>
        0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    private static double[] Row(double[] table, int row, int width) => table[(row * width)..][..width];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];
}
