using Looped.Analysis.Theory;
using Looped.Kernels.Cpu;
using Looped.Models.Optimizers;

namespace Looped.Studies.Theory;

/// <summary>
/// A pair of quadratic landscapes descended by one update rule. The force is what the coupling adds to the river's way: r_K
/// less where the rule would have come by the river gradient alone. Under gradient descent it is C_K.
/// </summary>
/// <param name="Rule">The rule, as named in tables.</param>
/// <param name="Hops">Whether <c>eta lambda</c> exceeds one.</param>
/// <param name="Early">Whether K lies before the saddle's doubling under gradient descent.</param>
/// <param name="ForceOverBoundU">The force on U over the paper's bound for gradient descent.</param>
/// <param name="ForceOverBoundV">The force on V over it.</param>
/// <param name="ForceRatio">The force on V over that on U.</param>
/// <param name="LossGain">The loss on U less that on V: positive where V is lower.</param>
public sealed record OptimizerInstance(
    string Rule, bool Hops, bool Early, double ForceOverBoundU, double ForceOverBoundV, double ForceRatio, double LossGain)
{
    /// <summary>The rules that are compared.</summary>
    internal static readonly IReadOnlyList<(string Name, OptimizerSettings Settings)> Rules =
    [
        ("gradient descent", new GradientDescent(LandscapeDraw.Eta)),
        ("momentum 0.9", new Momentum(LandscapeDraw.Eta)),
        ("Adam 0.01", new Adam(1e-2)),
    ];

    /// <summary>Dimensions of valley and river: one for all, so that each rule is traced for the same sizes.</summary>
    internal const int Valley = 8;

    /// <summary>See <see cref="Valley"/>.</summary>
    internal const int River = 4;

    /// <summary>Most steps: an update through a traced program costs more than the landscape's gradient.</summary>
    private const int MostSteps = 400;

    /// <summary>Runs both landscapes of a draw under each rule.</summary>
    internal static OptimizerInstance[] Of(LandscapeDraw draw)
    {
        var steps = Math.Min(draw.Steps, MostSteps);
        var early = steps <= Math.Min(Doubling(draw.U), Doubling(draw.V));
        return
        [
            .. Rules.Select(rule =>
            {
                var (u, v) = (Run(draw.U, rule.Settings), Run(draw.V, rule.Settings));
                return new OptimizerInstance(
                    rule.Name, draw.Hops, early, u.Force / u.Bound, v.Force / v.Bound, v.Force / u.Force, u.Loss - v.Loss);
            }),
        ];

        (double Force, double Bound, double Loss) Run(ILandscape landscape, OptimizerSettings rule)
        {
            var (place, coupled) = Descend(landscape, rule, draw, steps, isCoupled: true);
            var (_, alone) = Descend(landscape, rule, draw, steps, isCoupled: false);
            return (
                Vectors.Distance(coupled, alone),
                landscape.CouplingBound * ForceBound.Trace(landscape.Spectrum, LandscapeDraw.Eta, steps),
                landscape.Loss(place, coupled));
        }

        static double Doubling(ILandscape landscape) => ((QuadraticLandscape)landscape).DoublingSteps(LandscapeDraw.Eta);
    }

    private static (double[] Valley, double[] River) Descend(
        ILandscape landscape, OptimizerSettings rule, LandscapeDraw draw, int steps, bool isCoupled)
    {
        var n = landscape.ValleyDimension;
        using var optimizer = new Optimizer(rule, n + landscape.RiverDimension, new CpuBackend());
        double[] place = [.. draw.Valley, .. draw.River];
        var (gradient, forcing) = (new double[place.Length], new double[n]);
        for (var k = 0; k < steps; k++)
        {
            Array.Clear(gradient);
            if (isCoupled)
            {
                landscape.ValleyGradient(place.AsSpan(0, n), gradient.AsSpan(0, n));
                landscape.Forcing(place.AsSpan(n), forcing);
                landscape.Couple(place.AsSpan(n), place.AsSpan(0, n), gradient.AsSpan(n));
                Vectors.Add(gradient.AsSpan(0, n), 1, forcing);
            }

            Vectors.Add(gradient.AsSpan(n), -1, landscape.RiverGradient);
            optimizer.Step(place, gradient);
        }

        return (place[..n], place[n..]);
    }
}
