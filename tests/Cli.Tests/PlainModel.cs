using Looped.Tensors;

namespace Looped.Cli.Tests;

/// <summary>
/// Both toy models as their formulas stand, in loops over columns of tokens: the loss of one model at any parameters, and
/// its derivatives by differences of it alone.
/// </summary>
internal sealed record PlainModel(bool IsLooped, int Width, int Symbols, int Loops, double Gate, bool MeanScale)
{
    // The error of a difference falls with the fourth power of its step, that of rounding grows with its inverse.
    private const double Step = 1e-3;

    /// <summary>W_Q, W_K, W_V (d,d) and W_h (V,d), each row-major.</summary>
    public int Parameters => (3 * Width * Width) + (Symbols * Width);

    /// <summary>V x d, row-major.</summary>
    public required double[] Embedding { get; init; }

    /// <summary>Sequences, the last token of each the target.</summary>
    public required int[][] Data { get; init; }

    /// <summary>A count for each sequence.</summary>
    public required double[] Counts { get; init; }

    /// <summary>A model with parameters, embedding and data from a seed.</summary>
    public static PlainModel Random(
        bool isLooped, int width, int symbols, int sequences, int length, int loops, double gate, bool meanScale)
    {
        var random = new Philox(17, $"model {isLooped} {width} {length}");
        var embedding = new double[symbols * width];
        random.FillNormal(embedding, 0.6);
        return new PlainModel(isLooped, width, symbols, loops, gate, meanScale)
        {
            Embedding = embedding,
            Data = [.. Enumerable.Range(0, sequences).Select(
                _ => Enumerable.Range(0, length).Select(_ => random.NextInt(symbols)).ToArray())],
            Counts = [.. Enumerable.Repeat(1.0, sequences)],
        };
    }

    public double[] RandomTheta()
    {
        var theta = new double[Parameters];
        new Philox(18, "theta").FillNormal(theta, 0.6);
        return theta;
    }

    public double Loss(double[] theta)
    {
        var sum = 0.0;
        for (var i = 0; i < Data.Length; i++)
        {
            var logits = Logits(theta, Data[i][..^1]);
            sum += Counts[i] * Math.Log(logits.Sum(x => Math.Exp(x - logits[Data[i][^1]])));
        }

        return sum / Counts.Sum();
    }

    public double[] Gradient(double[] theta) =>
        [.. Enumerable.Range(0, Parameters).Select(i => Extrapolated(h => (Shifted(theta, (i, h)) - Shifted(theta, (i, -h))) / (2 * h)))];

    /// <summary>(P,P), row-major.</summary>
    public double[] Hessian(double[] theta)
    {
        var hessian = new double[Parameters * Parameters];
        for (var i = 0; i < Parameters; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                hessian[(i * Parameters) + j] = hessian[(j * Parameters) + i] = Extrapolated(h =>
                    (Shifted(theta, (i, h), (j, h)) - Shifted(theta, (i, h), (j, -h))
                        - Shifted(theta, (i, -h), (j, h)) + Shifted(theta, (i, -h), (j, -h))) / (4 * h * h));
            }
        }

        return hessian;
    }

    private static double Extrapolated(Func<double, double> difference) =>
        ((4 * difference(Step)) - difference(2 * Step)) / 3;

    private double Shifted(double[] theta, params (int Index, double By)[] shifts)
    {
        var moved = theta.ToArray();
        foreach (var (index, by) in shifts)
        {
            moved[index] += by;
        }

        return Loss(moved);
    }

    private double[] Logits(double[] theta, int[] context)
    {
        double[][] tokens = [.. context.Select(token => Embedding[(token * Width)..((token + 1) * Width)])];
        if (!IsLooped)
        {
            return Head(theta, Attention(theta, tokens, tokens[^1]));
        }

        for (var loop = 0; loop < Loops; loop++)
        {
            tokens = [.. tokens.Select(z => Attention(theta, tokens, z).Zip(z, (f, x) => x + (Gate * f)).ToArray())];
        }

        return Head(theta, tokens[^1]);
    }

    /// <summary><c>f(E, z) = c W_V E E' W_K' W_Q z</c>.</summary>
    private double[] Attention(double[] theta, double[][] tokens, double[] z)
    {
        var query = Product(theta, 0, z);
        var mixed = new double[Width];
        foreach (var token in tokens)
        {
            var key = Product(theta, 1, token);
            var score = key.Zip(query, (k, q) => k * q).Sum();
            for (var a = 0; a < Width; a++)
            {
                mixed[a] += score * token[a] * (MeanScale ? 1.0 / tokens.Length : 1);
            }
        }

        return Product(theta, 2, mixed);
    }

    /// <summary>A matrix of theta times a column; 0, 1, 2 are W_Q, W_K, W_V.</summary>
    private double[] Product(double[] theta, int matrix, double[] column) =>
        [.. Enumerable.Range(0, Width).Select(a => Enumerable.Range(0, Width).Sum(
            b => theta[(((matrix * Width) + a) * Width) + b] * column[b]))];

    private double[] Head(double[] theta, double[] z) =>
        [.. Enumerable.Range(0, Symbols).Select(s => Enumerable.Range(0, Width).Sum(
            b => theta[(((3 * Width) + s) * Width) + b] * z[b]))];
}
