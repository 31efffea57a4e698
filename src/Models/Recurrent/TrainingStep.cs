using System.Numerics;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Gpt2;
using Looped.Models.Tasks;
using Looped.Tensors;

namespace Looped.Models.Recurrent;

/// <summary>
/// One step of training a looped decoder, for rows of one number and length and one greatest number of loops.
/// </summary>
/// <typeparam name="T">The computing type, float or double.</typeparam>
public sealed class TrainingStep<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly UpdateStep<T> _step;
    private readonly Executable.Slot _tokens;
    private readonly Executable.Slot _targets;
    private readonly Executable.Slot? _ownLoops;
    private readonly Executable.Slot _logits;
    private readonly int[] _loops;

    /// <summary>Compiles a step.</summary>
    /// <param name="settings">The model; its loops are the greatest of any row.</param>
    /// <param name="rows">N.</param>
    /// <param name="length">L.</param>
    /// <param name="rule">How weights are updated.</param>
    /// <param name="backend">What runs it.</param>
    /// <exception cref="ArgumentException">The settings describe no model, or the rule's numbers are out of range.</exception>
    public TrainingStep(Gpt2Settings settings, int rows, int length, UpdateRule rule, IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (Settings, Rows, Length) = (settings, rows, length);
        var element = typeof(T) == typeof(float) ? ElementType.Float32 : ElementType.Float64;
        _step = new UpdateStep<T>(RecurrentDecoder.Loss(settings, rows, length, element), rule, backend);
        _tokens = _step.Input(RecurrentDecoder.Tokens);
        _targets = _step.Input(RecurrentDecoder.Targets);
        _ownLoops = settings.Loops == 1 ? null : _step.Input(RecurrentDecoder.OwnLoops);
        _logits = _step.Output(RecurrentDecoder.Logits);
        _loops = new int[rows];
    }

    /// <summary>The model; its loops are the greatest of any row.</summary>
    public Gpt2Settings Settings { get; }

    /// <summary>N.</summary>
    public int Rows { get; }

    /// <summary>L.</summary>
    public int Length { get; }

    /// <summary>Floating-point operations of one step (a multiply-add counts two).</summary>
    public long Flops => _step.Flops;

    /// <summary>Bytes of all values of a step.</summary>
    public long Bytes => _step.Bytes;

    /// <summary>Elements of the logits, N L outputs.</summary>
    public int LogitCount => (int)_logits.Type.Shape.Size;

    /// <summary>Takes weights, moments and running mean over.</summary>
    public void Load(DecoderState<T> state) => _step.Load(state);

    /// <summary>Gives weights, moments and running mean back.</summary>
    public void Store(DecoderState<T> state) => _step.Store(state);

    /// <summary>Makes one update.</summary>
    /// <param name="batch">N rows of length L; a row that asks for more loops than there are is read at the last.</param>
    /// <param name="rate">Learning rate eta.</param>
    /// <param name="step">Which update it is, counted from 1.</param>
    /// <returns>The loss before the update, and the gradient's norm before it is clipped.</returns>
    /// <exception cref="ArgumentException">The batch is of another size.</exception>
    public (double Loss, double GradientNorm) Run(TaskBatch batch, double rate, long step)
    {
        _tokens.Write<int>(batch.Tokens);
        _targets.Write<int>(batch.Targets);
        if (_ownLoops is { } own)
        {
            for (var row = 0; row < _loops.Length; row++)
            {
                _loops[row] = Math.Min(batch.Loops[row], Settings.Loops);
            }

            own.Write<int>(_loops);
        }

        return _step.Run(rate, step);
    }

    /// <summary>The logits of the last batch, (N,L,outputs), each row's at its own loop.</summary>
    public void ReadLogits(Span<T> logits) => _logits.Read(logits);

    /// <inheritdoc/>
    public void Dispose() => _step.Dispose();
}
