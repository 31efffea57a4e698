namespace Looped.Studies.ToyStudy;

/// <summary>The loss about the end of training, and along the way there.</summary>
/// <param name="Offsets">Offsets of the slices along eigenvectors, n of them, the end of training in the middle.</param>
/// <param name="Leading">The loss along the eigenvector of the largest eigenvalue, (n,).</param>
/// <param name="Second">The loss along that of the second largest, (n,).</param>
/// <param name="Eigenplane">The loss in the plane of both, (n,n): the leading one along columns.</param>
/// <param name="Straight">The loss on the straight line from the initialisation to the end, (n,): at equal parts of the way.</param>
/// <param name="PathX">The path's coordinates along its first principal direction, an epoch each; the end is at 0.</param>
/// <param name="PathY">The same along the second.</param>
/// <param name="PathShares">The shares of the two directions in the squared distances from the end.</param>
/// <param name="GridX">Where the plane of the path is measured along the first direction, (n,).</param>
/// <param name="GridY">Where it is measured along the second, (n,).</param>
/// <param name="Pathplane">The loss in that plane, (n,n): the first direction along columns.</param>
public sealed record LossSurface(
    IReadOnlyList<double> Offsets,
    IReadOnlyList<double> Leading,
    IReadOnlyList<double> Second,
    IReadOnlyList<double> Eigenplane,
    IReadOnlyList<double> Straight,
    IReadOnlyList<double> PathX,
    IReadOnlyList<double> PathY,
    IReadOnlyList<double> PathShares,
    IReadOnlyList<double> GridX,
    IReadOnlyList<double> GridY,
    IReadOnlyList<double> Pathplane)
{
    /// <summary>Stores the surface.</summary>
    public void Write(SeedArchive archive)
    {
        archive.Put("offsets", [.. Offsets]);
        archive.Put("leading", [.. Leading]);
        archive.Put("second", [.. Second]);
        archive.Put("eigenplane", [.. Eigenplane]);
        archive.Put("straight", [.. Straight]);
        archive.Put("path x", [.. PathX]);
        archive.Put("path y", [.. PathY]);
        archive.Put("path shares", [.. PathShares]);
        archive.Put("grid x", [.. GridX]);
        archive.Put("grid y", [.. GridY]);
        archive.Put("pathplane", [.. Pathplane]);
    }

    /// <summary>The surface that an archive holds; null where it holds none.</summary>
    /// <exception cref="InvalidDataException">It does not hold a whole one.</exception>
    public static LossSurface? Read(SeedArchive archive) => !archive.Has("offsets") ? null : new(
        archive.Numbers("offsets"),
        archive.Numbers("leading"),
        archive.Numbers("second"),
        archive.Numbers("eigenplane"),
        archive.Numbers("straight"),
        archive.Numbers("path x"),
        archive.Numbers("path y"),
        archive.Numbers("path shares"),
        archive.Numbers("grid x"),
        archive.Numbers("grid y"),
        archive.Numbers("pathplane"));
}
