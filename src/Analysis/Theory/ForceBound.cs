namespace Looped.Analysis.Theory;

/// <summary>
/// Theorem 1: how far a valley that decays under gradient descent can push the river. A direction of the valley with
/// eigenvalue lambda has the capacity <c>s = eta sum_{k&lt;K} (1 - eta lambda)^k = (1 - (1 - eta lambda)^K) / lambda</c>; the force
/// on the river is at most <c>||H_RV|| ||v_0||</c> times the sum of all capacities (the paper's bound, by a trace norm), and at
/// most that times the largest (the sharp one, by a spectral norm), as long as <c>0 &lt; eta lambda &lt; 2</c>.
/// </summary>
public static class ForceBound
{
    /// <summary>The capacity s of one direction; <c>K eta</c> where its eigenvalue is zero.</summary>
    /// <param name="lambda">Eigenvalue of the valley Hessian.</param>
    /// <param name="eta">Step size.</param>
    /// <param name="steps">K.</param>
    public static double Capacity(double lambda, double eta, int steps) => eta * GeometricSum(1 - (eta * lambda), steps);

    /// <summary>The factor of the paper's bound: the sum of the sizes of the capacities.</summary>
    /// <param name="spectrum">Eigenvalues of the valley Hessian.</param>
    /// <param name="eta">Step size.</param>
    /// <param name="steps">K.</param>
    public static double Trace(ReadOnlySpan<double> spectrum, double eta, int steps)
    {
        var sum = 0.0;
        foreach (var lambda in spectrum)
        {
            sum += Math.Abs(Capacity(lambda, eta, steps));
        }

        return sum;
    }

    /// <summary>The factor of the sharp bound: the largest size of a capacity.</summary>
    /// <param name="spectrum">Eigenvalues of the valley Hessian.</param>
    /// <param name="eta">Step size.</param>
    /// <param name="steps">K.</param>
    public static double Sharp(ReadOnlySpan<double> spectrum, double eta, int steps)
    {
        var largest = 0.0;
        foreach (var lambda in spectrum)
        {
            largest = Math.Max(largest, Math.Abs(Capacity(lambda, eta, steps)));
        }

        return largest;
    }

    /// <summary>The share of the summed capacities that eigenvalues above a threshold have: what the proof neglects.</summary>
    /// <param name="spectrum">Eigenvalues of the valley Hessian.</param>
    /// <param name="threshold">tau, which parts low curvature from high.</param>
    /// <param name="eta">Step size.</param>
    /// <param name="steps">K.</param>
    public static double ResidualShare(ReadOnlySpan<double> spectrum, double threshold, double eta, int steps)
    {
        var high = 0.0;
        foreach (var lambda in spectrum)
        {
            high += lambda > threshold ? Capacity(lambda, eta, steps) : 0;
        }

        return high / Trace(spectrum, eta, steps);
    }

    /// <summary><c>1 + x + ... + x^{K-1}</c> by halving K, so that no digits cancel where x is near one.</summary>
    private static double GeometricSum(double x, int terms)
    {
        var (sum, power) = (0.0, 1.0);
        for (var bit = 30; bit >= 0; bit--)
        {
            (sum, power) = (sum * (1 + power), power * power);
            if ((terms >> bit & 1) != 0)
            {
                (sum, power) = (1 + (x * sum), power * x);
            }
        }

        return sum;
    }
}
