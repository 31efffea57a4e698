using System.Globalization;
using Looped.Analysis.Estimators;
using Looped.Analysis.Krylov;
using Looped.Analysis.Operators;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;
using Looped.Studies.Settings;

namespace Looped.Studies.Curvature;

/// <summary>
/// Measures the Hessian of the training loss at checkpoints, on one fixed batch, within a limit of memory. The loss is read
/// at the loops that training allows at the checkpoint, so that it changes at a shift.
/// </summary>
public sealed class CurvatureMeasurement : IDisposable
{
    private const int MostAtOnce = 4;

    private readonly CurvatureSettings _settings;
    private readonly WorkerTeam _team;

    /// <summary>A measurement with settings whose length is chosen.</summary>
    public CurvatureMeasurement(CurvatureSettings settings) =>
        (_settings, _team) = (settings, new WorkerTeam(settings.Threads));

    /// <summary>Bytes that the last measurement was predicted to take at most: vectors, programs and what they keep.</summary>
    public long PredictedBytes { get; private set; }

    /// <summary>The curvature at a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="length">The greatest length of the batch's samples.</param>
    /// <param name="progress">Is told the share of the work that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the measurement between products of the quadrature and between its parts.</param>
    /// <exception cref="SettingException">It does not fit the memory.</exception>
    /// <exception cref="InvalidDataException">The Hessian is zero or not finite.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public CurvatureRecord Of(
        DecoderCheckpoint checkpoint, int length, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        var batch = new TaskStream(checkpoint.Task, _settings.Seed, "curvature").UpTo(0, _settings.Samples, length);
        var loops = Math.Min(checkpoint.Most, batch.Loops.Max());
        var objective = RecurrentObjective.Of(
            checkpoint.Model with { Loops = loops }, batch, _settings.Block, _settings.Element);
        var size = objective.Layout.Size;
        double[] theta = [.. checkpoint.State.Weights.SelectMany(array => array).Select(value => (double)value)];
        var plan = Plan(size);
        var gradient = new double[size];
        double loss;
        using (var evaluator = new GradientEvaluator(objective, new CpuBackend(), _team))
        {
            // The operator's programs come after these are gone.
            loss = evaluator.Evaluate(theta, gradient);
        }

        using var hessian = Operator(objective, theta, plan.Left);
        PredictedBytes = plan.Bytes + hessian.PredictedBytes;
        try
        {
            var spectrum = StochasticLanczos.Run(hessian, plan.Quadrature, _team, (done, all) =>
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Invoke(QuadratureShare * done / all);
            });
            if (spectrum is { Lowest: 0, Highest: 0 })
            {
                throw new InvalidDataException($"the Hessian at step {checkpoint.State.Step} is zero: it has no entropy");
            }

            var traces = TraceEstimators.ByParameter(hessian, objective.Layout, _settings.TraceProbes, _settings.Seed + 1);
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(TracesShare);
            var top = BlockLanczos.Find(hessian, plan.Top, SpectrumEnd.Top, plan.Lanczos, _team);
            progress?.Invoke(1);
            return new CurvatureRecord(
                checkpoint.State.Step,
                loops,
                size,
                loss,
                Math.Sqrt(gradient.Sum(value => value * value)),
                top.Share(gradient),
                top.Values,
                top.Residuals,
                top.Converged,
                Estimates(spectrum),
                SpectralDensity.Of(
                    spectrum, _settings.Kernel * (spectrum.Highest - spectrum.Lowest), _settings.Points),
                traces,
                spectrum.Products + _settings.TraceProbes + top.Products);
        }
        catch (ArithmeticException failure)
        {
            throw new InvalidDataException($"the Hessian at step {checkpoint.State.Step} is not finite: {failure.Message}", failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _team.Dispose();

    /// <summary>About the shares of the time at which quadrature and traces are done.</summary>
    private const double QuadratureShare = 0.7;

    private const double TracesShare = 0.8;

    /// <summary>The estimates, in the order of <see cref="CurvatureRecord.Names"/>.</summary>
    private static Estimate[] Estimates(SpectralQuadrature spectrum)
    {
        var near = CurvatureRecord.NearZero * Math.Max(Math.Abs(spectrum.Lowest), Math.Abs(spectrum.Highest));
        var count = spectrum.Sum(x => Math.Abs(x) <= near ? 1 : 0);
        var size = spectrum.Size;
        return
        [
            spectrum.Entropy(),
            spectrum.Trace(),
            spectrum.FrobeniusNorm(),
            spectrum.NegativeMass(),
            new Estimate(count.Value / size, count.StandardError / size, count.Bias / size, count.Samples),
            .. CurvatureRecord.Epsilons.Select(epsilon => spectrum.ConditionNumber(epsilon * Math.Max(0, spectrum.Highest))),
        ];
    }

    /// <summary>What the vectors take, with as many probes side by side as half of the memory holds.</summary>
    private (QuadratureOptions Quadrature, LanczosOptions Lanczos, int Top, long Bytes, long Left) Plan(int size)
    {
        var budget = (long)_settings.Memory << 20;
        var top = Math.Min(_settings.Top, size);
        var lanczos = new LanczosOptions(Tolerance: _settings.Tolerance, Seed: _settings.Seed);

        // Theta and gradient; a batch of eight probes of the traces with their products.
        var few = (2L + 16) * size * sizeof(double);
        for (var atOnce = Math.Min(MostAtOnce, _settings.Probes); ; atOnce /= 2)
        {
            var quadrature = new QuadratureOptions(_settings.Probes, _settings.Steps, _settings.Seed, atOnce);
            var bytes = few + Math.Max(quadrature.PredictBytes(size), lanczos.PredictBytes(size, top));
            if (bytes <= budget / 2)
            {
                return (quadrature, lanczos, top, bytes, budget - bytes);
            }

            if (atOnce == 1)
            {
                throw new SettingException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"memory must be at least {(2 * bytes >> 20) + 1} MiB for the vectors of {size} parameters, not '{_settings.Memory}'; " +
                    $"fewer lanczos steps take less"));
            }
        }
    }

    private HessianOperator Operator(Objective objective, double[] theta, long budget)
    {
        try
        {
            return new HessianOperator(objective, theta, new CpuBackend(), _team, memoryBudget: budget);
        }
        catch (InvalidOperationException failure)
        {
            throw new SettingException(
                $"memory of {_settings.Memory} MiB, of which {budget >> 20} are left beside the vectors, does not do: {failure.Message}");
        }
    }
}
