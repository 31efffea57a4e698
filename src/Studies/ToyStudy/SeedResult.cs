using Looped.Studies.Toy;

namespace Looped.Studies.ToyStudy;

/// <summary>Everything measured under one seed in one world.</summary>
/// <param name="World">The kind of data.</param>
/// <param name="Settings">The settings, with the world's and the seed's.</param>
/// <param name="Course">Both models through training.</param>
public sealed record SeedResult(StudyWorld World, ToySettings Settings, ToyResult Course)
{
    /// <summary>How what follows was measured.</summary>
    public MeasurementPlan Plan { get; init; } = new();

    /// <summary>SHIFT and its sweep of shift points.</summary>
    public ShiftPart? Shift { get; init; }

    /// <summary>Both models and SHIFT on longer sequences.</summary>
    public LengthPart? Lengths { get; init; }

    /// <summary>How valley and river were measured, and are judged.</summary>
    public GeometryPlan GeometryPlan { get; init; } = new();

    /// <summary>Both models' training in valley and river; null where not every epoch has a spectrum.</summary>
    public GeometryPart? Geometry { get; init; }
}
