using System.Collections.Immutable;

namespace Looped.Studies.ToyStudy;

/// <summary>How the geometry of training is measured and judged. The paper gives none of these numbers.</summary>
public sealed record GeometryPlan
{
    /// <summary>The plan of the study.</summary>
    public static GeometryPlan Default { get; } = new();

    /// <summary>Steps of a window: valley and river are those of its first step.</summary>
    public int Window { get; init; } = 20;

    /// <summary>
    /// eta of gradient descent, of which the theory speaks, the same for both models: the largest of 0.05, 0.1, 0.2, 0.5 and 1
    /// at which neither diverges on seeds 0 to 4 of either world at the study's settings.
    /// </summary>
    public double DescentRate { get; init; } = 0.2;

    /// <summary>k of the dominant subspace: the number of classes (Song et al. 2024).</summary>
    public int Dominant { get; init; } = 3;

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
}
