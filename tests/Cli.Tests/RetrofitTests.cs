using Looped.Models.Retrofit;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Cli.Tests;

public class RetrofitTests : IDisposable
{
    private static readonly PublicGpt2Settings Settings = new(Width: 8, Layers: 3, Heads: 2, Vocabulary: 9, Positions: 6);

    private readonly Looped _looped = new();

    public RetrofitTests()
    {
        var random = new Philox(1, "weights");
        Safetensors.Write(_looped.PathOf("gpt2.safetensors"), PublicGpt2.Layout(Settings).Select(weight =>
        {
            var values = new double[weight.Shape.Size];
            random.FillNormal(values, 0.3);
            return KeyValuePair.Create(
                weight.Name, NpyArray.Create<float>(weight.Shape, Array.ConvertAll(values, value => (float)value)));
        }));
        Npy.Write<int>(_looped.PathOf("t.npy"), new Shape(2, 5), [1, 2, 3, 4, 5, 8, 7, 6, 5, 0]);
    }

    public void Dispose() => _looped.Dispose();

    [Fact]
    public void A_public_model_is_made_recursive_and_trained_on()
    {
        var output = _looped.Succeed(
            [.. Command, "--loop-layers", "1-2", "--loops", "3", "--heads", "2", "--steps", "4", "--logits", "l.npy", "--out", "a"]);

        Assert.EndsWith($"Weights: {Path.Combine("a", "final.safetensors")}\n", output);
        Assert.Equal(new Shape(2, 5, 9), Npy.Read(_looped.PathOf("l.npy")).Shape);
        Assert.Equal(5, File.ReadAllLines(_looped.PathOf("a/metrics.csv")).Length);
        var final = Safetensors.Read(_looped.PathOf("a/final.safetensors"));
        Assert.Equal(("1-2", "3", "4"), (final.Metadata["loop_layers"], final.Metadata["loops"], final.Metadata["steps"]));
        var before = Safetensors.Read(_looped.PathOf("gpt2.safetensors")).Tensors;
        Assert.Equal(before.Keys.Order(), final.Tensors.Keys.Order());
        Assert.NotEqual(before["wte.weight"].ToDoubles(), final.Tensors["wte.weight"].ToDoubles());
    }

    [Fact]
    public void Without_steps_the_weights_stay_as_they_are()
    {
        _looped.Succeed([.. Command, "--heads", "2", "--steps", "0", "--out", "a", "--quiet"]);
        var final = Safetensors.Read(_looped.PathOf("a/final.safetensors")).Tensors;
        Assert.All(
            Safetensors.Read(_looped.PathOf("gpt2.safetensors")).Tensors,
            tensor => Assert.Equal(tensor.Value.ToDoubles(), final[tensor.Key].ToDoubles()));
    }

    [Fact]
    public void What_does_not_fit_is_named_and_leaves_nothing()
    {
        string[] heads = [.. Command, "--heads", "2", "--out", "a"];
        _looped.Refuse([.. Command, "--out", "a"], "--heads must say how many heads there are");
        _looped.Refuse([.. heads, "--loop-layers", "2-3"], "looped blocks must be from 0 to 2", "not 2-3");
        _looped.Refuse([.. heads, "--loop-layers", "x"], "--loop-layers must be a block or a range of blocks", "'x'");
        Npy.Write<int>(_looped.PathOf("t.npy"), new Shape(1, 5), [1, 2, 3, 4, 9]);
        _looped.Refuse(heads, "the tokens in t.npy must be from 0 to 8, not 9");
        Npy.Write<int>(_looped.PathOf("t.npy"), new Shape(1, 7), new int[7]);
        _looped.Refuse(heads, "the tokens in t.npy must be N x L", "2 to 6 tokens");
        _looped.Write("gpt2.safetensors", "nothing");
        _looped.Refuse(heads, "gpt2.safetensors");
        Assert.DoesNotContain(_looped.Files, file => file.StartsWith('a'));
    }

    private static string[] Command => ["retrofit", "--weights", "gpt2.safetensors", "--tokens", "t.npy"];
}
