using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Gpt2;
using Looped.Models.Recurrent;
using Looped.Models.Training;
using Looped.Tensors;

namespace Looped.Models.Retrofit;

/// <summary>
/// Goes on training a public GPT-2 with looped blocks, to predict each row's next tokens, in float32. The rows of a step are
/// drawn by seed and step alone.
/// </summary>
public sealed class RetrofitTrainer : IDisposable
{
    private readonly UpdateStep<float> _step;
    private readonly Executable.Slot _tokens;
    private readonly Executable.Slot _targets;
    private readonly int[] _corpus;
    private readonly int _length;
    private readonly RateSchedule _rate;
    private readonly ulong _seed;
    private readonly int[] _rowTokens;
    private readonly int[] _rowTargets;

    /// <summary>A trainer at the weights of a checkpoint, its moments zero.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <param name="loops">Which blocks loop.</param>
    /// <param name="corpus">Tokens (rows,L), row-major: each is read, and the next of its row predicted.</param>
    /// <param name="length">L.</param>
    /// <param name="rows">Rows of a step.</param>
    /// <param name="update">The update rule.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="seed">Seed of the rows.</param>
    /// <param name="backend">What runs it.</param>
    /// <exception cref="ArgumentException">
    /// A looped block or token does not exist, rows are longer than the positions or shorter than two tokens, or a number is out
    /// of its range.
    /// </exception>
    public RetrofitTrainer(
        PublicGpt2 model,
        LoopedLayers loops,
        int[] corpus,
        int length,
        int rows,
        UpdateRule update,
        RateSchedule rate,
        ulong seed,
        IBackend backend)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (length < 2 || corpus.Length == 0 || corpus.Length % length != 0)
        {
            throw new ArgumentException($"{corpus.Length} tokens are not rows of {length}, of which at least two are needed");
        }

        foreach (var token in corpus)
        {
            if (token < 0 || token >= model.Settings.Vocabulary)
            {
                throw new ArgumentException($"tokens must be from 0 to {model.Settings.Vocabulary - 1}, not {token}");
            }
        }

        (_corpus, _length, _rate, _seed) = (corpus, length, rate, seed);
        (_rowTokens, _rowTargets) = (new int[rows * length], new int[rows * length]);
        State = new DecoderState<float>(
            model.Weights,
            Zeros(model.Weights),
            Zeros(model.Weights),
            update.Average > 0 ? [.. model.Weights.Select(weight => weight.ToArray())] : null,
            0);
        _step = new UpdateStep<float>(
            RetrofitModel.Loss(model.Settings, loops, rows, length, ElementType.Float32), update, backend);
        _tokens = _step.Input(RetrofitModel.Tokens);
        _targets = _step.Input(RetrofitModel.Targets);
        _step.Load(State);

        static float[][] Zeros(IReadOnlyList<float[]> like) => [.. like.Select(array => new float[array.Length])];
    }

    /// <summary>Where training stands; the arrays are as <see cref="Store"/> last left them.</summary>
    public DecoderState<float> State { get; }

    /// <summary>Floating-point operations of a step.</summary>
    public long Flops => _step.Flops;

    /// <summary>Bytes of all values of a step.</summary>
    public long Bytes => _step.Bytes;

    /// <summary>Makes one update.</summary>
    /// <returns>The loss before it, and the gradient's norm before it is clipped.</returns>
    /// <exception cref="DivergenceException">Loss or gradient is not finite.</exception>
    public (double Loss, double GradientNorm) Step()
    {
        Draw();
        _tokens.Write<int>(_rowTokens);
        _targets.Write<int>(_rowTargets);
        var (loss, norm) = _step.Run(_rate.At(State.Step), State.Step + 1);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            throw new DivergenceException($"loss or gradient is not finite at step {State.Step + 1}");
        }

        State.Step++;
        return (loss, norm);
    }

    /// <summary>Copies weights, moments and running mean to <see cref="State"/>.</summary>
    public void Store() => _step.Store(State);

    /// <inheritdoc/>
    public void Dispose() => _step.Dispose();

    private void Draw()
    {
        var random = new Philox(_seed, $"rows of step {State.Step}");
        for (var row = 0; row < _rowTokens.Length / _length; row++)
        {
            var drawn = _corpus.AsSpan(random.NextInt(_corpus.Length / _length) * _length, _length);
            drawn.CopyTo(_rowTokens.AsSpan(row * _length));
            drawn[1..].CopyTo(_rowTargets.AsSpan(row * _length));
            _rowTargets[((row + 1) * _length) - 1] = Gpt2Model.Ignored;
        }
    }
}
