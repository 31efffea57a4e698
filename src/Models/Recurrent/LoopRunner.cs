using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Gpt2;
using Looped.Tensors;

namespace Looped.Models.Recurrent;

/// <summary>
/// Inference loop by loop, for rows of one number and length: one program runs any number of loops, and the logits can be
/// read after each. Float32.
/// </summary>
public sealed class LoopRunner : IDisposable
{
    private readonly Executable _executable;
    private readonly Executable.Slot _tokens;
    private readonly Executable.Slot _states;
    private readonly Executable.Slot _logits;
    private readonly Executable.Slot[] _weights;
    private readonly float[] _zeros;
    private readonly float[] _read;

    /// <summary>Compiles a loop.</summary>
    /// <param name="settings">The model; its number of loops plays no part.</param>
    /// <param name="rows">N.</param>
    /// <param name="length">L.</param>
    /// <param name="backend">What runs it.</param>
    /// <exception cref="ArgumentException">The settings describe no model.</exception>
    public LoopRunner(Gpt2Settings settings, int rows, int length, IBackend backend)
    {
        (Rows, Length, Symbols) = (rows, length, settings.Outputs);
        _executable = RecurrentDecoder.OneLoop(settings, rows, length, ElementType.Float32)
            .Compile(backend, (RecurrentDecoder.States, RecurrentDecoder.States));
        _tokens = _executable.Input(RecurrentDecoder.Tokens);
        _states = _executable.Input(RecurrentDecoder.States);
        _logits = _executable.Output(RecurrentDecoder.Logits);
        _weights = [.. Gpt2Weights.Of(settings).Select(weight => _executable.Input(weight.Name))];
        _zeros = new float[_states.Type.Shape.Size];
        _read = new float[_logits.Type.Shape.Size];
    }

    /// <summary>N.</summary>
    public int Rows { get; }

    /// <summary>L.</summary>
    public int Length { get; }

    /// <summary>Symbols that can be predicted.</summary>
    public int Symbols { get; }

    /// <summary>Takes weights over, arrays in the order of <see cref="Gpt2Weights.Of"/>.</summary>
    public void Load(IReadOnlyList<float[]> weights)
    {
        for (var i = 0; i < _weights.Length; i++)
        {
            _weights[i].Write<float>(weights[i]);
        }
    }

    /// <summary>Goes back before the first loop.</summary>
    /// <param name="tokens">(N,L), row-major.</param>
    /// <exception cref="ArgumentException">Their number is not N L.</exception>
    public void Begin(ReadOnlySpan<int> tokens)
    {
        _tokens.Write(tokens);
        _states.Write<float>(_zeros);
    }

    /// <summary>Runs the next loop.</summary>
    /// <returns>The logits after it, (N,L,symbols), valid until the next loop.</returns>
    public ReadOnlySpan<float> Next()
    {
        _executable.Execute();
        _logits.Read<float>(_read);
        return _read;
    }

    /// <summary>The logits of one row, (L,symbols), of those that <see cref="Next"/> gave.</summary>
    public ReadOnlySpan<float> Row(ReadOnlySpan<float> logits, int row) =>
        logits.Slice(row * Length * Symbols, Length * Symbols);

    /// <inheritdoc/>
    public void Dispose() => _executable.Dispose();
}
