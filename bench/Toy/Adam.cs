namespace Looped.Benchmarks;

/// <summary>
/// Adam (Kingma and Ba, <i>Adam: A Method for Stochastic Optimization</i>, 2015) with epsilon outside the root, as a
/// training step needs it: beta 0.9 and 0.999, epsilon 1e-8, learning rate 1e-2.
/// </summary>
/// <param name="size">P.</param>
public sealed class Adam(int size)
{
    /// <summary>The learning rate.</summary>
    public const double Rate = 1e-2;

    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly double[] _mean = new double[size];
    private readonly double[] _square = new double[size];
    private int _steps;

    /// <summary>Moves theta by one step.</summary>
    public void Step(Span<double> theta, ReadOnlySpan<double> gradient)
    {
        _steps++;
        var rate = Rate / (1 - Math.Pow(Beta1, _steps));
        var scale = 1 / (1 - Math.Pow(Beta2, _steps));
        for (var i = 0; i < theta.Length; i++)
        {
            var slope = gradient[i];
            _mean[i] += (1 - Beta1) * (slope - _mean[i]);
            _square[i] += (1 - Beta2) * ((slope * slope) - _square[i]);
            theta[i] -= rate * _mean[i] / (Math.Sqrt(scale * _square[i]) + Epsilon);
        }
    }
}
