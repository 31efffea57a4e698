using System.Globalization;
using Looped.Tensors.IO;

namespace Looped.Cli.Tests;

/// <summary>Devices on the command line; CUDA is the emulated device where there is one.</summary>
public sealed class DeviceTests : IDisposable
{
    private const string Driver = "LOOPED_CUDA_DRIVER";

    private readonly Looped _looped = new();

    public void Dispose() => _looped.Dispose();

    [Fact]
    public void Without_a_driver_the_list_says_so_and_only_the_explicit_wish_is_refused()
    {
        _looped.Variables[Driver] = "nowhere/libcuda.so";
        var lines = _looped.Succeed("devices").TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("cpu ", lines[0]);
        Assert.Contains("there is no library nowhere/libcuda.so", lines[1]);
        _looped.Refuse(
            ["run", "toy", "--d", "2", "--epochs", "1", "--samples", "500", "--device", "cuda"],
            "no CUDA device can be used", "nowhere/libcuda.so");
        _looped.Succeed("run", "toy", "--d", "2", "--epochs", "1", "--samples", "500", "--quiet");
    }

    [Fact]
    public void A_library_that_is_no_driver_is_refused()
    {
        _looped.Variables[Driver] = "libc.so.6";
        _looped.Refuse(["run", "toy", "--device", "cuda"], "libc.so.6 is no CUDA driver");
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda0")]
    public void Other_names_are_refused(string name) =>
        _looped.Refuse(["run", "toy", "--device", name], "cpu, cuda or cuda:N", name);

    [EmulatedCudaFact]
    public void The_list_describes_the_devices_and_other_numbers_are_refused()
    {
        var lines = _looped.Succeed("devices").TrimEnd().Split('\n');
        Assert.Equal(
            "cuda:0  emulated on the CPU, 4.0 GiB, compute capability 8.0, driver for CUDA 12.0", lines[1]);
        _looped.Refuse(["run", "toy", "--device", "cuda:3"], "cuda:3 names no device");
    }

    [EmulatedCudaFact]
    public void Derivatives_on_the_device_are_those_of_the_formulas()
    {
        var model = PlainModel.Random(isLooped: true, width: 2, symbols: 4, sequences: 7, length: 3, loops: 2, gate: 0.5, meanScale: true);
        var theta = model.RandomTheta();
        _looped.WriteModel(model, theta);
        _looped.WriteArray("v.npy", [model.Parameters], theta);
        string[] options =
        [
            .. ModelFiles.Options, "--model", "looped", "--scale", "mean", "--loops", "2", "--gate", "0.5", "--device", "cuda:0",
        ];
        _looped.Succeed(["gradient", .. options, "--out", "g.npy"]);
        _looped.Succeed(["hessian", .. options, "--out", "h.npy"]);
        _looped.Succeed(["hvp", .. options, "--vectors", "v.npy", "--out", "q.npy"]);
        var hessian = _looped.ReadDoubles("h.npy", model.Parameters, model.Parameters);
        Agree(model.Gradient(theta), _looped.ReadDoubles("g.npy", model.Parameters), 1e-9);
        Agree(model.Hessian(theta), hessian, 1e-7);
        Agree(
            [.. hessian.Chunk(model.Parameters).Select(row => row.Zip(theta, (h, x) => h * x).Sum())],
            _looped.ReadDoubles("q.npy", model.Parameters),
            1e-12);

        static void Agree(double[] expected, double[] actual, double tolerance)
        {
            var bound = tolerance * expected.Max(Math.Abs);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, bound));
        }
    }

    /// <summary>The matrix 2 1 1 2 has the eigenvalues 1 and 3.</summary>
    [EmulatedCudaFact]
    public void Spectra_on_the_device()
    {
        Npy.Write<double>(_looped.PathOf("a.npy"), new(2, 2), [2, 1, 1, 2]);
        _looped.Succeed("spectrum", "--matrix", "a.npy", "--out", "values.npy", "--vectors-out", "vectors.npy", "--device", "cuda");
        var values = Npy.Read(_looped.PathOf("values.npy")).ToDoubles();
        var vectors = Npy.Read(_looped.PathOf("vectors.npy")).ToDoubles();
        Assert.All(values.Zip([1.0, 3.0]), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
        Assert.Equal(0, vectors[0] + vectors[2], 1e-14);
        Assert.Equal(0, vectors[1] - vectors[3], 1e-14);
    }

    [EmulatedCudaFact]
    public void A_run_on_the_device_measures_what_a_run_on_the_processor_does()
    {
        string[] run = ["run", "toy", "--d", "3", "--epochs", "3", "--samples", "300", "--quiet"];
        _looped.Succeed([.. run, "--out", "cpu"]);
        _looped.Succeed([.. run, "--out", "cuda", "--device", "cuda"]);
        var (expected, actual) = (Table("cpu"), Table("cuda"));
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (a, b) in expected.Zip(actual))
        {
            Assert.Equal(a.Length, b.Length);
            Assert.All(a.Zip(b), pair => Assert.Equal(pair.First, pair.Second, 1e-7 * (1 + Math.Abs(pair.First))));
        }

        var (spectra, onDevice) = (Spectra("cpu"), Spectra("cuda"));
        foreach (var name in (string[])["single", "looped"])
        {
            var (a, b) = (spectra[name].ToDoubles(), onDevice[name].ToDoubles());
            var largest = a.Max(Math.Abs);
            Assert.All(a.Zip(b), pair => Assert.Equal(pair.First, pair.Second, 1e-8 * largest));
        }

        // Numbers of the table; whatever is none, such as a name, counts as zero.
        List<double[]> Table(string folder) =>
        [
            .. File.ReadLines(_looped.PathOf($"{folder}/metrics.csv")).Skip(1).Select(line => line.Split(',')
                .Select(cell => double.TryParse(cell, CultureInfo.InvariantCulture, out var x) && double.IsFinite(x) ? x : 0)
                .ToArray()),
        ];

        IReadOnlyDictionary<string, NpyArray> Spectra(string folder) => Npz.Read(_looped.PathOf($"{folder}/spectra.npz"));
    }
}
