using System.Collections.Immutable;
using Looped.Analysis;
using Looped.Studies.Settings;

namespace Looped.Studies.ToyStudy;

/// <summary>How the geometry of training is measured and judged. The paper gives none of these numbers.</summary>
public sealed record GeometryPlan
{
    /// <summary>The options, as named on the command line and in files.</summary>
    public static IReadOnlyList<StudyOption<GeometryPlan>> Options { get; } =
    [
        StudyOptions.Integer<GeometryPlan>(
            "window",
            "steps for which a valley and a river are kept",
            2,
            1_000_000,
            plan => plan.Window,
            (plan, v) => plan with { Window = (int)v }),
        StudyOptions.Number<GeometryPlan>(
            "descent-lr",
            "step of the gradient descents beside each run",
            0,
            1000,
            true,
            plan => plan.DescentRate,
            (plan, v) => plan with { DescentRate = v }),
        StudyOptions.Integer<GeometryPlan>(
            "dominant",
            "dimension of the dominant subspace, at most that of theta",
            1,
            1_000_000,
            plan => plan.Dominant,
            (plan, v) => plan with { Dominant = (int)v }),
        StudyOptions.Number<GeometryPlan>(
            "u-delta",
            "a valley is U-shaped up to the condition number 1 + delta",
            0,
            1e6,
            false,
            plan => plan.Delta,
            (plan, v) => plan with { Delta = v }),
        StudyOptions.Number<GeometryPlan>(
            "v-threshold",
            "a valley is V-shaped from this condition number on, above 1 + u-delta",
            1,
            1e12,
            true,
            plan => plan.Threshold,
            (plan, v) => plan with { Threshold = v }),
    ];

    /// <summary>Steps of a window: valley and river are those of its first step.</summary>
    public int Window { get; init; } = 20;

    /// <summary>
    /// eta of gradient descent, of which the theory speaks, the same for both models: the largest of 0.05, 0.1, 0.2, 0.5 and 1
    /// at which neither diverges on seeds 0 to 4 of either world at the study's settings.
    /// </summary>
    public double DescentRate { get; init; } = 0.2;

    /// <summary>k of the dominant subspace: the number of classes (Song et al. 2024).</summary>
    public int Dominant { get; init; } = 3;

    /// <summary>delta: a valley whose condition number is at most one more than this is U-shaped.</summary>
    public double Delta { get; init; } = 1;

    /// <summary>A valley whose condition number is at least this is V-shaped.</summary>
    public double Threshold { get; init; } = 10;

    /// <summary>The epsilon, relative to the largest eigenvalue, under which the shape of valleys is judged.</summary>
    public ImmutableArray<double> Epsilons { get; init; } = [1e-5, 1e-4, 1e-3, 1e-2];

    /// <summary>The thresholds of Assumption 1, in the units of the Hessian.</summary>
    public ImmutableArray<double> Thresholds { get; init; } = [0.01, 0.1, 1];

    /// <summary>Fresh draws of the training law that the test accuracy is taken on.</summary>
    public int TestSamples { get; init; } = 10_000;

    /// <summary>Points of a slice of the loss in each direction; odd, so that the end of training is one.</summary>
    public int SlicePoints { get; init; } = 41;

    /// <summary>How far a slice along eigenvectors goes from the end of training, in the length of theta.</summary>
    public double SliceRadius { get; init; } = 2;

    /// <summary>Checks what no single option can.</summary>
    /// <exception cref="SettingException">Settings contradict each other.</exception>
    public void Validate()
    {
        if (Threshold <= 1 + Delta)
        {
            throw new SettingException(
                $"v-threshold must be above 1 + u-delta = {StudyOptions.Text(1 + Delta)}, not '{StudyOptions.Text(Threshold)}'");
        }
    }

    /// <summary>The plan that the seeds of a world were measured by.</summary>
    public static GeometryPlan Of(WorldSeeds world) => world.Seeds[0].GeometryPlan;

    /// <summary>The criteria of a valley at one epsilon, relative to the largest eigenvalue.</summary>
    public ValleyCriteria Criteria(double epsilon) => new(Delta, Threshold, epsilon);
}
