using Looped.Analysis.Theory;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;
using Looped.Models.Training;
using Looped.Tensors;

namespace Looped.Studies.Theory;

/// <summary>Everything measured of the attention models of one world.</summary>
/// <param name="Lemmas">Lemmas 1 to 3.</param>
/// <param name="Alignments">Theorem 3; the study's width alone.</param>
/// <param name="Rivers">The readings of 'river'; the study's width and the first worlds alone.</param>
public sealed record ModelMeasures(
    IReadOnlyList<LemmaRow> Lemmas, IReadOnlyList<AlignmentRow> Alignments, IReadOnlyList<RiverRow> Rivers);

/// <summary>Trains both models on one world and looks at them at a few epochs.</summary>
internal static class ModelRun
{
    /// <summary>The width of the toy study, at which everything is measured.</summary>
    public const int StudyWidth = 8;

    /// <summary>Widths at which the lemmas are looked at; three tokens can fill the first.</summary>
    public static readonly int[] Widths = [2, 4, StudyWidth];

    /// <summary>Epochs that are looked at, as far as training goes; the last one always is.</summary>
    private static readonly int[] Epochs = [0, 1, 2, 5, 10, 20, 50, 100, 200, 400, 1000];

    /// <summary>Worlds whose Hessians are looked at.</summary>
    private const int RiverWorlds = 10;

    /// <summary>
    /// Scales of nearly diagonal weights: about the spectral norms of small initialisations, so that loops do not explode.
    /// </summary>
    private const double Smallest = 0.25;

    /// <summary>See <see cref="Smallest"/>.</summary>
    private const double Largest = 1;

    private static readonly double[] OffDiagonals = [0, 0.01, 0.03, 0.1, 0.5];
    private static readonly double[] Anisotropies = [1, 1.05, 1.5, 5];

    /// <summary>The epochs that a training of some length is looked at.</summary>
    public static int[] EpochsUpTo(int last) => [.. Epochs.Where(epoch => epoch < last), last];

    /// <summary>Runs one world.</summary>
    /// <param name="settings">Of the study.</param>
    /// <param name="index">Number of the world, from 0.</param>
    /// <param name="width">d.</param>
    /// <param name="cancellation">Stops between epochs.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static ModelMeasures Of(TheorySettings settings, int index, int width, CancellationToken cancellation)
    {
        using var team = new WorkerTeam(1);
        var seed = unchecked(settings.Seed + (ulong)index);
        using var bench = new ModelBench(seed, width, team);
        var (lemmas, alignments, rivers) = (new List<LemmaRow>(), new List<AlignmentRow>(), new List<RiverRow>());
        var isStudied = width == StudyWidth;
        foreach (var model in isStudied ? [bench.Single, bench.Looped] : new[] { bench.Looped })
        {
            foreach (var (epoch, theta) in Train(bench, model, settings.Epochs, team, cancellation))
            {
                var point = new ModelPoint(bench, theta);
                if (model == bench.Looped)
                {
                    lemmas.Add(LemmaRow.At(epoch, point, epoch == 0 || epoch == settings.Epochs, team));
                }

                if (isStudied)
                {
                    alignments.Add(AlignmentRow.At(
                        model == bench.Looped ? "looped training" : "single training", seed, epoch, point));
                }

                if (isStudied && index < RiverWorlds)
                {
                    rivers.Add(RiverRow.At(bench, model, epoch, theta, team));
                }
            }
        }

        if (isStudied)
        {
            alignments.AddRange(NearlyDiagonal(bench, seed));
        }

        return new ModelMeasures(lemmas, alignments, rivers);
    }

    private static IEnumerable<AlignmentRow> NearlyDiagonal(ModelBench bench, ulong seed)
    {
        var random = new Philox(seed, "theory, nearly diagonal");
        foreach (var off in OffDiagonals)
        {
            foreach (var anisotropy in Anisotropies)
            {
                var scale = Smallest + (random.NextDouble() * (Largest - Smallest));
                var weights = AttentionWeights.NearlyDiagonal(random, bench.Looped, scale, anisotropy, off);
                yield return AlignmentRow.At("nearly diagonal", seed, -1, new ModelPoint(bench, weights.ToVector()));
            }
        }
    }

    /// <summary>Theta at the epochs that are looked at.</summary>
    private static List<(int Epoch, double[] Theta)> Train(
        ModelBench bench, ToyModelSettings model, int epochs, WorkerTeam team, CancellationToken cancellation)
    {
        using var trainer = new Trainer(
            bench.Objective(model), bench.Settings.OptimizerSettings, bench.Initial, new CpuBackend(), team);
        var watched = EpochsUpTo(epochs);
        var points = new List<(int, double[])>();
        while (true)
        {
            if (watched.Contains(trainer.Epoch))
            {
                points.Add((trainer.Epoch, trainer.State.Theta.ToArray()));
            }

            if (trainer.Epoch == epochs)
            {
                return points;
            }

            cancellation.ThrowIfCancellationRequested();
            trainer.RunEpoch();
        }
    }
}
