using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Looped.Models.Gpt2;
using Looped.Models.Recurrent;

namespace Looped.Cli;

/// <summary><c>looped info FILE</c>: what a checkpoint holds.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var file = CheckpointInput.Argument();
        var command = new Command("info", "Says what a checkpoint of a run on an algorithmic task holds.") { file };
        command.SetAction(parsed => UserErrors.Guard(() =>
        {
            foreach (var line in Lines(CheckpointInput.Read(parsed.GetValue(file)!)))
            {
                Console.WriteLine(line);
            }

            return 0;
        }));
        return command;
    }

    private static IEnumerable<string> Lines(DecoderCheckpoint checkpoint)
    {
        var model = checkpoint.Model;
        var layout = Gpt2Weights.Of(model);
        var parameters = layout.Sum(weight => weight.Shape.Size);
        yield return $"task        {checkpoint.Task.Name}: {checkpoint.Task.Description}";
        yield return $"model       width {model.Width}, layers {model.Layers}, heads {model.Heads}, vocabulary {model.Vocabulary}; " +
            string.Create(CultureInfo.InvariantCulture, $"{parameters} parameters in {layout.Count} tensors, float32");
        yield return checkpoint.Most == 1
            ? "loops       1"
            : $"loops       each sample's own" + (checkpoint.Most < int.MaxValue ? $", at most {checkpoint.Most}" : "");
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"training    {checkpoint.State.Step} steps, lengths up to {checkpoint.Longest}, seed {checkpoint.Seed}, " +
            $"{checkpoint.Flops / 1e9:0.0} GFLOP");
        yield return "optimizer   two moments of each weight" +
            (checkpoint.State.Average is null ? "" : ", and the weights' running mean, which answers");
        yield return "checksum    right";
        using var settings = JsonDocument.Parse(checkpoint.Settings);
        yield return "settings    " + string.Join(", ", settings.RootElement.EnumerateObject()
            .Select(member => $"{member.Name} {member.Value}"));
    }
}
