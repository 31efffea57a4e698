using System.CommandLine;
using Looped.Models.Recurrent;

namespace Looped.Cli;

/// <summary>A checkpoint that a command is given.</summary>
internal static class CheckpointInput
{
    /// <summary>The file, for a command.</summary>
    public static Argument<string> Argument() => new("file")
    {
        Description = "a run's final.safetensors, one of its checkpoints, or the run's folder",
    };

    /// <summary>Reads it.</summary>
    /// <exception cref="UserException">There is none.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or no checkpoint.</exception>
    public static DecoderCheckpoint Read(string path)
    {
        if (Directory.Exists(path))
        {
            path = Path.Combine(path, Studies.Algorithmic.AlgorithmicRun.FinalName);
        }

        return File.Exists(path)
            ? DecoderCheckpoint.Read(path)
            : throw new UserException($"there is no file {path}");
    }
}
