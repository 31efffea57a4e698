using Looped.Models.Tasks;
using Looped.Models.Training;

namespace Looped.Studies.Algorithmic;

/// <summary>How large a run is, where its settings do not say otherwise.</summary>
public enum RunScale
{
    /// <summary>Minutes on two cores: width 64, short lengths.</summary>
    Tiny,

    /// <summary>Hours on two cores: width 128, middle lengths.</summary>
    Small,

    /// <summary>The published setting, for a GPU.</summary>
    Paper,
}

/// <summary>The numbers that a scale gives a task.</summary>
/// <param name="Width">Width of the model.</param>
/// <param name="Heads">Heads: as many for the width as in the published setting, where the width is 256.</param>
/// <param name="Steps">Steps of training.</param>
/// <param name="Curriculum">Lengths of training.</param>
/// <param name="TestLength">The greatest length tested.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="EvaluateEvery">Steps between evaluations.</param>
/// <param name="Samples">Samples of an evaluation, in and out of the training lengths each.</param>
/// <param name="FinalSamples">Samples of the evaluation at the end, over all lengths.</param>
/// <param name="ShiftEpoch">Steps of an epoch of SHIFT's criterion.</param>
/// <param name="Criterion">That criterion.</param>
internal sealed record ScaleNumbers(
    int Width,
    int Heads,
    long Steps,
    Curriculum Curriculum,
    int TestLength,
    double Rate,
    int EvaluateEvery,
    int Samples,
    int FinalSamples,
    int ShiftEpoch,
    ShiftCriterion Criterion)
{
    private const int PublishedWidth = 256;

    /// <summary>The numbers of a task at a scale.</summary>
    public static ScaleNumbers Of(AlgorithmicTask task, RunScale scale)
    {
        return scale switch
        {
            RunScale.Tiny => Shorter(64, 4_000, Math.Min(6, task.Curriculum.End / 2), 100, 3e-3) with
            {
                EvaluateEvery = 200, Samples = 256, FinalSamples = 1024, ShiftEpoch = 20,

                // Few and noisy epochs: falls and norms settle less than over many.
                Criterion = new ShiftCriterion(Fall: 0.01, Window: 10, Unrest: 0.5),
            },
            RunScale.Small => Shorter(128, 10_000, task.Curriculum.End * 3 / 5, 400, 5e-4) with { ShiftEpoch = 100 },
            _ => new ScaleNumbers(
                PublishedWidth,
                task.Heads,
                50_001,
                task.Curriculum,
                task.TestLength,
                1e-4,
                EvaluateEvery: 1000,
                Samples: 512,
                FinalSamples: 6400,
                ShiftEpoch: 200,
                Criterion: new ShiftCriterion()),
        };

        ScaleNumbers Shorter(int width, long steps, int end, int interval, double rate) => new(
            width,
            Math.Max(1, task.Heads * width / PublishedWidth),
            steps,
            new Curriculum(1, end, interval),
            task.TestLength * end / task.Curriculum.End,
            rate,
            EvaluateEvery: 1000,
            Samples: 512,
            FinalSamples: 6400,
            ShiftEpoch: 200,
            Criterion: new ShiftCriterion());
    }
}
