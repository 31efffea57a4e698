using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Cli.Tests.Gpt2;

/// <summary>Bad input is one sentence on the error stream and exit code 2.</summary>
public sealed class Gpt2CommandErrorTests : IDisposable
{
    private const string Gradient = Gpt2Folder.Gradient;

    private readonly Gpt2Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(" --config @m.json", "", "--config is needed")]
    [InlineData(" --weights @w.safetensors", "", "--weights is needed")]
    [InlineData(" --tokens @x.npy", "", "--tokens is needed")]
    [InlineData(" --targets @y.npy", "", "--targets is needed")]
    [InlineData("--loops 2", "--loops 0", "--loops")]
    [InlineData("--loops 2", "--type f16", "f32 or f64")]
    [InlineData("--loops 2", "--params @w.safetensors", "--params is no option of --model gpt2")]
    [InlineData("--model gpt2", "--model gpt3", "single, looped or gpt2")]
    [InlineData("--model gpt2", "--model single", "--params is needed")]
    [InlineData("@w.safetensors", "@missing.safetensors", "missing.safetensors")]
    [InlineData("@w.safetensors", "@x.npy", "x.npy")]
    [InlineData("--tokens @x.npy", "--tokens @y.npy", "0 to 4")]
    public void A_command_line_that_cannot_be_used_is_one_sentence(string part, string other, string complaint) =>
        _folder.Fail(Gradient.Replace(part, other, StringComparison.Ordinal), complaint);

    [Theory]
    [InlineData("""{"width": 4, "layers": 1, "heads": 2, "vocabulary": 5}""", "lacks 'outputs'")]
    [InlineData("""{"width": 4, "layers": 1, "heads": 2, "vocabulary": 5, "outputs": 3, "dropout": 0}""", "'dropout'")]
    [InlineData("""{"width": 4, "layers": 1, "heads": 3, "vocabulary": 5, "outputs": 3}""", "heads")]
    [InlineData("""{"width": 4, "layers": 0, "heads": 2, "vocabulary": 5, "outputs": 3}""", "layers")]
    [InlineData("""{"width": 4.5, "layers": 1, "heads": 2, "vocabulary": 5, "outputs": 3}""", "width")]
    [InlineData("""{"width": 4, "layers": 2, "heads": 2, "vocabulary": 5, "outputs": 3}""", "h.1.ln_1.weight")]
    [InlineData("""{"width": 8, "layers": 1, "heads": 2, "vocabulary": 5, "outputs": 3}""", "(8)")]
    [InlineData("""[]""", "JSON object")]
    [InlineData("""{""", "m.json")]
    public void A_configuration_that_cannot_be_used_is_one_sentence(string config, string complaint)
    {
        File.WriteAllText(_folder.Path("m.json"), config);
        _folder.Fail(Gradient, complaint);
    }

    [Fact]
    public void Weights_that_are_not_the_models_are_one_sentence()
    {
        var tensors = Gpt2Folder.Tensors<double>(Gpt2Folder.Weights);
        Refuse("h.1.ln_1.bias", NpyArray.Create<double>(new Shape(4), [1, 2, 3, 4]), "'h.1.ln_1.bias'");
        Refuse("ln_f.bias", NpyArray.Create<double>(new Shape(4), [1, double.NaN, 3, 4]), "'ln_f.bias'");
        Refuse("ln_f.bias", NpyArray.Create<double>(new Shape(2, 2), [1, 2, 3, 4]), "(2,2)");
        Refuse("ln_f.bias", NpyArray.Create<long>(new Shape(4), [1, 2, 3, 4]), "real numbers");

        void Refuse(string name, NpyArray tensor, string complaint)
        {
            Safetensors.Write(
                _folder.Path("w.safetensors"), new Dictionary<string, NpyArray>(tensors) { [name] = tensor });
            _folder.Fail(Gradient, complaint);
        }
    }

    [Theory]
    [InlineData(new[] { 2, -2, 0, 1, 1, 0 }, 2, 3, "-1 to 2")]
    [InlineData(new[] { 2, 3, 0, 1, 1, 0 }, 2, 3, "-1 to 2")]
    [InlineData(new[] { -1, -1, -1, -1, -1, -1 }, 2, 3, "must not all be -1")]
    [InlineData(new[] { 2, 1, 0, 1, 1, 0 }, 3, 2, "(2,3)")]
    [InlineData(new[] { 2, 1, 0, 1, 1, 0 }, 6, 1, "(2,3)")]
    public void Targets_that_cannot_be_used_are_one_sentence(int[] targets, int sequences, int length, string complaint)
    {
        Npy.Write<int>(_folder.Path("y.npy"), new Shape(sequences, length), targets);
        _folder.Fail(Gradient, complaint);
    }

    [Fact]
    public void Tokens_must_be_integers()
    {
        Npy.Write<double>(_folder.Path("x.npy"), Gpt2Folder.Sequences, new double[6]);
        _folder.Fail(Gradient, "x.npy");
    }
}
