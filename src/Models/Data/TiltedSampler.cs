using Looped.Tensors;

namespace Looped.Models.Data;

/// <summary>
/// Draws sequences of one length with probability proportional to P(x)^alpha, exactly and at any length: no enumeration
/// and no Markov chain Monte Carlo.
/// </summary>
/// <remarks>
/// <para>
/// One chain (cyclic, homogeneous): P^alpha is a product of step weights M_t^alpha, drawn by backward messages.
/// </para>
/// <para>
/// A mixture of C chains, P = (1/C) sum_c p_c: P^alpha is no chain, but with alpha = k + f, k whole and 0 &lt;= f &lt;
/// 1, the multinomial theorem gives (sum p_c)^k = sum_n k!/(n_1! .. n_C!) prod p_c^n_c, in which each term is a product
/// of step weights; and t^f is subadditive, so (sum p_c)^f &lt;= sum_d p_d^f. A proposal from the mixture of the
/// weighted chains prod p_c^n_c p_d^f, each taken by its multinomial coefficient times its total, therefore has the
/// density (sum p)^k sum p_d^f, and is accepted with probability (sum p)^f / sum p_d^f, which is at least C^(f-1) by
/// concavity: at most C proposals a draw on average whatever alpha is, and none wasted where alpha is whole.
/// </para>
/// </remarks>
public sealed class TiltedSampler
{
    /// <summary>Most weighted chains that a sampler holds.</summary>
    private const double MaximumComponents = 1 << 14;

    private readonly MarkovLanguage _language;
    private readonly double _fraction;
    private readonly WeightedChain[] _components;
    private readonly Categorical _component;

    /// <summary>A sampler of sequences of this length.</summary>
    /// <param name="language">The law P.</param>
    /// <param name="length">Tokens of a sequence, at least one.</param>
    /// <param name="alpha">The exponent: 1 draws from P itself, 0 uniformly, values between flatten P.</param>
    /// <exception cref="ArgumentException">
    /// The length is not positive; alpha is negative or not finite, or, for a mixture, so large that more than 2^14
    /// weighted chains are needed (above about 100 for three chains).
    /// </exception>
    public TiltedSampler(MarkovLanguage language, int length, double alpha)
    {
        ArgumentNullException.ThrowIfNull(language);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        if (!(alpha >= 0) || !double.IsFinite(alpha))
        {
            throw new ArgumentException(
                $"The exponent alpha = {alpha} is not allowed; it must be finite and at least 0.");
        }

        _language = language;
        Length = length;
        Alpha = alpha;
        if (language.Chains == 1)
        {
            _components = [Component([alpha])];
            _component = new Categorical([0]);
            return;
        }

        _fraction = alpha - Math.Floor(alpha);
        RequireFewComponents();
        var components = new List<WeightedChain>();
        var logWeights = new List<double>();
        foreach (var powers in Compositions((int)alpha, language.Chains))
        {
            foreach (var exponents in WithFraction(powers))
            {
                var component = Component(exponents);
                components.Add(component);
                logWeights.Add(LogMultinomial(powers) + component.LogTotal);
            }
        }

        _components = [.. components];
        _component = new Categorical([.. logWeights]);
    }

    /// <summary>Tokens of a sequence.</summary>
    public int Length { get; }

    /// <summary>The exponent.</summary>
    public double Alpha { get; }

    /// <summary>Draws one sequence.</summary>
    /// <exception cref="ArgumentException">The destination has not <see cref="Length"/> elements.</exception>
    public void Draw(Philox random, Span<int> sequence)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (sequence.Length != Length)
        {
            throw new ArgumentException($"Sequences have {Length} tokens; there is room for {sequence.Length}.");
        }

        do
        {
            _components[_component.Draw(random)].Draw(random, sequence);
        }
        while (!Accept(random, sequence));
    }

    /// <summary>Draws sequences one after the other.</summary>
    /// <returns>The tokens (count, Length), row-major.</returns>
    public int[] Draw(Philox random, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var sequences = new int[checked(count * Length)];
        for (var i = 0; i < count; i++)
        {
            Draw(random, sequences.AsSpan(i * Length, Length));
        }

        return sequences;
    }

    private bool Accept(Philox random, ReadOnlySpan<int> sequence)
    {
        if (_fraction == 0)
        {
            return true;
        }

        // The ratio does not change when every p_c is divided by their sum.
        Span<double> chains = new double[_language.Chains];
        _language.LogProbabilities(sequence, chains);
        LogSpace.Softmax(chains);
        var envelope = 0.0;
        foreach (var share in chains)
        {
            envelope += Math.Pow(share, _fraction);
        }

        return random.NextDouble() * envelope < 1;
    }

    /// <summary>The chain with step weights prod_c M_c^e_c.</summary>
    private WeightedChain Component(double[] exponents)
    {
        var symbols = _language.Symbols;
        return new WeightedChain(symbols, Length, (step, from, to) =>
        {
            var sum = 0.0;
            for (var chain = 0; chain < exponents.Length; chain++)
            {
                sum += exponents[chain] * _language.StepMatrix(step, chain).Logarithms[(from * symbols) + to];
            }

            return sum;
        });
    }

    /// <summary>The exponents of every term of sum_d p_d^f prod p_c^n_c.</summary>
    private IEnumerable<double[]> WithFraction(int[] powers)
    {
        var whole = Array.ConvertAll(powers, power => (double)power);
        if (_fraction == 0)
        {
            yield return whole;
            yield break;
        }

        for (var chain = 0; chain < powers.Length; chain++)
        {
            var exponents = (double[])whole.Clone();
            exponents[chain] += _fraction;
            yield return exponents;
        }
    }

    private void RequireFewComponents()
    {
        var components = _fraction == 0 ? 1.0 : _language.Chains;
        for (var i = 1; i < _language.Chains; i++)
        {
            components *= (Math.Floor(Alpha) + i) / i;
        }

        if (components > MaximumComponents)
        {
            throw new ArgumentException(
                $"The exponent alpha = {Alpha} needs {components} weighted chains for a mixture " +
                $"of {_language.Chains}; at most {MaximumComponents} are allowed.");
        }
    }

    /// <summary>All ways to write a number as an ordered sum of so many non-negative parts.</summary>
    private static IEnumerable<int[]> Compositions(int total, int parts)
    {
        if (parts == 1)
        {
            yield return [total];
            yield break;
        }

        for (var first = 0; first <= total; first++)
        {
            foreach (var rest in Compositions(total - first, parts - 1))
            {
                yield return [first, .. rest];
            }
        }
    }

    /// <summary>ln (n_1 + .. + n_C)! / (n_1! .. n_C!).</summary>
    private static double LogMultinomial(int[] parts) => LogFactorial(parts.Sum()) - parts.Sum(LogFactorial);

    private static double LogFactorial(int n)
    {
        var sum = 0.0;
        for (var i = 2; i <= n; i++)
        {
            sum += Math.Log(i);
        }

        return sum;
    }
}
