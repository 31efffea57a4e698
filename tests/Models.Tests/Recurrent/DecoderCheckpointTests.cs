using Looped.Models.Gpt2;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;
using Looped.Models.Training;

namespace Looped.Models.Tests.Recurrent;

public sealed class DecoderCheckpointTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("looped-tests-");

    private string PathOf => Path.Combine(_folder.FullName, "a.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_read_is_what_was_written(bool average)
    {
        var written = Checkpoint(average);
        written.Write(PathOf);
        var read = DecoderCheckpoint.Read(PathOf);
        Assert.Equal(written.State.Weights, read.State.Weights);
        Assert.Equal(written.State.First, read.State.First);
        Assert.Equal(written.State.Second, read.State.Second);
        Assert.Equal(written.State.Average, read.State.Average);
        Assert.Equal(written.Shift, read.Shift);
        Assert.Equal(
            ("copy", written.Model, 12, 5ul, int.MaxValue, 3, 1L << 60, "{\"a\":1}"),
            (read.Task.Name, read.Model, read.State.Step, read.Seed, read.Most, read.Longest, read.Flops, read.Settings));
        var plan = new ShiftByCriterion(new ShiftCriterion(), 7);
        Assert.Equal([0.5, 0.25], read.ShiftLog(plan).Losses);
        Assert.Equal([3.5], read.ShiftLog(plan).StepNorms);
    }

    [Fact]
    public void Equal_states_give_equal_bytes()
    {
        Checkpoint(true).Write(PathOf);
        var bytes = File.ReadAllBytes(PathOf);
        Checkpoint(true).Write(PathOf);
        Assert.Equal(bytes, File.ReadAllBytes(PathOf));
    }

    /// <summary>Bytes all over the file: wherever one differs, in header, metadata or tensors, the file is refused.</summary>
    [Fact]
    public void A_file_that_differs_in_one_byte_is_refused()
    {
        Checkpoint(false).Write(PathOf);
        var sound = File.ReadAllBytes(PathOf);
        for (var at = 0; at < sound.Length; at += 37)
        {
            byte[] damaged = [.. sound];
            damaged[at] ^= 8;
            File.WriteAllBytes(PathOf, damaged);
            Assert.Throws<InvalidDataException>(() => DecoderCheckpoint.Read(PathOf));
        }
    }

    private static DecoderCheckpoint Checkpoint(bool average)
    {
        var model = new Gpt2Settings(Width: 4, Layers: 1, Heads: 2, Vocabulary: 6, Outputs: 6);
        var state = DecoderState<float>.Initialize(model, 3, average);
        state.First[2][1] = 0.1f;
        state.Second[3][0] = float.Epsilon;
        state.Step = 12;
        return new DecoderCheckpoint
        {
            Task = new Copy(),
            Model = model,
            State = state,
            Seed = 5,
            Most = int.MaxValue,
            Longest = 3,
            Flops = 1L << 60,
            Settings = "{\"a\":1}",
            Shift = [[0.5, 0.25], [1, 2], [3.5]],
        };
    }
}
