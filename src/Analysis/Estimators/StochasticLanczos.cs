using Looped.Analysis.Krylov;
using Looped.Analysis.Operators;
using Looped.Kernels;

namespace Looped.Analysis.Estimators;

/// <summary>How a spectral measure is sampled.</summary>
/// <param name="Probes">Random probes: they set the standard error.</param>
/// <param name="Steps">Lanczos steps of each probe: they set the resolution, and the bias.</param>
/// <param name="Seed">Seed of the probes.</param>
/// <param name="AtOnce">Probes that go side by side, a batch of products for each step; they set the memory.</param>
public sealed record QuadratureOptions(int Probes = 8, int Steps = 80, ulong Seed = 0, int AtOnce = 4)
{
    /// <summary>Bytes of vectors that a quadrature will hold beside the operator's own.</summary>
    /// <param name="size">n.</param>
    public long PredictBytes(int size) => Basis.Bytes(size, Math.Min(AtOnce, Probes) * (Math.Min(Steps, size) + 3));

    internal void Validate()
    {
        foreach (var (name, value, least) in ((string, int, int)[])
            [("probes", Probes, 2), ("steps", Steps, 2), ("probes at once", AtOnce, 1)])
        {
            if (value < least)
            {
                throw new ArgumentException($"a quadrature takes at least {least} {name}, not {value}");
            }
        }
    }
}

/// <summary>
/// Stochastic Lanczos quadrature (Golub and Meurant 1994; Ubaru, Chen and Saad 2017; for networks Ghorbani, Krishnan and Xiao
/// 2019): each probe's Krylov space gives the Gauss quadrature of the probe's spectral measure, and the mean over probes is
/// the spectrum's. Full reorthogonalisation keeps the rules free of copies of eigenvalues that have converged.
/// </summary>
public static class StochasticLanczos
{
    /// <summary>Runs the Lanczos method from random probes.</summary>
    /// <param name="matrix">The operator.</param>
    /// <param name="options">How; the usual way where null.</param>
    /// <param name="team">Threads that share the work on vectors; the calling one alone where null.</param>
    /// <param name="progress">Told after each step how many products are done and how many there will be at most.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    /// <exception cref="ArithmeticException">A product is not finite.</exception>
    public static SpectralQuadrature Run(
        ICurvatureOperator matrix,
        QuadratureOptions? options = null,
        WorkerTeam? team = null,
        Action<int, int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        options ??= new QuadratureOptions();
        options.Validate();
        var steps = Math.Min(options.Steps, matrix.Size);
        var (rules, averages) = (new GaussRule[options.Probes], new GaussRule[options.Probes]);
        var halves = new GaussRule[options.Probes];
        var products = 0;
        for (var first = 0; first < options.Probes; first += options.AtOnce)
        {
            var count = Math.Min(options.AtOnce, options.Probes - first);
            using var group = new LanczosGroup(
                matrix, Probes.Draw(options.Seed, first, count, matrix.Size), count, steps, team ?? new WorkerTeam(1));
            while (group.Step() is var done and > 0)
            {
                products += done;
                progress?.Invoke(products, options.Probes * steps);
            }

            for (var k = 0; k < count; k++)
            {
                (rules[first + k], averages[first + k], halves[first + k]) = group.Rules(k);
            }
        }

        return new SpectralQuadrature(matrix.Size, steps, rules, averages, halves, products);
    }
}
