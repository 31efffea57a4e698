namespace Looped.Analysis.Estimators;

/// <summary>
/// The density of a spectrum, seen through a Gaussian kernel: <c>phi(t) = (1/n) sum_i g(t - lambda_i)</c>, estimated as the mean
/// over probes of each rule's weights under the kernel.
/// </summary>
/// <param name="Grid">Where it is given, ascending.</param>
/// <param name="Density">The estimate, which integrates to 1.</param>
/// <param name="StandardError">Its standard error at each point, over probes.</param>
/// <param name="KernelWidth">Standard deviation of the kernel: detail finer than this is not shown.</param>
/// <param name="Probes">Probes.</param>
/// <param name="Steps">Lanczos steps of each.</param>
public sealed record SpectralDensity(
    double[] Grid, double[] Density, double[] StandardError, double KernelWidth, int Probes, int Steps)
{
    /// <summary>Standard deviations of the kernel that the grid goes beyond the outermost nodes.</summary>
    private const double Beyond = 5;

    /// <summary>The density on an even grid that holds the whole spectrum.</summary>
    /// <param name="quadrature">What is known of the spectrum.</param>
    /// <param name="points">Points of the grid, at least 2.</param>
    /// <param name="kernelWidth">Standard deviation of the kernel, positive.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static SpectralDensity Of(SpectralQuadrature quadrature, double kernelWidth, int points)
    {
        ArgumentNullException.ThrowIfNull(quadrature);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        if (!(kernelWidth > 0) || !double.IsFinite(kernelWidth))
        {
            throw new ArgumentException($"the width of the kernel must be positive, not {kernelWidth}");
        }

        var start = quadrature.Lowest - (Beyond * kernelWidth);
        var step = (quadrature.Highest + (Beyond * kernelWidth) - start) / (points - 1);
        return On(quadrature, kernelWidth, [.. Enumerable.Range(0, points).Select(i => start + (i * step))]);
    }

    /// <summary>The density at given points.</summary>
    /// <param name="quadrature">What is known of the spectrum.</param>
    /// <param name="kernelWidth">Standard deviation of the kernel, positive.</param>
    /// <param name="grid">The points.</param>
    public static SpectralDensity On(SpectralQuadrature quadrature, double kernelWidth, double[] grid)
    {
        ArgumentNullException.ThrowIfNull(quadrature);
        ArgumentNullException.ThrowIfNull(grid);
        var (density, errors) = (new double[grid.Length], new double[grid.Length]);
        var samples = new double[quadrature.Rules.Count];
        for (var i = 0; i < grid.Length; i++)
        {
            for (var probe = 0; probe < samples.Length; probe++)
            {
                samples[probe] = quadrature.Rules[probe].Sum(node => Gauss(grid[i] - node, kernelWidth));
            }

            var estimate = Estimate.OfMean(samples);
            (density[i], errors[i]) = (estimate.Value, estimate.StandardError);
        }

        return new SpectralDensity(grid, density, errors, kernelWidth, samples.Length, quadrature.Steps);
    }

    private static double Gauss(double x, double width) =>
        Math.Exp(-0.5 * (x / width) * (x / width)) / (width * Math.Sqrt(2 * Math.PI));
}
