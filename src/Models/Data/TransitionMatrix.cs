using Looped.Tensors;

namespace Looped.Models.Data;

/// <summary>
/// A row-stochastic matrix (S,S) with positive entries: row i is the law of the next symbol after symbol i. Immutable.
/// </summary>
public sealed class TransitionMatrix
{
    private const double RowSumTolerance = 1e-12;

    private readonly double[] _entries;
    private readonly double[] _logarithms;

    /// <summary>A matrix of these entries.</summary>
    /// <param name="symbols">Number of symbols S, at least 2.</param>
    /// <param name="entries">S * S entries, row-major.</param>
    /// <exception cref="ArgumentException">
    /// An entry is not positive, a row does not sum to one within 1e-12, or the number of entries is not S * S.
    /// </exception>
    public TransitionMatrix(int symbols, ReadOnlySpan<double> entries)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(symbols, 2);
        if (entries.Length != (long)symbols * symbols)
        {
            throw new ArgumentException(
                $"A transition matrix of {symbols} symbols needs {symbols * symbols} entries, " +
                $"{entries.Length} were given.");
        }

        Symbols = symbols;
        _entries = entries.ToArray();
        _logarithms = Array.ConvertAll(_entries, Math.Log);
        for (var from = 0; from < symbols; from++)
        {
            var sum = 0.0;
            foreach (var probability in Row(from))
            {
                if (!(probability > 0))
                {
                    throw new ArgumentException(
                        $"Row {from} of a transition matrix holds {probability}; every entry must be positive.");
                }

                sum += probability;
            }

            if (!(Math.Abs(sum - 1) <= RowSumTolerance))
            {
                throw new ArgumentException($"Row {from} of a transition matrix sums to {sum}; it must sum to one.");
            }
        }
    }

    /// <summary>Number of symbols S.</summary>
    public int Symbols { get; }

    /// <summary>The probability of a symbol after another.</summary>
    public double this[int from, int to] => Row(from)[to];

    /// <summary>A random matrix: each row the softmax of S standard normal draws times a concentration.</summary>
    /// <exception cref="ArgumentException">
    /// The concentration is negative, not finite, or so large that a probability underflows to zero.
    /// </exception>
    public static TransitionMatrix Random(Philox random, int symbols, double concentration)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(symbols, 2);
        if (!(concentration >= 0) || !double.IsFinite(concentration))
        {
            throw new ArgumentException(
                $"The concentration {concentration} is not allowed; it must be finite and at least 0.");
        }

        var entries = new double[symbols * symbols];
        random.FillNormal(entries, concentration);
        for (var from = 0; from < symbols; from++)
        {
            LogSpace.Softmax(entries.AsSpan(from * symbols, symbols));
        }

        return new TransitionMatrix(symbols, entries);
    }

    /// <summary>The law (S) of the symbol after <paramref name="from"/>.</summary>
    public ReadOnlySpan<double> Row(int from) => _entries.AsSpan(from * Symbols, Symbols);

    /// <summary>The natural logarithms (S,S) of the entries, row-major.</summary>
    internal ReadOnlySpan<double> Logarithms => _logarithms;
}
