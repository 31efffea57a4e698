using Looped.Analysis.Theory;
using Looped.Tensors;

namespace Looped.Studies.Theory;

/// <summary>How force, bounds and neglected terms grow with K on one landscape: what the figures show.</summary>
/// <param name="Shape"><c>U</c> or <c>V</c>.</param>
/// <param name="Horizon">Steps in which the saddle doubles; infinite where there is none.</param>
/// <param name="Points">One an observed K, increasing.</param>
public sealed record ForceCourse(string Shape, double Horizon, IReadOnlyList<ForceCoursePoint> Points)
{
    private const int Steps = 1000;
    private const int Size = 8;
    private const double Top = 0.8;
    private const double Coupling = 0.004;

    /// <summary>A U and a V valley of dimension 8 without hopping, for which Assumption 1 holds: Setting 1 or 2.</summary>
    internal static ForceCourse[] Of(ulong seed, bool general)
    {
        var random = new Philox(seed, "theory, course");
        var spectra = ValleySpectra.Dominated(random, Size, Top);
        var basis = Matrix.Orthogonal(random, Size);
        var coupling = Matrix.Normal(random, 3, Size);
        coupling = (Coupling / coupling.SpectralNorm()) * coupling;
        var river = Vectors.Direction(random, 3, Coupling);
        var start = Vectors.Direction(random, Size, 3);
        var ridges = new Matrix(Size, Size, [.. Enumerable.Range(0, Size).SelectMany(_ => Vectors.Direction(random, Size))]);
        double[] weights = [.. Enumerable.Repeat((1 - Top) / Size, Size)];
        return [Course("U", spectra.U), Course("V", spectra.V)];

        ForceCourse Course(string shape, double[] spectrum)
        {
            ILandscape landscape = general
                ? new GeneralLandscape(spectrum, basis, ridges, weights, coupling, river)
                : new QuadraticLandscape(spectrum, basis, coupling, river);
            var trace = new ForceTrace(landscape, start, new double[3], LandscapeDraw.Eta);
            var points = new List<ForceCoursePoint>();
            while (trace.Steps < Steps)
            {
                // About forty points a decade.
                trace.Run(Math.Max(1, trace.Steps / 16));
                points.Add(ForceCoursePoint.Of(trace));
            }

            return new ForceCourse(
                shape,
                landscape is QuadraticLandscape quadratic ? quadratic.DoublingSteps(LandscapeDraw.Eta) : double.PositiveInfinity,
                points);
        }
    }
}

/// <summary>Where a course stands after K steps.</summary>
/// <param name="Steps">K.</param>
/// <param name="Outcome">Forces and bounds.</param>
/// <param name="ForcingError">
/// Setting 2: the relative error of the proof's <c>H_V v + H_VR r</c>, with the local Hessian, for the gradient in v; zero
/// under Setting 1.
/// </param>
public readonly record struct ForceCoursePoint(int Steps, ForceOutcome Outcome, double ForcingError)
{
    internal static ForceCoursePoint Of(ForceTrace trace)
    {
        var error = 0.0;
        if (trace.Landscape is GeneralLandscape general)
        {
            var n = general.ValleyDimension;
            var (exact, local, term) = (new double[n], new double[n], new double[n]);
            general.ValleyGradient(trace.Valley, exact);
            general.Forcing(trace.River, term);
            Vectors.Add(exact, 1, term);
            general.ApplyValleyHessian(trace.Valley, trace.Valley, local);
            general.LinearisedForcing(trace.River, term);
            Vectors.Add(local, 1, term);
            error = Vectors.RelativeError(local, exact);
        }

        return new ForceCoursePoint(trace.Steps, ForceOutcome.Of(trace), error);
    }
}
