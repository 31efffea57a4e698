using Looped.Tensors;

namespace Looped.Models.Data;

/// <summary>
/// Sequences with probability proportional to a product of step weights, prod_t W_t[x_t, x_{t+1}]: a Markov chain
/// again. Backward messages b_L(s) = 1, b_t(s) = sum_r W_t[s, r] b_{t+1}(r) turn the weights into the transition laws
/// W_t[s, r] b_{t+1}(r) / b_t(s), so that a draw is exact and costs one pass.
/// </summary>
internal sealed class WeightedChain
{
    private readonly Categorical _first;
    private readonly Categorical[][] _steps;

    /// <summary>A chain of these weights.</summary>
    /// <param name="symbols">Number of symbols S.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="logWeight">ln W_t[from, to], steps t counted from one.</param>
    public WeightedChain(int symbols, int length, Func<int, int, int, double> logWeight)
    {
        var message = new double[symbols];
        var weights = new double[symbols];
        _steps = new Categorical[length - 1][];
        for (var step = length - 1; step >= 1; step--)
        {
            var previous = new double[symbols];
            _steps[step - 1] = new Categorical[symbols];
            for (var from = 0; from < symbols; from++)
            {
                for (var to = 0; to < symbols; to++)
                {
                    weights[to] = logWeight(step, from, to) + message[to];
                }

                previous[from] = LogSpace.Sum(weights);
                _steps[step - 1][from] = new Categorical(weights);
            }

            message = previous;
        }

        LogTotal = LogSpace.Sum(message);
        _first = new Categorical(message);
    }

    /// <summary>ln of the sum of the weights of all sequences.</summary>
    public double LogTotal { get; }

    /// <summary>Draws one sequence.</summary>
    public void Draw(Philox random, Span<int> sequence)
    {
        sequence[0] = _first.Draw(random);
        for (var step = 1; step < sequence.Length; step++)
        {
            sequence[step] = _steps[step - 1][sequence[step - 1]].Draw(random);
        }
    }
}
