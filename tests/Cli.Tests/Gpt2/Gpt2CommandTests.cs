using System.Globalization;
using System.Numerics;
using Looped.Models.Gpt2;
using Looped.Tensors.IO;

namespace Looped.Cli.Tests.Gpt2;

public sealed class Gpt2CommandTests : IDisposable
{
    private const string Gradient = Gpt2Folder.Gradient;

    private const string Hvp = Gpt2Folder.Hvp;

    private readonly Gpt2Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Gradient, false)]
    [InlineData(Hvp, true)]
    public void The_loss_is_printed_and_a_tensor_a_weight_is_written(string command, bool product)
    {
        Succeed<double>(command, product);
        Succeed<double>(command.Replace("@w.", "@w32.", StringComparison.Ordinal) + " --type f64", product);
    }

    [Theory]
    [InlineData(Gradient, false)]
    [InlineData(Hvp, true)]
    public void The_weights_type_is_the_computing_type_unless_another_is_named(string command, bool product)
    {
        Succeed<float>(command.Replace("@w.", "@w32.", StringComparison.Ordinal), product);
        Succeed<float>(command + " --type f32", product);
    }

    [Fact]
    public void Weights_in_half_precision_are_computed_in_float32()
    {
        // Ones and zeros, which every type holds.
        var layout = Gpt2Weights.Of(Gpt2Folder.Settings);
        var ones = layout
            .Select(weight => Enumerable.Range(0, (int)weight.Shape.Size).Select(i => (float)(i % 2)).ToArray()).ToList();
        var wide = layout.Zip(ones).ToDictionary(
            pair => pair.First.Name, pair => NpyArray.Create<float>(pair.First.Shape, pair.Second));
        Safetensors.Write(_folder.Path("w.safetensors"), wide);
        Assert.Equal(0, _folder.Run(Gradient).ExitCode);
        var expected = File.ReadAllBytes(_folder.Path("g.safetensors"));
        File.WriteAllBytes(_folder.Path("w.safetensors"), BrainFloats(layout, ones));
        Assert.Equal(0, _folder.Run(Gradient).ExitCode);
        Assert.Equal(expected, File.ReadAllBytes(_folder.Path("g.safetensors")));
    }

    [Fact]
    public void Weights_of_several_types_need_a_named_one()
    {
        var tensors = Gpt2Folder.Tensors<double>(Gpt2Folder.Weights);
        tensors["ln_f.bias"] = Gpt2Folder.Tensors<float>(Gpt2Folder.Weights)["ln_f.bias"];
        Safetensors.Write(_folder.Path("w.safetensors"), tensors);
        _folder.Fail(Gradient, "--type");
        Succeed<double>(Gradient + " --type f64", product: false);
    }

    private void Succeed<T>(string command, bool product)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (exitCode, output, error) = _folder.Run(command);
        Assert.Equal("", error);
        Assert.Equal(0, exitCode);
        var (loss, results) = Gpt2Folder.Compute<T>(product);
        Assert.Equal($"loss {loss.ToString("R", CultureInfo.InvariantCulture)}", output.Trim());
        var tensors = Safetensors.Read(_folder.Path("g.safetensors")).Tensors;
        Assert.Equal(results.Length, tensors.Count);
        foreach (var (weight, result) in Gpt2Weights.Of(Gpt2Folder.Settings).Zip(results))
        {
            Assert.Equal(NpyArray.Create<T>(weight.Shape, result).Type, tensors[weight.Name].Type);
            Assert.Equal(weight.Shape, tensors[weight.Name].Shape);
            Assert.Equal(Array.ConvertAll(result, double.CreateChecked), tensors[weight.Name].ToDoubles());
        }
    }

    /// <summary>A file whose elements are the upper halves of float32s.</summary>
    private static byte[] BrainFloats(IReadOnlyList<Gpt2Weight> layout, List<float[]> values)
    {
        var (members, data) = (new List<string>(), new MemoryStream());
        foreach (var (weight, elements) in layout.Zip(values))
        {
            var begin = data.Length;
            foreach (var element in elements)
            {
                data.Write(BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(element) >> 16)));
            }

            members.Add(
                $"\"{weight.Name}\":{{\"dtype\":\"BF16\",\"shape\":[{string.Join(',', weight.Shape)}]," +
                $"\"data_offsets\":[{begin},{data.Length}]}}");
        }

        var header = System.Text.Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}");
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. data.ToArray()];
    }
}
