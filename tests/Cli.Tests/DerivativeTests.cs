using System.Globalization;
using Looped.Tensors;

namespace Looped.Cli.Tests;

public class DerivativeTests
{
    [Theory]
    [InlineData(false, 2, 3, true, 1.0, false, 1)]
    [InlineData(false, 4, 3, false, 1.0, true, 30)]
    [InlineData(true, 2, 2, false, -0.5, false, 2)]
    [InlineData(true, 3, 1, true, 1.0, true, 24)]
    [InlineData(true, 5, 4, true, 0.25, true, 25)]
    [InlineData(true, 6, 3, false, 0.1, false, 1)]
    public void Derivatives_are_those_of_the_formulas(
        bool isLooped, int length, int loops, bool meanScale, double gate, bool counted, int directions)
    {
        var model = PlainModel.Random(isLooped, width: 2, symbols: 4, sequences: 7, length, loops, gate, meanScale);
        if (counted)
        {
            model = model with { Counts = [0, 2.5, 1, 0, 3, 0.125, 1] };
        }

        var theta = model.RandomTheta();
        using var looped = new Looped();
        looped.WriteModel(model, theta);
        looped.WriteArray("c.npy", [7], model.Counts);
        var vectors = new double[directions * model.Parameters];
        new Philox(1, "directions").FillNormal(vectors, 1);
        int[] shape = directions == 1 ? [model.Parameters] : [directions, model.Parameters];
        looped.WriteArray("v.npy", shape, vectors);
        string[] options =
        [
            .. ModelFiles.Options, "--model", isLooped ? "looped" : "single", "--scale", meanScale ? "mean" : "none",
            "--loops", $"{loops}", "--gate", gate.ToString(CultureInfo.InvariantCulture), .. counted ? ["--counts", "c.npy"] : (string[])[],
        ];

        var loss = PrintedLoss(looped.Succeed(["hessian", .. options, "--out", "h.npy"]));
        Assert.Equal(loss, PrintedLoss(looped.Succeed(["gradient", .. options, "--out", "g.npy"])));
        Assert.Equal(loss, PrintedLoss(looped.Succeed(["hvp", .. options, "--vectors", "v.npy", "--out", "q.npy"])));

        Assert.Equal(model.Loss(theta), loss, 1e-13);
        Agree(model.Gradient(theta), looped.ReadDoubles("g.npy", model.Parameters), 1e-9);
        var hessian = looped.ReadDoubles("h.npy", model.Parameters, model.Parameters);
        Agree(model.Hessian(theta), hessian, 1e-7);
        double[] products =
        [
            .. vectors.Chunk(model.Parameters).SelectMany(
                v => hessian.Chunk(model.Parameters).Select(row => row.Zip(v, (h, x) => h * x).Sum())),
        ];
        Agree(products, looped.ReadDoubles("q.npy", shape), 1e-12);
    }

    /// <summary>The expected numbers are PyTorch's, in float64, on the widened arrays of numpy's files.</summary>
    [Fact]
    public void Numpys_float32_and_Fortran_files_and_the_defaults_of_the_options_are_understood()
    {
        using var looped = new Looped();
        looped.WriteBase64("p.npz", NumpyFixtures.Parameters);
        looped.WriteBase64("e.npy", NumpyFixtures.Embedding);
        looped.WriteBase64("x.npy", NumpyFixtures.Data);
        looped.WriteBase64("c.npy", NumpyFixtures.Counts);
        string[] options = [.. ModelFiles.Options, "--model", "looped", "--counts", "c.npy"];

        Assert.Equal(1.102015819254379, PrintedLoss(looped.Succeed(["gradient", .. options, "--out", "g.npy"])), 1e-14);
        Agree(
            [
                0.09651422764416287, -0.523522137516311, -0.6234128138528465, 0.9440975202537002, 3.480894609349167,
                -14.427598496417968, 0.7565674570466671, -3.1542721546346772, 1.6845433318963359, 0.6407586056090202,
                0.5780085996379802, 0.18152470852463565, 0.0915638730957884, 0.10962397129464634, -0.1719328818849597,
                -0.39059515185141547, 0.08036900878917129, 0.2809711805567691,
            ],
            looped.ReadDoubles("g.npy", 18),
            1e-13);

        looped.Succeed(["hessian", .. options, "--out", "h.npy"]);
        var hessian = looped.ReadDoubles("h.npy", 18, 18);
        Assert.Equal(-250.69948844028931, Enumerable.Range(0, 18).Sum(i => hessian[i * 19]), 1e-10);
        Assert.Equal(73589.37418162572, hessian.Sum(x => x * x), 1e-7);
        Assert.Equal(0.03620696290190099, hessian[17], 1e-12);
        Assert.Equal(-8.329765593997685, hessian[(5 * 18) + 9], 1e-12);
    }

    [Fact]
    public void Counts_are_repeated_rows()
    {
        var model = PlainModel.Random(true, width: 3, symbols: 3, sequences: 4, length: 4, loops: 3, gate: 1, meanScale: true);
        var theta = model.RandomTheta();
        using var looped = new Looped();
        looped.WriteModel(model, theta);
        looped.WriteArray("c.npy", [4], new byte[] { 2, 0, 1, 3 });
        string[] options = [.. ModelFiles.Options, "--model", "looped"];
        looped.Succeed(["hessian", .. options, "--counts", "c.npy", "--out", "counted.npy"]);

        looped.WriteModel(model with { Data = [model.Data[3], model.Data[0], model.Data[3], model.Data[2], model.Data[0], model.Data[3]] }, theta);
        looped.Succeed(["hessian", .. options, "--out", "repeated.npy"]);
        var size = model.Parameters;
        Agree(looped.ReadDoubles("counted.npy", size, size), looped.ReadDoubles("repeated.npy", size, size), 1e-13);
    }

    [Fact]
    public void Single_ignores_loops_and_gate()
    {
        var model = PlainModel.Random(false, width: 2, symbols: 3, sequences: 1, length: 2, loops: 3, gate: 1, meanScale: true);
        using var looped = new Looped();
        looped.WriteModel(model, model.RandomTheta());
        string[] options = [.. ModelFiles.Options, "--model", "single"];
        var plain = looped.Succeed(["hessian", .. options, "--out", "a.npy"]);
        Assert.Equal(plain, looped.Succeed(["hessian", .. options, "--loops", "7", "--gate", "0.5", "--out", "b.npy"]));
        Assert.Equal(looped.Read("a.npy"), looped.Read("b.npy"));
    }

    [Fact]
    public void No_directions_give_no_products()
    {
        var model = PlainModel.Random(false, width: 2, symbols: 3, sequences: 2, length: 3, loops: 3, gate: 1, meanScale: true);
        using var looped = new Looped();
        looped.WriteModel(model, model.RandomTheta());
        looped.WriteArray<double>("v.npy", [0, 18], []);
        looped.Succeed(["hvp", .. ModelFiles.Options, "--model", "single", "--vectors", "v.npy", "--out", "q.npy"]);
        Assert.Empty(looped.ReadDoubles("q.npy", 0, 18));
    }

    /// <summary>The number behind <c>loss</c>, all that a command prints.</summary>
    private static double PrintedLoss(string output)
    {
        var words = output.Split(' ', '\n');
        Assert.Equal(["loss", ""], [words[0], words[2]]);
        return double.Parse(words[1], CultureInfo.InvariantCulture);
    }

    /// <summary>In units of the largest number expected.</summary>
    private static void Agree(double[] expected, double[] found, double tolerance)
    {
        var scale = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance * scale));
    }
}
