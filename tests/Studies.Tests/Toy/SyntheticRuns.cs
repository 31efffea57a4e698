using Looped.Analysis;
using Looped.Analysis.Curvature;
using Looped.Models.Data;
using Looped.Studies.Toy;

namespace Looped.Studies.Tests.Toy;

/// <summary>Results with courses of training made up to meet a rule or to miss it.</summary>
internal static class SyntheticRuns
{
    /// <summary>A model with rows 0 .. epochs of given courses.</summary>
    /// <param name="name"><c>single</c> or <c>looped</c>.</param>
    /// <param name="epochs">The last epoch.</param>
    /// <param name="entropy">E by epoch; none where there is no spectrum.</param>
    /// <param name="low">Low-IC accuracy by epoch.</param>
    /// <param name="high">High-IC accuracy by epoch.</param>
    /// <param name="information">Mutual information by epoch.</param>
    /// <param name="values">Eigenvalues, ascending, by epoch.</param>
    public static ToyModelResult Model(
        string name,
        int epochs,
        Func<int, double?>? entropy = null,
        Func<int, double>? low = null,
        Func<int, double>? high = null,
        Func<int, double>? information = null,
        Func<int, double[]>? values = null)
    {
        var rows = Enumerable.Range(0, epochs + 1).Select(epoch =>
        {
            var spectrum = (entropy ?? (_ => 2))(epoch) is { } e
                ? new SpectrumRow(
                    epoch,
                    (values ?? (_ => [0, 0, 0, 1]))(epoch),
                    e,
                    epoch == 0 ? double.NaN : information?.Invoke(epoch) ?? 1,
                    epoch == 0 ? double.NaN : 2,
                    new Valley(1e-3, 1e-3, 1, 1, ValleyShape.U))
                : null;
            var accuracy = new Accuracies(0.5, low?.Invoke(epoch) ?? 0.5, high?.Invoke(epoch) ?? 0.5);
            return new ToyRow(epoch, 1, accuracy, 1, spectrum);
        });
        return new ToyModelResult(
            name, 4, [.. rows], new ToyTimes(default, default, default, default, default));
    }

    public static ToyResult Of(params ToyModelResult[] models)
    {
        var ceiling = new Accuracies(0.6, 0.6, 0.6);
        return new ToyResult(
            new ToySettings(), "cpu", new Ceilings(ceiling, ceiling, ceiling), models, TimeSpan.FromSeconds(1), true);
    }
}
