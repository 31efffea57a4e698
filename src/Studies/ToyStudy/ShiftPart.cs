using Looped.Tensors;

namespace Looped.Studies.ToyStudy;

/// <summary>What became of one shift point. Numbers that training did not reach are NaN.</summary>
/// <param name="Point">Epochs of Single-Attn: 0 is Looped-Attn alone, the last epoch Single-Attn alone.</param>
/// <param name="Accuracy">Accuracy on the training set, mean over the last 5 % of epochs.</param>
/// <param name="ValidationAccuracy">Accuracy on the validation set, mean over the last 5 % of epochs.</param>
/// <param name="ValidationLoss">Validation loss in nats, mean over the last 5 % of epochs.</param>
/// <param name="Drop">
/// Training accuracy of Single-Attn at the switch less that of Looped-Attn with the same parameters; NaN where no model was
/// switched.
/// </param>
/// <param name="Recovery">
/// Epochs from the switch until training accuracy is back within <see cref="RecoveryMargin"/> of that before it; infinite
/// where it never is, NaN where no model was switched.
/// </param>
public sealed record ShiftOutcome(
    int Point,
    double Accuracy,
    double ValidationAccuracy,
    double ValidationLoss,
    double Drop,
    double Recovery)
{
    /// <summary>Accuracy has recovered when it is at most this much under what it was.</summary>
    public const double RecoveryMargin = 0.01;
}

/// <summary>SHIFT under one seed in one world: the criterion's choice, what it saw, and a sweep of shift points.</summary>
/// <param name="Epochs">Epochs of training.</param>
/// <param name="Plateau">Epoch at which the criterion found a plateau; null where it found none.</param>
/// <param name="Point">The criterion's shift point, plateau plus wait; null where it chose none before the last epoch.</param>
/// <param name="ValidationLoss">Single-Attn's validation loss in nats at every epoch from 0.</param>
/// <param name="GradientNorm">Single-Attn's gradient norm at every epoch from 0.</param>
/// <param name="Accuracy">Training accuracy of SHIFT at the criterion's point at every epoch; at it, of Looped-Attn.</param>
/// <param name="Sweep">The fixed points, ascending, from Looped-Attn alone to Single-Attn alone.</param>
/// <param name="Chosen">The criterion's point; Single-Attn alone where it chose none.</param>
/// <param name="Single">Cost of an epoch of Single-Attn.</param>
/// <param name="Looped">Cost of an epoch of Looped-Attn.</param>
public sealed record ShiftPart(
    int Epochs,
    int? Plateau,
    int? Point,
    IReadOnlyList<double> ValidationLoss,
    IReadOnlyList<double> GradientNorm,
    IReadOnlyList<double> Accuracy,
    IReadOnlyList<ShiftOutcome> Sweep,
    ShiftOutcome Chosen,
    EpochCost Single,
    EpochCost Looped)
{
    private const int OutcomeNumbers = 6;

    /// <summary>Looped-Attn alone.</summary>
    public ShiftOutcome LoopedAlone => Sweep[0];

    /// <summary>Single-Attn alone.</summary>
    public ShiftOutcome SingleAlone => Sweep[^1];

    /// <summary>The fixed point with the latest switch: very late, unless there are but a few epochs.</summary>
    public ShiftOutcome Latest => Sweep[^2];

    /// <summary>
    /// How many times cheaper in counted operations a shift point is, to the last epoch, than Looped-Attn alone. What
    /// watching the validation loss costs is counted nowhere.
    /// </summary>
    public double SpeedUpInFlops(int point) => SpeedUp(point, cost => cost.Flops);

    /// <summary>The same in wall time.</summary>
    public double SpeedUpInTime(int point) => SpeedUp(point, cost => cost.Seconds);

    /// <summary>Stores the part.</summary>
    public void Write(SeedArchive archive)
    {
        archive.Put("points of criterion", [Plateau ?? -1, Point ?? -1]);
        archive.Put("validation loss", [.. ValidationLoss]);
        archive.Put("gradient norm", [.. GradientNorm]);
        archive.Put("accuracy", [.. Accuracy]);
        archive.Put("sweep", new Shape(Sweep.Count, OutcomeNumbers), [.. Sweep.SelectMany(Numbers)]);
        archive.Put("chosen", Numbers(Chosen));
        archive.Put("epoch cost", new Shape(2, 2), [Single.Seconds, Single.Flops, Looped.Seconds, Looped.Flops]);
        archive.Put("epochs", [(long)Epochs]);
    }

    /// <summary>The part that an archive holds.</summary>
    /// <exception cref="InvalidDataException">It holds none, or not a whole one.</exception>
    public static ShiftPart Read(SeedArchive archive)
    {
        var points = archive.Integers("points of criterion");
        var cost = archive.Numbers("epoch cost");
        var sweep = archive.Numbers("sweep");
        var chosen = archive.Numbers("chosen");
        if (points.Length != 2 || cost.Length != 4 || chosen.Length != OutcomeNumbers ||
            sweep.Length % OutcomeNumbers != 0 || archive.Integers("epochs") is not [var epochs])
        {
            throw new InvalidDataException("The measurements of SHIFT are not whole.");
        }

        return new ShiftPart(
            (int)epochs,
            points[0] < 0 ? null : (int)points[0],
            points[1] < 0 ? null : (int)points[1],
            archive.Numbers("validation loss"),
            archive.Numbers("gradient norm"),
            archive.Numbers("accuracy"),
            [.. sweep.Chunk(OutcomeNumbers).Select(Outcome)],
            Outcome(chosen),
            new EpochCost(cost[0], cost[1]),
            new EpochCost(cost[2], cost[3]));
    }

    private static double[] Numbers(ShiftOutcome outcome) =>
    [
        outcome.Point,
        outcome.Accuracy,
        outcome.ValidationAccuracy,
        outcome.ValidationLoss,
        outcome.Drop,
        outcome.Recovery,
    ];

    private static ShiftOutcome Outcome(double[] numbers) =>
        new((int)numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);

    private double SpeedUp(int point, Func<EpochCost, double> cost) =>
        Epochs * cost(Looped) / ((point * cost(Single)) + ((Epochs - point) * cost(Looped)));
}
