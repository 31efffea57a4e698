using Looped.Autodiff;
using Looped.Tensors;

namespace Looped.Analysis.Tests.Operators;

/// <summary>
/// Linear models whose derivatives are known in closed form, on random samples: logistic regression with the mean of
/// <c>softplus(x'w) - y x'w</c> as loss, and least squares with the mean of <c>(x'w - y)^2 / 2</c>.
/// </summary>
internal sealed class LogisticCase
{
    public const int Samples = 24, Width = 7;

    private const string Logits = "logits";

    private readonly bool _isLogistic;

    private LogisticCase(bool isLogistic)
    {
        _isLogistic = isLogistic;
        var random = new Philox(11, "linear models");
        X = Draw(Samples * Width);
        Theta = Draw(Width);
        Y = [.. Draw(Samples).Select(y => isLogistic ? y > 0 ? 1.0 : 0.0 : y)];

        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextNormal())];
    }

    public static LogisticCase Logistic => new(isLogistic: true);

    public static LogisticCase LeastSquares => new(isLogistic: false);

    public static string Through => Logits;

    public double[] X { get; }

    public double[] Y { get; }

    public double[] Theta { get; }

    /// <summary>The mean loss over all samples, so many of them in a block.</summary>
    public Objective Objective(int block)
    {
        var loss = Looped.Autodiff.Program.Trace(tracer =>
        {
            var x = tracer.Data("x", new Shape(block, Width));
            var y = tracer.Data("y", new Shape(block, 1));
            var z = Op.MatMul(x, tracer.Parameter("w", new Shape(Width, 1)));
            var losses = _isLogistic ? Op.Softplus(z) - (y * z) : 0.5 * ((z - y) * (z - y));
            return [new Port("loss", (1.0 / Samples) * Op.Sum(losses)), new Port(Logits, z)];
        });
        return new Objective(loss, [.. Enumerable.Range(0, Samples / block).Select(b => new DataBlock(
            new Dictionary<string, double[]>
            {
                ["x"] = X[(b * block * Width)..((b + 1) * block * Width)],
                ["y"] = Y[(b * block)..((b + 1) * block)],
            }))]);
    }

    /// <summary><c>X' D X / N</c>, D the second derivatives of the samples' losses in x'w.</summary>
    public double[] Hessian() => SumOverSamples(z => _isLogistic ? Sigmoid(z) * (1 - Sigmoid(z)) : 1, (second, _) => second);

    /// <summary>The mean of <c>g g'</c> over samples, with <c>g = (dl/dz) x</c>.</summary>
    public double[] Fisher() => SumOverSamples(z => _isLogistic ? Sigmoid(z) : z, (prediction, y) => Math.Pow(prediction - y, 2));

    /// <summary>The mean of <c>(dl/dz) x</c>.</summary>
    public double[] Gradient()
    {
        var gradient = new double[Width];
        for (var i = 0; i < Samples; i++)
        {
            var z = Output(i);
            for (var j = 0; j < Width; j++)
            {
                gradient[j] += ((_isLogistic ? Sigmoid(z) : z) - Y[i]) * X[(i * Width) + j] / Samples;
            }
        }

        return gradient;
    }

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));

    private double Output(int sample) => Enumerable.Range(0, Width).Sum(j => X[(sample * Width) + j] * Theta[j]);

    private double[] SumOverSamples(Func<double, double> ofOutput, Func<double, double, double> weight)
    {
        var sum = new double[Width * Width];
        for (var i = 0; i < Samples; i++)
        {
            var factor = weight(ofOutput(Output(i)), Y[i]) / Samples;
            for (var k = 0; k < sum.Length; k++)
            {
                sum[k] += factor * X[(i * Width) + (k / Width)] * X[(i * Width) + (k % Width)];
            }
        }

        return sum;
    }
}
