using Looped.Autodiff;
using Looped.Kernels;

namespace Looped.Models.Attention;

/// <summary>The logits of a toy model on fixed contexts. A prediction allocates nothing.</summary>
public sealed class ToyPredictor : IDisposable
{
    /// <summary>Contexts of a block, where there are many: what a run of them needs stays in the caches.</summary>
    public const int PreferredBlock = 256;

    private readonly Executable _executable;
    private readonly (Executable.Slot Slot, ParameterGroup Group)[] _parameters;
    private readonly Executable.Slot _input;
    private readonly Executable.Slot _output;
    private readonly ToyEmbedding _embedding;
    private readonly int[] _tokens;
    private readonly int _length;
    private readonly int _block;
    private readonly int _symbols;
    private readonly double[] _contexts;
    private readonly double[] _logits;

    /// <summary>Compiles the forward pass.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="tokens">(N,L), row-major.</param>
    /// <param name="length">L.</param>
    /// <param name="embedding">How tokens become vectors.</param>
    /// <param name="backend">What runs it.</param>
    /// <exception cref="ArgumentException">A token is no symbol, or contexts are longer than there are positions.</exception>
    public ToyPredictor(
        ToyModelSettings settings, ReadOnlySpan<int> tokens, int length, ToyEmbedding embedding, IBackend backend)
    {
        (_embedding, _tokens, _length, _symbols) = (embedding, tokens.ToArray(), length, settings.Symbols);
        _block = Math.Min(Count, PreferredBlock);
        var loss = ToyModel.Loss(settings, _block, length);
        var program = new Program(loss.Inputs, [loss.Output(ToyModel.Logits)]);
        _executable = program.Compile(backend);
        _parameters =
        [
            .. new ParameterLayout(program).Groups.Select(group => (_executable.Input(group.Name), group)),
        ];
        _input = _executable.Input(ToyModel.Contexts);
        _output = _executable.Output(ToyModel.Logits);

        // The last block is filled up with what an earlier one left, so that one program serves all blocks.
        _contexts = new double[_block * length * settings.Width];
        _logits = new double[(Count + _block - 1) / _block * _block * settings.Symbols];

        // Every block once, so that what is no context is refused here; a single block stays in place.
        for (var first = 0; first < Count; first += _block)
        {
            Write(first);
        }
    }

    private int Count => _tokens.Length / _length;

    /// <summary>The logits at theta, (N,V) row-major; valid until the next call.</summary>
    /// <param name="theta">(P,).</param>
    public ReadOnlySpan<double> Predict(ReadOnlySpan<double> theta)
    {
        foreach (var (slot, group) in _parameters)
        {
            slot.Write(theta.Slice(group.Offset, group.Size));
        }

        for (var first = 0; first < Count; first += _block)
        {
            if (Count > _block)
            {
                Write(first);
            }

            _executable.Execute();
            _output.Read(_logits.AsSpan(first * _symbols, _block * _symbols));
        }

        return _logits.AsSpan(0, Count * _symbols);
    }

    /// <inheritdoc/>
    public void Dispose() => _executable.Dispose();

    /// <summary>Embeds the contexts of the block that begins with a context.</summary>
    private void Write(int first)
    {
        var tokens = _tokens.AsSpan(first * _length, Math.Min(_block, Count - first) * _length);
        _embedding.Embed(tokens, _length, _contexts.AsSpan(0, tokens.Length * _embedding.Width));
        _input.Write<double>(_contexts);
    }
}
