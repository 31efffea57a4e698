using Looped.Autodiff;
using Looped.Kernels.Cpu;
using Looped.Models.Recurrent;
using Looped.Models.Retrofit;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Models.Tests.Retrofit;

public class RetrofitTests
{
    private static readonly PublicGpt2Settings Small = new(Width: 12, Layers: 4, Heads: 3, Vocabulary: 11, Positions: 7);

    [Theory]
    [InlineData("0", 1)]
    [InlineData("3", 2)]
    [InlineData("1-2", 3)]
    public void Logits_are_those_of_the_public_model_with_its_blocks_in_loops(string layers, int loops)
    {
        var model = Random(Small, seed: 5);
        var looped = LoopedLayers.Parse(layers, loops)!;
        int[] tokens = [3, 0, 10, 7, 7, 1];
        using var executable = RetrofitModel.Loss(Small, looped, 1, tokens.Length, ElementType.Float64).Compile(new CpuBackend());
        foreach (var (weight, values) in PublicGpt2.Layout(Small).Zip(model.Weights))
        {
            executable.Input(weight.Name).Write<double>(Array.ConvertAll(values, value => (double)value));
        }

        executable.Input(RetrofitModel.Tokens).Write<int>(tokens);
        executable.Input(RetrofitModel.Targets).Write<int>([0, 10, 7, 7, 1, -1]);
        executable.Execute();
        var logits = new double[tokens.Length * Small.Vocabulary];
        executable.Output(RetrofitModel.Logits).Read<double>(logits);

        var expected = new PlainGpt2(model).Logits(tokens, looped.Order(Small.Layers)).SelectMany(row => row).ToArray();
        Assert.All(expected.Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void Blocks_are_applied_in_order_and_the_named_ones_in_turn()
    {
        Assert.Equal([0, 1, 2, 3], new LoopedLayers(1, 2, 1).Order(4));
        Assert.Equal([0, 1, 2, 1, 2, 1, 2, 3], new LoopedLayers(1, 2, 3).Order(4));
        Assert.Equal([0, 0, 1], new LoopedLayers(0, 0, 2).Order(2));
        Assert.Throws<ArgumentException>(() => new LoopedLayers(1, 4, 2).Order(4).Count());
    }

    [Theory]
    [InlineData("4-7", 4, 7)]
    [InlineData("0", 0, 0)]
    public void Ranges_of_blocks_are_read(string text, int first, int last) =>
        Assert.Equal(new LoopedLayers(first, last, 2), LoopedLayers.Parse(text, 2));

    [Theory]
    [InlineData("7-4")]
    [InlineData("-4")]
    [InlineData("4-")]
    [InlineData("all")]
    [InlineData("99999999999")]
    public void Other_texts_are_no_range(string text) => Assert.Null(LoopedLayers.Parse(text, 2));

    [Theory]
    [InlineData("")]
    [InlineData("transformer.")]
    public void Checkpoints_are_read_with_or_without_the_prefix_and_without_their_buffers(string prefix)
    {
        var model = Random(Small, seed: 1);
        using var file = new TemporaryCheckpoint(Tensors(model, prefix)
            .Append(new($"{prefix}h.0.attn.bias", NpyArray.Create<byte>(new Shape(1, 1, 2, 2), [1, 0, 1, 1])))
            .Append(new($"{prefix}h.3.attn.masked_bias", NpyArray.Create<float>(Shape.Scalar, [-1e4f])))
            .Append(new($"{prefix}lm_head.weight", Tensors(model, prefix).First().Value)));

        var read = PublicGpt2.Read(file.Path, heads: 3);

        Assert.Equal((Small, prefix), (read.Settings, read.Prefix));
        Assert.All(model.Weights.Zip(read.Weights), pair => Assert.Equal(pair.First, pair.Second));
        read.Write(file.Path, new Dictionary<string, string>());
        Assert.All(model.Weights.Zip(PublicGpt2.Read(file.Path, 3).Weights), pair => Assert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void What_is_no_such_checkpoint_is_named()
    {
        var tensors = Tensors(Random(Small, seed: 1), "").ToList();
        Refuse("no matrix 'wte.weight'", tensors.Where(tensor => tensor.Key != "wte.weight"));
        Refuse("'h.2.mlp.c_fc.bias' of shape (48), which is missing", tensors.Where(tensor => tensor.Key != "h.2.mlp.c_fc.bias"));
        Refuse("'lstm', which is no weight", tensors.Append(new("lstm", NpyArray.Create<float>(Shape.Scalar, [1]))));
        Refuse("a head of its own", tensors.Append(new("lm_head.weight", NpyArray.Create<float>(new Shape(11, 12), new float[132]))));
        Refuse(
            "'ln_f.bias' in",
            tensors.Where(tensor => tensor.Key != "ln_f.bias")
                .Append(new("ln_f.bias", NpyArray.Create<float>(new Shape(12), [.. Enumerable.Repeat(float.NaN, 12)]))));

        using var file = new TemporaryCheckpoint(tensors);
        Assert.Contains("--heads", Assert.Throws<ArgumentException>(() => PublicGpt2.Read(file.Path, heads: null)).Message);
        Assert.Throws<ArgumentException>(() => PublicGpt2.Read(file.Path, heads: 5));

        static void Refuse(string culprit, IEnumerable<KeyValuePair<string, NpyArray>> tensors)
        {
            using var file = new TemporaryCheckpoint(tensors);
            Assert.Contains(culprit, Assert.Throws<InvalidDataException>(() => PublicGpt2.Read(file.Path, heads: 3)).Message);
        }
    }

    [Fact]
    public void Training_goes_on_from_the_public_weights_and_learns_a_repeated_row()
    {
        int[] row = [1, 4, 2, 8, 5, 7];
        double first = 0, last = 0;
        using var trainer = Trainer(row, threads: 1);
        for (var step = 0; step < 60; step++)
        {
            last = trainer.Step().Loss;
            first = step == 0 ? last : first;
        }

        // At first the model knows nothing of the row: the loss is near ln 11.
        Assert.InRange(first, 1.5, 4);
        Assert.InRange(last, 0, 0.1);
    }

    [Fact]
    public void Training_does_not_depend_on_the_threads()
    {
        int[] rows = [1, 4, 2, 8, 5, 7, 0, 9, 3, 3, 10, 6];
        using var one = Trainer(rows, threads: 1);
        using var two = Trainer(rows, threads: 2);
        for (var step = 0; step < 3; step++)
        {
            Assert.Equal(one.Step(), two.Step());
        }

        one.Store();
        two.Store();
        Assert.All(one.State.Weights.Zip(two.State.Weights), pair => Assert.Equal(pair.First, pair.Second));
    }

    private static RetrofitTrainer Trainer(int[] rows, int threads) => new(
        Random(Small, seed: 2),
        new LoopedLayers(1, 2, 2),
        rows,
        length: 6,
        rows: 3,
        new UpdateRule(),
        new RateSchedule(0.01, 60, 60),
        seed: 3,
        new CpuBackend(team: threads == 1 ? null : new Kernels.WorkerTeam(threads)));

    private static PublicGpt2 Random(PublicGpt2Settings settings, ulong seed)
    {
        var random = new Philox(seed, "weights");
        return new PublicGpt2(
            settings,
            "",
            [
                .. PublicGpt2.Layout(settings).Select(weight =>
                {
                    var values = new double[weight.Shape.Size];
                    random.FillNormal(values, 0.3);
                    return Array.ConvertAll(values, value => (float)value);
                }),
            ]);
    }

    private static IEnumerable<KeyValuePair<string, NpyArray>> Tensors(PublicGpt2 model, string prefix) =>
        PublicGpt2.Layout(model.Settings).Zip(model.Weights, (weight, values) =>
            KeyValuePair.Create(prefix + weight.Name, NpyArray.Create<float>(weight.Shape, values)));

    /// <summary>A file that is deleted afterwards.</summary>
    private sealed class TemporaryCheckpoint : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("looped-tests-");

        public TemporaryCheckpoint(IEnumerable<KeyValuePair<string, NpyArray>> tensors) => Safetensors.Write(Path, tensors);

        public string Path => System.IO.Path.Combine(_folder.FullName, "gpt2.safetensors");

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
