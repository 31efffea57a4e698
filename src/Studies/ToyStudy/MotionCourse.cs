using Looped.Analysis;
using Looped.Tensors;

namespace Looped.Studies.ToyStudy;

/// <summary>One training seen in the valleys and rivers of its Hessians; one that diverged ends early.</summary>
/// <param name="Rate">eta of the cumulative force.</param>
/// <param name="Loss">The loss at each epoch from 0.</param>
/// <param name="Rows">Each epoch from 0.</param>
/// <param name="Windows">Each window.</param>
public sealed record MotionCourse(
    double Rate,
    IReadOnlyList<double> Loss,
    IReadOnlyList<MotionRow> Rows,
    IReadOnlyList<WindowRow> Windows)
{
    private const int ShareNumbers = 3;
    private const int BlockNumbers = 3;
    private const int RiverNumbers = 4;
    private const int ForceNumbers = 10;

    /// <summary>Stores the course.</summary>
    public void Write(SeedArchive archive)
    {
        archive.Put("rate", Rate);
        archive.Put("loss", [.. Loss]);
        archive.Put("epoch", [.. Rows.Select(row => (long)row.Epoch)]);
        Put("gradient shares", ShareNumbers, Rows, row => Flat(row.Gradient));
        Put("update shares", ShareNumbers, Rows, row => Flat(row.Update));
        Put("top shares", GeometrySchedule.TopCounts.Count, Rows, row => row.Top);
        Put("block norms", BlockNumbers, Rows, row => [row.Blocks.Valley, row.Blocks.River, row.Blocks.Coupling]);
        archive.Put("window epoch", [.. Windows.Select(window => (long)window.Epoch)]);
        archive.Put("window steps", [.. Windows.Select(window => (long)window.Force.Steps)]);
        archive.Put("window valley", [.. Windows.Select(window => (long)window.ValleySize)]);
        archive.Put("window hopping", [.. Windows.Select(window => window.Hopping)]);
        archive.Put("window hopping rates", [.. Windows.SelectMany(window => window.HoppingRates)]);
        Put("window river", RiverNumbers, Windows, window =>
            [window.RiverPath, window.RiverDisplacement, window.FreeRiverPath, window.FreeRiverDisplacement]);
        Put("window force", ForceNumbers, Windows, window => Flat(window.Force));

        void Put<T>(string name, int width, IReadOnlyList<T> rows, Func<T, IEnumerable<double>> numbers) =>
            archive.Put(name, new Shape(rows.Count, width), [.. rows.SelectMany(numbers)]);
    }

    /// <summary>The course that an archive holds.</summary>
    /// <exception cref="InvalidDataException">It holds none, or not a whole one.</exception>
    public static MotionCourse Read(SeedArchive archive)
    {
        var (gradient, update) = (Rows("gradient shares", ShareNumbers), Rows("update shares", ShareNumbers));
        var (top, blocks) = (Rows("top shares", GeometrySchedule.TopCounts.Count), Rows("block norms", BlockNumbers));
        var (steps, sizes) = (archive.Integers("window steps"), archive.Integers("window valley"));
        var (hopping, rates) = (archive.Numbers("window hopping"), archive.Numbers("window hopping rates"));
        var (river, force) = (Rows("window river", RiverNumbers), Rows("window force", ForceNumbers));
        var offset = 0;
        return new MotionCourse(
            archive.Number("rate"),
            archive.Numbers("loss"),
            [
                .. archive.Integers("epoch").Select((epoch, i) => new MotionRow(
                    (int)epoch,
                    Shares(gradient[i]),
                    Shares(update[i]),
                    top[i],
                    new BlockNorms(blocks[i][0], blocks[i][1], blocks[i][2]))),
            ],
            [
                .. archive.Integers("window epoch").Select((epoch, i) =>
                {
                    var size = (int)sizes[i];
                    offset += size;
                    return new WindowRow(
                        (int)epoch,
                        size,
                        hopping[i],
                        rates[(offset - size)..offset],
                        river[i][0],
                        river[i][1],
                        river[i][2],
                        river[i][3],
                        Force((int)steps[i], force[i]));
                }),
            ]);

        double[][] Rows(string name, int width) => [.. archive.Numbers(name).Chunk(width)];
    }

    private static double[] Flat(MotionShares shares) => [shares.Valley, shares.River, shares.Null];

    private static MotionShares Shares(double[] flat) => new(flat[0], flat[1], flat[2]);

    private static double[] Flat(ForceRow force) =>
    [
        force.RateTimesLargest, force.Start, force.Measured, force.Unforced, force.Coupling, force.LowerMultiple,
        force.FirstTrace, force.FirstSharp, force.LowerTrace, force.LowerSharp,
    ];

    private static ForceRow Force(int steps, double[] flat) => new(
        steps, flat[0], flat[1], flat[2], flat[3], flat[4], flat[5], flat[6], flat[7], flat[8], flat[9]);
}
