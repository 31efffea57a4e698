using Looped.Analysis.Theory;
using Looped.Tensors;

namespace Looped.Studies.Theory;

/// <summary>
/// A pair of landscapes that differ in their valley's spectrum alone, U and V, with a common start. The step size is one:
/// only its products with eigenvalues, coupling and river gradient matter.
/// </summary>
/// <param name="Spectra">The two spectra.</param>
/// <param name="Hops">Whether <c>eta lambda</c> exceeds one somewhere, so that the valley's sign alternates there.</param>
/// <param name="U">The landscape of Single-Attn.</param>
/// <param name="V">That of Looped-Attn.</param>
/// <param name="Valley">v_0, of length one.</param>
/// <param name="River">r_0, shorter.</param>
/// <param name="Steps">K.</param>
internal sealed record LandscapeDraw(
    ValleySpectra Spectra, bool Hops, ILandscape U, ILandscape V, double[] Valley, double[] River, int Steps)
{
    /// <summary>The step size.</summary>
    public const double Eta = 1;

    private const int MostSteps = 4000;

    /// <summary>A pair under Setting 1.</summary>
    public static LandscapeDraw Quadratic(Philox random, bool dominated, bool hops, int valley = 0, int river = 0) =>
        Draw(random, dominated, hops, hops ? 1.95 : 1, valley, river, (spectrum, common) =>
            new QuadraticLandscape(spectrum, common.Basis, common.Coupling, common.Gradient));

    /// <summary>A pair under Setting 2: the spectra are those of the lower bounds; the Hessians reach up to the ceiling.</summary>
    public static LandscapeDraw General(Philox random, bool dominated, bool hops) =>
        Draw(random, dominated, hops, hops ? 1.5 : 0.6, 0, 0, (spectrum, common) => new GeneralLandscape(
            spectrum, common.Basis, common.Ridges, common.Weights, common.Coupling, common.Gradient));

    /// <summary>Whether K is so large that nothing is left of the valley's slowest direction, to a hundredth.</summary>
    public bool HasSettled => Steps >= SettlingSteps(Spectra);

    private static double SettlingSteps(ValleySpectra spectra) =>
        spectra.U.Concat(spectra.V).Max(lambda => Math.Log(0.01) / Math.Log(Math.Abs(1 - (Eta * lambda))));

    private static LandscapeDraw Draw(
        Philox random,
        bool dominated,
        bool hops,
        double ceiling,
        int valley,
        int river,
        Func<double[], Common, ILandscape> landscape)
    {
        var n = valley > 0 ? valley : 2 + random.NextInt(11);
        var rivers = river > 0 ? river : 1 + random.NextInt(6);
        var top = hops ? 1 + ((ceiling - 1) * random.NextDouble()) : ceiling * (0.05 + (0.95 * random.NextDouble()));
        var spectra = dominated ? ValleySpectra.Dominated(random, n, top) : ValleySpectra.Crossing(random, n, top);
        var norm = top * Decades(random, -4, -0.5);
        var coupling = Matrix.Normal(random, rivers, n);
        coupling = (norm / coupling.SpectralNorm()) * coupling;
        var common = new Common(
            Matrix.Orthogonal(random, n),
            coupling,
            Vectors.Direction(random, rivers, norm * Decades(random, -1, 1)),
            new Matrix(n, n, [.. Enumerable.Range(0, n).SelectMany(_ => Vectors.Direction(random, n))]),
            Weights(random, n, hops ? 1.95 - top : 1 - top));

        // Every other time K is so large that both valleys come to rest, as Corollary 2 has it; every fourth time it is so
        // small that it matters whether it is odd.
        var steps = random.NextInt(4) switch
        {
            0 => 1 + random.NextInt(9),
            1 => (int)Math.Round(Decades(random, 0, Math.Log10(MostSteps))),
            _ => Math.Min(MostSteps, (int)Math.Ceiling(SettlingSteps(spectra) * (1 + random.NextDouble()))),
        };
        return new LandscapeDraw(
            spectra,
            hops,
            landscape(spectra.U, common),
            landscape(spectra.V, common),
            Vectors.Direction(random, n),
            Vectors.Direction(random, rivers, Decades(random, -3, 0)),
            steps);
    }

    private static double Decades(Philox random, double low, double high) =>
        Math.Pow(10, low + ((high - low) * random.NextDouble()));

    /// <summary>Positive weights whose sum is a random share of what there is room for.</summary>
    private static double[] Weights(Philox random, int n, double room)
    {
        var weights = new double[n];
        for (var i = 0; i < n; i++)
        {
            weights[i] = random.NextDouble();
        }

        return Vectors.Scaled(room * random.NextDouble() / weights.Sum(), weights);
    }

    /// <summary>What both landscapes have in common.</summary>
    private sealed record Common(Matrix Basis, Matrix Coupling, double[] Gradient, Matrix Ridges, double[] Weights);
}
