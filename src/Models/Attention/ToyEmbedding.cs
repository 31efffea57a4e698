using Looped.Tensors;

namespace Looped.Models.Attention;

/// <summary>
/// The fixed embedding of tokens, a row of d numbers for each symbol, and, where wanted, a fixed term for each position.
/// Neither is trained.
/// </summary>
public sealed class ToyEmbedding
{
    private readonly double[] _symbols;
    private readonly double[]? _positions;

    /// <summary>An embedding with given rows and no positions.</summary>
    /// <param name="symbols">(V,d), row-major.</param>
    /// <param name="width">d.</param>
    /// <exception cref="ArgumentException">The numbers are no rows of d.</exception>
    public ToyEmbedding(ReadOnlySpan<double> symbols, int width)
        : this(symbols.ToArray(), null, width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (symbols.Length == 0 || symbols.Length % width != 0)
        {
            throw new ArgumentException($"{symbols.Length} numbers are not rows of {width}");
        }
    }

    private ToyEmbedding(double[] symbols, double[]? positions, int width) =>
        (_symbols, _positions, Width) = (symbols, positions, width);

    /// <summary>d.</summary>
    public int Width { get; }

    /// <summary>V.</summary>
    public int Symbols => _symbols.Length / Width;

    /// <summary>A random embedding: normal numbers of variance 1/d; positional terms of the same law.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="symbols">V.</param>
    /// <param name="width">d.</param>
    /// <param name="positions">Number of positions with a term of their own; 0 for none.</param>
    public static ToyEmbedding Random(ulong seed, int symbols, int width, int positions)
    {
        var table = new double[symbols * width];
        new Philox(seed, "embedding").FillNormal(table, 1 / Math.Sqrt(width));
        if (positions == 0)
        {
            return new ToyEmbedding(table, null, width);
        }

        var terms = new double[positions * width];
        new Philox(seed, "positions").FillNormal(terms, 1 / Math.Sqrt(width));
        return new ToyEmbedding(table, terms, width);
    }

    /// <summary>The embedded contexts, (N,L,d) row-major.</summary>
    /// <param name="tokens">(N,L), row-major.</param>
    /// <param name="length">L.</param>
    /// <exception cref="ArgumentException">A token is no symbol, or a context is longer than there are positions.</exception>
    public double[] Embed(ReadOnlySpan<int> tokens, int length)
    {
        var embedded = new double[tokens.Length * Width];
        Embed(tokens, length, embedded);
        return embedded;
    }

    /// <summary>Writes the embedded contexts, (N,L,d) row-major; allocates nothing.</summary>
    /// <param name="tokens">(N,L), row-major.</param>
    /// <param name="length">L.</param>
    /// <param name="embedded">N L d numbers.</param>
    /// <exception cref="ArgumentException">
    /// A token is no symbol, a context is longer than there are positions, or there is no room for so many numbers.
    /// </exception>
    public void Embed(ReadOnlySpan<int> tokens, int length, Span<double> embedded)
    {
        if (embedded.Length != tokens.Length * Width)
        {
            throw new ArgumentException(
                $"{tokens.Length} tokens make {tokens.Length * Width} numbers; there is room for {embedded.Length}");
        }

        if (_positions is not null && length > _positions.Length / Width)
        {
            throw new ArgumentException($"contexts of {length} tokens exceed {_positions.Length / Width} positions");
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] < 0 || tokens[i] >= Symbols)
            {
                throw new ArgumentException($"token {tokens[i]} is not one of the symbols 0 to {Symbols - 1}");
            }

            var row = embedded.Slice(i * Width, Width);
            _symbols.AsSpan(tokens[i] * Width, Width).CopyTo(row);
            for (var j = 0; _positions is not null && j < Width; j++)
            {
                row[j] += _positions[((i % length) * Width) + j];
            }
        }
    }
}
