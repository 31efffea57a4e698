using Looped.Tensors;

namespace Looped.Models.Data;

/// <summary>A law on 0 .. K - 1, drawn from by inverting its distribution function.</summary>
internal sealed class Categorical
{
    private readonly double[] _cumulative;

    /// <summary>The law proportional to exp of these.</summary>
    public Categorical(ReadOnlySpan<double> logWeights)
    {
        _cumulative = logWeights.ToArray();
        LogSpace.Softmax(_cumulative);
        for (var i = 1; i < _cumulative.Length; i++)
        {
            _cumulative[i] += _cumulative[i - 1];
        }

        // Not a rounding error below one, which a uniform number could reach.
        _cumulative[^1] = 1;
    }

    /// <summary>One draw, of one uniform number.</summary>
    public int Draw(Philox random)
    {
        var uniform = random.NextDouble();
        var i = 0;
        while (uniform >= _cumulative[i])
        {
            i++;
        }

        return i;
    }
}
