using System.Globalization;
using Looped.Models.Recurrent;

namespace Looped.Studies.Algorithmic;

/// <summary>The checkpoints of a run: files <c>checkpoints/step-N.safetensors</c>, of which the last few are kept.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="keep">How many.</param>
public sealed class CheckpointFolder(RunFolder folder, int keep)
{
    private const string FolderName = "checkpoints";
    private const string Prefix = "step-";
    private const string Suffix = ".safetensors";

    private string Path => folder.PathOf(FolderName);

    /// <summary>Writes one, and then deletes those that are no longer kept.</summary>
    public void Write(DecoderCheckpoint checkpoint)
    {
        Directory.CreateDirectory(Path);
        var step = checkpoint.State.Step.ToString("D9", CultureInfo.InvariantCulture);
        checkpoint.Write(System.IO.Path.Combine(Path, $"{Prefix}{step}{Suffix}"));
        foreach (var (_, path) in Files().Skip(keep))
        {
            File.Delete(path);
        }
    }

    /// <summary>The newest one that is sound; null where there is none.</summary>
    /// <param name="finalName">The file in the run's folder that the end of training leaves, newer than all others.</param>
    /// <param name="leftOut">Is told of each newer one that is not.</param>
    public DecoderCheckpoint? Newest(string finalName, Action<string> leftOut)
    {
        ArgumentNullException.ThrowIfNull(leftOut);
        var final = folder.PathOf(finalName);
        foreach (var path in Files().Select(file => file.Path).Prepend(final).Where(File.Exists))
        {
            try
            {
                return DecoderCheckpoint.Read(path);
            }
            catch (InvalidDataException failure)
            {
                leftOut(failure.Message);
            }
        }

        return null;
    }

    /// <summary>Deletes what killed processes have left behind of files that they were about to write.</summary>
    public void DeleteRemains()
    {
        foreach (var place in new[] { folder.Path, Path }.Where(Directory.Exists))
        {
            foreach (var path in Directory.EnumerateFiles(place, ".*.tmp"))
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>The checkpoints that a run has left, the oldest first.</summary>
    /// <param name="run">The run's folder, which need not be locked.</param>
    public static IReadOnlyList<(long Step, string Path)> Of(string run) =>
        [.. FilesIn(System.IO.Path.Combine(run, FolderName)).Reverse()];

    /// <summary>The files there are, the newest first.</summary>
    private IEnumerable<(long Step, string Path)> Files() => FilesIn(Path);

    private static IEnumerable<(long Step, string Path)> FilesIn(string place) => Directory.Exists(place)
        ? Directory.EnumerateFiles(place, $"{Prefix}*{Suffix}")
            .Select(path => (Step: StepOf(path), Path: path))
            .Where(file => file.Step >= 0)
            .OrderByDescending(file => file.Step)
            .ToList()
        : [];

    private static long StepOf(string path) =>
        long.TryParse(
            System.IO.Path.GetFileName(path)[Prefix.Length..^Suffix.Length],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var step)
            ? step
            : -1;
}
