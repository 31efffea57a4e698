using Looped.Tensors;

namespace Looped.Models.Data;

/// <summary>
/// A language of token sequences over S symbols: the first token uniform, each later one drawn given the one before it.
/// Under every <see cref="Dynamics"/> the law is a mixture, with equal weights, of one or more chains: one chain for
/// cyclic and homogeneous dynamics, a chain for each matrix for mixture dynamics. Immutable.
/// </summary>
public sealed class MarkovLanguage
{
    /// <summary>Number of matrices of a random language.</summary>
    public const int RandomMatrices = 3;

    private readonly TransitionMatrix[] _matrices;

    /// <summary>
    /// A random language: matrix after matrix, the rows are softmax of standard normal draws times a concentration,
    /// from the stream "transitions" of the seed. Homogeneous dynamics keep the first matrix that the others would
    /// have.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The concentration is negative, not finite, or so large that a probability underflows to zero; or there are fewer
    /// than two symbols.
    /// </exception>
    public MarkovLanguage(ulong seed, Dynamics dynamics, double concentration = 1.5, int symbols = 3)
        : this(dynamics, Draw(new Philox(seed, "transitions"), dynamics, concentration, symbols))
    {
    }

    /// <summary>
    /// A language of these matrices: exactly one for homogeneous dynamics, one or more for the others.
    /// </summary>
    /// <exception cref="ArgumentException">Their number is not such, or they differ in their symbols.</exception>
    public MarkovLanguage(Dynamics dynamics, params ReadOnlySpan<TransitionMatrix> matrices)
    {
        if (!Enum.IsDefined(dynamics))
        {
            throw new ArgumentOutOfRangeException(nameof(dynamics), dynamics, "not one of the dynamics");
        }

        if (matrices.IsEmpty || (dynamics == Dynamics.Homogeneous && matrices.Length != 1))
        {
            throw new ArgumentException(
                $"{dynamics} dynamics cannot have {matrices.Length} matrices; " +
                "homogeneous ones need exactly one, the others at least one.");
        }

        foreach (var matrix in matrices)
        {
            if (matrix.Symbols != matrices[0].Symbols)
            {
                throw new ArgumentException(
                    $"Matrices of {matrices[0].Symbols} and of {matrix.Symbols} symbols cannot make one language.");
            }
        }

        Dynamics = dynamics;
        Symbols = matrices[0].Symbols;
        _matrices = matrices.ToArray();
    }

    /// <summary>How the matrices are used.</summary>
    public Dynamics Dynamics { get; }

    /// <summary>Number of symbols S; tokens are 0 .. S - 1.</summary>
    public int Symbols { get; }

    /// <summary>The transition matrices (S,S).</summary>
    public IReadOnlyList<TransitionMatrix> Matrices => _matrices;

    /// <summary>Number of chains that the law mixes with equal weights.</summary>
    public int Chains => Dynamics == Dynamics.Mixture ? _matrices.Length : 1;

    /// <summary>
    /// The place in <see cref="Matrices"/> of the matrix with which a chain goes from token <paramref name="step"/> to
    /// the next, tokens and steps counted from one: the last step of a sequence of length L is step L - 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is not positive, or there is no such chain.</exception>
    public int StepMatrixIndex(int step, int chain = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step);
        ArgumentOutOfRangeException.ThrowIfNegative(chain);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(chain, Chains);
        return Dynamics == Dynamics.Cyclic ? (step - 1) % _matrices.Length : chain;
    }

    /// <summary>The matrix at <see cref="StepMatrixIndex"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The step is not positive, or there is no such chain.</exception>
    public TransitionMatrix StepMatrix(int step, int chain = 0) => _matrices[StepMatrixIndex(step, chain)];

    /// <summary>P(x): the probability of a sequence among those of its length.</summary>
    /// <exception cref="ArgumentException">The sequence is empty or has a token that is no symbol.</exception>
    public double Probability(ReadOnlySpan<int> sequence) => Math.Exp(LogProbability(sequence));

    /// <summary>IC(x) = -log2 P(x), in bits.</summary>
    /// <exception cref="ArgumentException">The sequence is empty or has a token that is no symbol.</exception>
    public double InformationContent(ReadOnlySpan<int> sequence) => -LogProbability(sequence) / Math.Log(2);

    /// <summary>ln P(x), which does not underflow for long sequences.</summary>
    /// <exception cref="ArgumentException">The sequence is empty or has a token that is no symbol.</exception>
    public double LogProbability(ReadOnlySpan<int> sequence)
    {
        if (Chains == 1)
        {
            return LogProbability(sequence, 0);
        }

        Span<double> chains = new double[Chains];
        LogProbabilities(sequence, chains);
        return LogSpace.Sum(chains) - Math.Log(Chains);
    }

    /// <summary>ln P(x | chain).</summary>
    /// <remarks>
    /// The probability depends on nothing but how often each transition is made with each matrix, and the sum is taken
    /// over those numbers: sequences that are equally probable get the same bits, so that an order by probability does
    /// not depend on rounding.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The sequence is empty, has a token that is no symbol, or there is no such chain.
    /// </exception>
    public double LogProbability(ReadOnlySpan<int> sequence, int chain)
    {
        RequireTokens(sequence);
        var square = Symbols * Symbols;
        var size = _matrices.Length * square;
        Span<int> transitions = size <= 256 ? stackalloc int[size] : new int[size];
        transitions.Clear();
        for (var step = 1; step < sequence.Length; step++)
        {
            var matrix = StepMatrixIndex(step, chain);
            transitions[(matrix * square) + (sequence[step - 1] * Symbols) + sequence[step]]++;
        }

        var sum = -Math.Log(Symbols);
        for (var i = 0; i < transitions.Length; i++)
        {
            sum += transitions[i] * _matrices[i / square].Logarithms[i % square];
        }

        return sum;
    }

    /// <summary>ln P(x | chain) for every chain.</summary>
    internal void LogProbabilities(ReadOnlySpan<int> sequence, Span<double> destination)
    {
        for (var chain = 0; chain < Chains; chain++)
        {
            destination[chain] = LogProbability(sequence, chain);
        }
    }

    /// <exception cref="ArgumentException">The sequence is empty or has a token that is no symbol.</exception>
    internal void RequireTokens(ReadOnlySpan<int> sequence)
    {
        if (sequence.IsEmpty)
        {
            throw new ArgumentException("A sequence must have at least one token.");
        }

        foreach (var token in sequence)
        {
            if ((uint)token >= (uint)Symbols)
            {
                throw new ArgumentException(
                    $"Token {token} is no symbol of the language; allowed are 0 to {Symbols - 1}.");
            }
        }
    }

    private static TransitionMatrix[] Draw(Philox random, Dynamics dynamics, double concentration, int symbols)
    {
        var matrices = new TransitionMatrix[dynamics == Dynamics.Homogeneous ? 1 : RandomMatrices];
        for (var i = 0; i < matrices.Length; i++)
        {
            matrices[i] = TransitionMatrix.Random(random, symbols, concentration);
        }

        return matrices;
    }
}
