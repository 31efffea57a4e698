using Looped.Autodiff;
using Looped.Kernels;

namespace Looped.Models.Attention;

/// <summary>The logits of a toy model on fixed contexts. A prediction allocates nothing.</summary>
public sealed class ToyPredictor : IDisposable
{
    private readonly Executable _executable;
    private readonly (Executable.Slot Slot, ParameterGroup Group)[] _parameters;
    private readonly Executable.Slot _output;
    private readonly double[] _logits;

    /// <summary>Compiles the forward pass.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="tokens">(N,L), row-major.</param>
    /// <param name="length">L.</param>
    /// <param name="embedding">How tokens become vectors.</param>
    /// <param name="backend">What runs it.</param>
    public ToyPredictor(
        ToyModelSettings settings, ReadOnlySpan<int> tokens, int length, ToyEmbedding embedding, IBackend backend)
    {
        var count = tokens.Length / length;
        var loss = ToyModel.Loss(settings, count, length);
        var program = new Program(loss.Inputs, [loss.Output(ToyModel.Logits)]);
        _executable = program.Compile(backend);
        _executable.Input(ToyModel.Contexts).Write<double>(embedding.Embed(tokens, length));
        _parameters =
        [
            .. new ParameterLayout(program).Groups.Select(group => (_executable.Input(group.Name), group)),
        ];
        _output = _executable.Output(ToyModel.Logits);
        _logits = new double[count * settings.Symbols];
    }

    /// <summary>The logits at theta, (N,V) row-major; valid until the next call.</summary>
    /// <param name="theta">(P,).</param>
    public ReadOnlySpan<double> Predict(ReadOnlySpan<double> theta)
    {
        foreach (var (slot, group) in _parameters)
        {
            slot.Write(theta.Slice(group.Offset, group.Size));
        }

        _executable.Execute();
        _output.Read<double>(_logits);
        return _logits;
    }

    /// <inheritdoc/>
    public void Dispose() => _executable.Dispose();
}
