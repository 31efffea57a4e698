using Looped.Models.Training;
using Looped.Studies.Settings;

namespace Looped.Studies.ToyStudy;

/// <summary>What becomes of the optimizer's state where SHIFT goes from one model to the other.</summary>
public enum OptimizerHandover
{
    /// <summary>Moments and number of steps go over.</summary>
    Keep,

    /// <summary>The optimizer starts anew.</summary>
    Reset,
}

/// <summary>
/// How SHIFT and longer sequences are measured beside the course of training. The paper gives the form of SHIFT's criterion
/// and none of these numbers.
/// </summary>
public sealed record MeasurementPlan
{
    /// <summary>The criterion that picks SHIFT's point.</summary>
    public ShiftCriterion Criterion { get; init; } = new();

    /// <summary>What becomes of the optimizer's state at the switch.</summary>
    public OptimizerHandover Handover { get; init; } = OptimizerHandover.Keep;

    /// <summary>Fresh draws of the training law that the validation loss is taken on.</summary>
    public int ValidationSamples { get; init; } = 10_000;

    /// <summary>Draws of each length.</summary>
    public int LengthSamples { get; init; } = 10_000;

    /// <summary>Lengths that models are tested on, context and target together.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [4, 5, 6, 7, 8, 10, 13, 16, 32];

    /// <summary>The options, as named on the command line and in files.</summary>
    public static IReadOnlyList<StudyOption<MeasurementPlan>> Options { get; } =
    [
        StudyOptions.Number<MeasurementPlan>(
            "shift-fall",
            "SHIFT's criterion: a fall of the validation loss over the window that is none, in nats",
            0,
            1000,
            false,
            plan => plan.Criterion.Fall,
            (plan, value) => plan with { Criterion = plan.Criterion with { Fall = value } }),
        StudyOptions.Integer<MeasurementPlan>(
            "shift-window",
            "SHIFT's criterion: epochs of its window",
            2,
            1_000_000,
            plan => plan.Criterion.Window,
            (plan, value) => plan with { Criterion = plan.Criterion with { Window = (int)value } }),
        StudyOptions.Number<MeasurementPlan>(
            "shift-unrest",
            "SHIFT's criterion: deviation over mean of the gradient's norm under which it has settled",
            0,
            1000,
            true,
            plan => plan.Criterion.Unrest,
            (plan, value) => plan with { Criterion = plan.Criterion with { Unrest = value } }),
        StudyOptions.Choice<MeasurementPlan, OptimizerHandover>(
            "shift-optimizer",
            "whether the optimizer's state goes over at SHIFT's switch",
            plan => plan.Handover,
            (plan, value) => plan with { Handover = value }),
        StudyOptions.Integer<MeasurementPlan>(
            "validation-samples",
            "fresh draws that the validation loss is taken on",
            1,
            10_000_000,
            plan => plan.ValidationSamples,
            (plan, value) => plan with { ValidationSamples = (int)value }),
        StudyOptions.Integer<MeasurementPlan>(
            "length-samples",
            "draws of each length of sequences",
            1,
            1_000_000,
            plan => plan.LengthSamples,
            (plan, value) => plan with { LengthSamples = (int)value }),
    ];

    private static IReadOnlyList<int> ShiftPoints { get; } = [0, 25, 50, 75, 100, 150, 200, 300];

    /// <summary>
    /// The shift points that are tried beside the criterion's, ascending: 0, which is Looped-Attn alone, some between, seven
    /// eighths of the epochs as a very late one, and the last epoch, which is Single-Attn alone.
    /// </summary>
    public static IReadOnlyList<int> PointsWithin(int epochs)
    {
        var late = (int)(7L * epochs / 8);
        return [.. ShiftPoints.Where(point => point < late), late, epochs];
    }
}
