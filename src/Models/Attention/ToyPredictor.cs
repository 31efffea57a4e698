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
    private readonly double[][] _blocks;
    private readonly int _blockLogits;
    private readonly double[] _logits;
    private readonly int _count;

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
        var contexts = tokens.Length / length;
        var block = Math.Min(contexts, PreferredBlock);
        var loss = ToyModel.Loss(settings, block, length);
        var program = new Program(loss.Inputs, [loss.Output(ToyModel.Logits)]);
        _executable = program.Compile(backend);
        _parameters =
        [
            .. new ParameterLayout(program).Groups.Select(group => (_executable.Input(group.Name), group)),
        ];
        _input = _executable.Input(ToyModel.Contexts);
        _output = _executable.Output(ToyModel.Logits);

        // The last block is filled up with zeros, so that one program serves all blocks.
        var embedded = embedding.Embed(tokens, length);
        var size = block * length * settings.Width;
        _blocks = new double[(contexts + block - 1) / block][];
        for (var i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = new double[size];
            embedded.AsSpan(i * size, Math.Min(size, embedded.Length - (i * size))).CopyTo(_blocks[i]);
        }

        _input.Write<double>(_blocks[0]);
        _count = contexts * settings.Symbols;
        _blockLogits = block * settings.Symbols;
        _logits = new double[_blocks.Length * _blockLogits];
    }

    /// <summary>The logits at theta, (N,V) row-major; valid until the next call.</summary>
    /// <param name="theta">(P,).</param>
    public ReadOnlySpan<double> Predict(ReadOnlySpan<double> theta)
    {
        foreach (var (slot, group) in _parameters)
        {
            slot.Write(theta.Slice(group.Offset, group.Size));
        }

        for (var i = 0; i < _blocks.Length; i++)
        {
            if (_blocks.Length > 1)
            {
                _input.Write<double>(_blocks[i]);
            }

            _executable.Execute();
            _output.Read(_logits.AsSpan(i * _blockLogits, _blockLogits));
        }

        return _logits.AsSpan(0, _count);
    }

    /// <inheritdoc/>
    public void Dispose() => _executable.Dispose();
}
