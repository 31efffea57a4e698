namespace Looped.Studies.ToyStudy;

/// <summary>The geometry of one model's training.</summary>
/// <param name="Name"><c>single</c> or <c>looped</c>.</param>
/// <param name="ParameterCount">P.</param>
/// <param name="NullDimension">The structural null dimension.</param>
/// <param name="NullProbes">Gradients and Hessian-vector products that were stacked to find it.</param>
/// <param name="Trained">Training by the run's optimizer.</param>
/// <param name="Descent">Gradient descent from the same initialisation.</param>
/// <param name="DominantLoss">
/// The loss of gradient descent on the gradient's projection on the dominant subspace, at each epoch from 0; shorter where
/// it diverged.
/// </param>
/// <param name="BulkLoss">The loss of gradient descent on what the projection leaves, likewise.</param>
/// <param name="TestAccuracy">Accuracy on fresh draws at each epoch of <paramref name="Trained"/>.</param>
/// <param name="TestCeiling">What the best predictor by the full context attains on them.</param>
/// <param name="Surface">The loss about the end of training; null where training diverged.</param>
public sealed record ModelGeometry(
    string Name,
    int ParameterCount,
    int NullDimension,
    int NullProbes,
    MotionCourse Trained,
    MotionCourse Descent,
    IReadOnlyList<double> DominantLoss,
    IReadOnlyList<double> BulkLoss,
    IReadOnlyList<double> TestAccuracy,
    double TestCeiling,
    LossSurface? Surface);

/// <summary>The geometry of both models' training under one seed in one world.</summary>
/// <param name="Models">The models.</param>
public sealed record GeometryPart(IReadOnlyList<ModelGeometry> Models)
{
    private static readonly string[] Names = ["single", "looped"];

    /// <summary>A model by name; null where it was not trained.</summary>
    public ModelGeometry? Model(string name) => Models.FirstOrDefault(model => model.Name == name);

    /// <summary>Stores the part.</summary>
    public void Write(SeedArchive archive)
    {
        foreach (var model in Models)
        {
            var part = archive.Part(model.Name);
            part.Put("sizes", [(long)model.ParameterCount, model.NullDimension, model.NullProbes]);
            model.Trained.Write(part.Part("trained"));
            model.Descent.Write(part.Part("descent"));
            part.Put("dominant loss", [.. model.DominantLoss]);
            part.Put("bulk loss", [.. model.BulkLoss]);
            part.Put("test accuracy", [.. model.TestAccuracy]);
            part.Put("test ceiling", model.TestCeiling);
            model.Surface?.Write(part.Part("surface"));
        }
    }

    /// <summary>The part that an archive holds; null where it holds none.</summary>
    /// <exception cref="InvalidDataException">It does not hold a whole one.</exception>
    public static GeometryPart? Read(SeedArchive archive)
    {
        ModelGeometry[] models =
        [
            .. Names.Select(name => (Name: name, Part: archive.Part(name)))
                .Where(model => model.Part.Has("sizes"))
                .Select(model => Read(model.Name, model.Part)),
        ];
        return models.Length == 0 ? null : new GeometryPart(models);
    }

    private static ModelGeometry Read(string name, SeedArchive part)
    {
        var sizes = part.Integers("sizes");
        return new ModelGeometry(
            name,
            (int)sizes[0],
            (int)sizes[1],
            (int)sizes[2],
            MotionCourse.Read(part.Part("trained")),
            MotionCourse.Read(part.Part("descent")),
            part.Numbers("dominant loss"),
            part.Numbers("bulk loss"),
            part.Numbers("test accuracy"),
            part.Number("test ceiling"),
            LossSurface.Read(part.Part("surface")));
    }
}
