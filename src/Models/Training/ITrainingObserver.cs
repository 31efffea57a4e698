namespace Looped.Models.Training;

/// <summary>Looks at a model while it is trained. Measurements plug in here; the trainer knows none of them.</summary>
public interface ITrainingObserver
{
    /// <summary>Called once with the initialisation (epoch 0) and once after the last update of each epoch.</summary>
    void Observe(in TrainingState state);
}

/// <summary>Where training stands. The spans are the trainer's own memory: copy what is to be kept.</summary>
/// <param name="epoch">Epochs done; 0 is the initialisation.</param>
/// <param name="loss">Loss on the whole training set at theta.</param>
/// <param name="theta">Parameters, (P,).</param>
/// <param name="gradient">Gradient of the loss on the whole training set at theta, (P,).</param>
public readonly ref struct TrainingState(
    int epoch, double loss, ReadOnlySpan<double> theta, ReadOnlySpan<double> gradient)
{
    /// <summary>Epochs done; 0 is the initialisation.</summary>
    public int Epoch { get; } = epoch;

    /// <summary>Loss on the whole training set at theta.</summary>
    public double Loss { get; } = loss;

    /// <summary>Parameters, (P,).</summary>
    public ReadOnlySpan<double> Theta { get; } = theta;

    /// <summary>Gradient of the loss on the whole training set at theta, (P,).</summary>
    public ReadOnlySpan<double> Gradient { get; } = gradient;

    /// <summary>Euclidean norm of <see cref="Gradient"/>.</summary>
    public double GradientNorm
    {
        get
        {
            var squares = 0.0;
            foreach (var component in Gradient)
            {
                squares += component * component;
            }

            return Math.Sqrt(squares);
        }
    }
}
