namespace Looped.Analysis;

/// <summary>
/// What bounds the cumulative force of the valley on the river (Theorems 1 and 2): with the sums
/// <c>s_i = eta sum_{k&lt;K} (1 - eta lambda_i)^k = (1 - (1 - eta lambda_i)^K) / lambda_i</c> over the spectrum of the valley
/// Hessian the force is at most <c>||H_RV|| ||v_0||</c> times their trace norm, the paper's bound, or times their largest
/// magnitude, the sharp one: the spectral norm of a sum of powers is its largest magnitude, and the trace norm is larger.
/// </summary>
public static class ForceBound
{
    /// <summary>The sum s of one eigenvalue; <c>K eta</c> of eigenvalue 0.</summary>
    /// <param name="eigenvalue">lambda.</param>
    /// <param name="rate">eta.</param>
    /// <param name="steps">K.</param>
    public static double Sum(double eigenvalue, double rate, int steps)
    {
        // Term by term no digits cancel where eta lambda is small, as they would in the closed form.
        var (sum, factor) = (0.0, 1 - (rate * eigenvalue));
        for (var k = 0; k < steps; k++)
        {
            sum = 1 + (factor * sum);
        }

        return rate * sum;
    }

    /// <summary><c>sum_i |s_i|</c>: the trace norm.</summary>
    public static double Trace(ReadOnlySpan<double> eigenvalues, double rate, int steps)
    {
        var sum = 0.0;
        foreach (var eigenvalue in eigenvalues)
        {
            sum += Math.Abs(Sum(eigenvalue, rate, steps));
        }

        return sum;
    }

    /// <summary><c>max_i |s_i|</c>: the spectral norm; 0 of no eigenvalues.</summary>
    public static double Sharp(ReadOnlySpan<double> eigenvalues, double rate, int steps)
    {
        var largest = 0.0;
        foreach (var eigenvalue in eigenvalues)
        {
            largest = Math.Max(largest, Math.Abs(Sum(eigenvalue, rate, steps)));
        }

        return largest;
    }
}
