namespace Looped.Models.Data;

/// <summary>Arithmetic on the natural logarithms of weights, which neither overflow nor underflow.</summary>
internal static class LogSpace
{
    /// <summary>ln sum_i exp(x_i), relative to the largest term.</summary>
    public static double Sum(ReadOnlySpan<double> logarithms)
    {
        var largest = Largest(logarithms);
        if (double.IsNegativeInfinity(largest))
        {
            return largest;
        }

        var sum = 0.0;
        foreach (var logarithm in logarithms)
        {
            sum += Math.Exp(logarithm - largest);
        }

        return largest + Math.Log(sum);
    }

    /// <summary>Replaces logarithms of weights by the weights divided by their sum.</summary>
    public static void Softmax(Span<double> logarithms)
    {
        var largest = Largest(logarithms);
        var sum = 0.0;
        foreach (ref var element in logarithms)
        {
            element = Math.Exp(element - largest);
            sum += element;
        }

        foreach (ref var element in logarithms)
        {
            element /= sum;
        }
    }

    private static double Largest(ReadOnlySpan<double> values)
    {
        var largest = double.NegativeInfinity;
        foreach (var value in values)
        {
            largest = Math.Max(largest, value);
        }

        return largest;
    }
}
