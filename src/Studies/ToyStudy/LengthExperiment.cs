using System.Globalization;
using Looped.Kernels;
using Looped.Models.Attention;
using Looped.Models.Data;
using Looped.Studies.Toy;
using Looped.Tensors;

namespace Looped.Studies.ToyStudy;

/// <summary>
/// Tests trained models on sequences of other lengths, drawn by the law and the matrices of training. Terms of positions
/// that training never showed are drawn on from the law of those that it did. Ceilings are exact at every length: bags of
/// three symbols are few.
/// </summary>
public static class LengthExperiment
{
    /// <summary>Measures all lengths.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static LengthPart Run(
        ToySettings settings,
        ToyWorld world,
        TrainedModels models,
        MeasurementPlan plan,
        IBackend backend,
        CancellationToken cancellation)
    {
        var bound = world.Samples.LargestInformationContent;
        var longest = MeasurementPlan.Lengths.Max();
        var embedding = ToyEmbedding.Random(
            settings.Seed, world.Language.Symbols, settings.Width, settings.Positions ? longest - 1 : 0);
        var rows = new List<LengthRow>();
        foreach (var length in MeasurementPlan.Lengths)
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Add(Row(SequenceSet.Draw(
                world.Language,
                length,
                plan.LengthSamples,
                settings.Alpha,
                new Philox(settings.Seed, string.Create(CultureInfo.InvariantCulture, $"length {length}")))));
        }

        return new LengthPart(bound, Row(world.Samples), rows);

        LengthRow Row(SequenceSet set)
        {
            var contexts = Contexts.Distinct(set);
            var simple = new SimpleSequences(contexts, bound);
            var (mean, deviation, histogram) = Information(set);
            return new LengthRow(
                set.Length,
                set.Language.Dynamics == Dynamics.Mixture ? 0 : set.Language.StepMatrixIndex(set.Length - 1) + 1,
                simple.Share,
                new LengthAccuracies(
                    OfModel(models.Single),
                    OfModel(models.Looped),
                    OfModel(models.Shift),
                    Best(ContextView.LastToken),
                    Best(ContextView.Bag),
                    Best(ContextView.Full)),
                mean,
                deviation,
                histogram);

            SimpleAccuracies Best(ContextView view) => simple.Measure(Ceilings.Predictions(contexts, view));

            SimpleAccuracies OfModel(TrainedModel model)
            {
                if (model.Theta is null)
                {
                    return new SimpleAccuracies(double.NaN, double.NaN);
                }

                using var predictor = new ToyPredictor(
                    settings.Model(model.Architecture), contexts.Tokens, contexts.Length, embedding, backend);
                return simple.Measure(predictor.Predict(model.Theta));
            }
        }
    }

    private static (double Mean, double Deviation, double[] Histogram) Information(SequenceSet set)
    {
        var contents = set.InformationContents;
        var histogram = new double[(int)(set.LargestInformationContent / LengthPart.BinWidth) + 1];
        var (sum, squares) = (0.0, 0.0);
        for (var i = 0; i < set.Count; i++)
        {
            histogram[(int)(contents[i] / LengthPart.BinWidth)] += set.Counts[i];
            sum += set.Counts[i] * contents[i];
        }

        var mean = sum / set.SampleCount;
        for (var i = 0; i < set.Count; i++)
        {
            squares += set.Counts[i] * (contents[i] - mean) * (contents[i] - mean);
        }

        return (mean, Math.Sqrt(squares / set.SampleCount), histogram);
    }
}
