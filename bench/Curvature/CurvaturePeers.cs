using System.Globalization;
using Looped.Analysis;
using Looped.Analysis.Estimators;
using Looped.Autodiff;
using Looped.Benchmarks.Comparison;
using Looped.Kernels;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Benchmarks.Curvature;

/// <summary>
/// What the spectral density of a decoder block's Hessian costs, in single Hessian-vector products and against the published
/// procedures of PyTorch's tools with the same probes; and, where the block is small, how far its entropy is from the exact.
/// </summary>
public static class CurvaturePeers
{
    private const double WarmUpSeconds = 1;

    /// <summary>
    /// What densities may differ by, relative to the largest, where the models compute in either type. PyHessian's procedure adds
    /// 1e-6 to every norm, and curvlinops' lets converged eigenvalues come again, so neither can come closer than that.
    /// </summary>
    private const double Tolerance64 = 1e-5, Tolerance32 = 1e-3;

    /// <summary>Standard deviation of the kernel, relative to the width of the spectrum, and points of the grid.</summary>
    private const double KernelWidth = 0.01;

    private const int Points = 1000;

    /// <summary>Runs the command.</summary>
    /// <returns>0; 1 where results differ.</returns>
    public static int Run(CurvatureOptions options)
    {
        using var team = new WorkerTeam(options.Threads);
        using var work = new CurvatureWork(options, team);
        Console.WriteLine(
            $"A block of width {options.Width} with {options.Heads} heads and {options.Loops} loops, {work.Theta.Length} parameters, on " +
            $"{options.Sequences} sequences of {options.Length} tokens in {options.Element}; {options.Probes} probes of " +
            $"{options.Steps} steps, {options.Threads} threads; {work.PredictedBytes / 1e6:0} MB predicted.");
        Timing.WarmUp(work.Product, WarmUpSeconds);
        Timing.WarmUp(work.NextProduct, WarmUpSeconds);
        var single = Timing.Median([.. Enumerable.Range(0, options.Rounds).Select(_ => Timing.Seconds(work.Product, 1))]);
        var next = Timing.Median([.. Enumerable.Range(0, options.Rounds).Select(_ => Timing.Seconds(work.NextProduct, 1))]);
        SpectralQuadrature? sample = null;
        var seconds = Timing.Seconds(() => sample = work.Sample(), 1);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Ours: a single product {single * 1e3:0.0} ms, the next at one theta {next * 1e3:0.0} ms, the quadrature of {sample!.Products} products {seconds:0.0} s: " +
            $"{seconds / single:0} single products, {seconds / single / sample.Products:0.00} a product."));
        Report(sample);
        if (options.Exact)
        {
            return Compare(sample, work);
        }

        return options.Python.Length == 0 ? 0 : Compare(sample, work, options, single, seconds);
    }

    private static void Report(SpectralQuadrature sample)
    {
        Line("entropy", sample.Entropy());
        Line("trace", sample.Trace());
        Line("Frobenius norm", sample.FrobeniusNorm());
        Line("negative mass", sample.NegativeMass());
        Line("eigenvalues above a thousandth of the largest", sample.CountAbove(1e-3 * sample.Highest));
        Line("kappa above it", sample.ConditionNumber(1e-3 * sample.Highest));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  the spectrum goes from {sample.Lowest:g6} to {sample.Highest:g6}"));

        static void Line(string name, Estimate estimate) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name}: {estimate.Value:g6}, standard error {estimate.StandardError:g2}, bias {estimate.Bias:g2}"));
    }

    /// <summary>Against the whole spectrum of the Hessian in full.</summary>
    private static int Compare(SpectralQuadrature sample, CurvatureWork work)
    {
        var size = work.Theta.Length;
        var matrix = new double[size * size];
        using (var evaluator = new HessianEvaluator(work.Objective, work.Backend, work.Team))
        {
            evaluator.Evaluate(work.Theta, matrix);
        }

        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < i; j++)
            {
                matrix[(i * size) + j] = matrix[(j * size) + i] =
                    0.5 * (matrix[(i * size) + j] + matrix[(j * size) + i]);
            }
        }

        var values = SymmetricEigen.Values(matrix, size, work.Team);
        var cut = 1e-3 * sample.Highest;
        var valley = values.Where(value => value > cut).ToList();
        var agree = Line("entropy", MatrixEntropy.Of(values), sample.Entropy()) &
            Line("trace", values.Sum(), sample.Trace()) &
            Line("Frobenius norm", Math.Sqrt(values.Sum(x => x * x)), sample.FrobeniusNorm()) &
            Line("negative mass", values.Sum(x => Math.Max(0, -x)) / values.Sum(Math.Abs), sample.NegativeMass()) &
            Line("eigenvalues above", valley.Count, sample.CountAbove(cut));
        _ = Line("kappa", values[^1] / valley[0], sample.ConditionNumber(cut));
        Console.WriteLine(agree
            ? "Every estimate but kappa's lies within twice its 95 % margin of the exact."
            : "An estimate lies outside twice its 95 % margin.");
        return agree ? 0 : 1;

        static bool Line(string name, double exact, Estimate estimate)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  exact {name}: {exact:g6}, off by {estimate.Value - exact:g2} of a margin of {estimate.Margin:g2}"));
            return Math.Abs(estimate.Value - exact) <= 2 * estimate.Margin;
        }
    }

    /// <summary>Against PyTorch's tools.</summary>
    private static int Compare(
        SpectralQuadrature sample, CurvatureWork work, CurvatureOptions options, double single, double seconds)
    {
        using var torch = TorchProcess.Start(options.Python, "peers/curvature.py", options.Threads, [], out var missing);
        if (torch is null)
        {
            Console.WriteLine($"There is no PyTorch to compare with: {missing}");
            return 0;
        }

        Console.WriteLine($"Theirs: {torch.Description}.");
        var folder = Directory.CreateTempSubdirectory("looped-peers-").FullName;
        try
        {
            work.Offer(torch, folder);
            var agree = true;
            foreach (var form in options.Procedures)
            {
                var product = Timing.Median([.. Enumerable.Range(0, options.Rounds).Select(_ => torch.Time($"{form}-product", 1))]);
                var all = torch.Time($"{form}-{options.Steps}", 1);
                var difference = Difference(sample, torch, $"{form}-{options.Steps}", folder);
                agree &= difference <= (options.Element == ElementType.Float32 ? Tolerance32 : Tolerance64);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {form}: a single product {product * 1e3:0.0} ms ({product / single:0.00} of ours), the quadrature {all:0.0} s " +
                    $"({all / seconds:0.00} times ours); densities differ by {difference:0.0e+0}"));
            }

            Console.WriteLine(agree ? "Densities agree." : "Densities differ: their times do not compare.");
            return agree ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The largest difference of the two densities under one kernel, relative to the largest of ours.</summary>
    private static double Difference(SpectralQuadrature ours, TorchProcess torch, string work, string folder)
    {
        var path = Path.Combine(folder, "rules.npz");
        torch.Write(work, path);
        var arrays = Npz.Read(path);
        var (nodes, weights) = (arrays["nodes"].ToDoubles(), arrays["weights"].ToDoubles());
        var steps = nodes.Length / ours.Rules.Count;
        GaussRule[] rules = [.. Enumerable.Range(0, ours.Rules.Count).Select(probe => new GaussRule(
            nodes[(probe * steps)..((probe + 1) * steps)], weights[(probe * steps)..((probe + 1) * steps)]))];
        var theirs = new SpectralQuadrature(ours.Size, steps, rules, rules, rules, ours.Products);
        var density = SpectralDensity.Of(ours, KernelWidth * (ours.Highest - ours.Lowest), Points);
        var other = SpectralDensity.On(theirs, density.KernelWidth, density.Grid);
        return density.Density.Zip(other.Density, (a, b) => Math.Abs(a - b)).Max() / density.Density.Max();
    }
}
