using Looped.Models.Data;

namespace Looped.Studies.Toy;

/// <summary>What a toy run measured: the input of its files, figures and verdicts.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Backend">Name of the backend that ran the programs.</param>
/// <param name="Ceilings">What can be attained on the samples and on each group.</param>
/// <param name="Models">The models.</param>
/// <param name="Elapsed">Wall time from start to end.</param>
/// <param name="IsComplete">Whether every model reached the last epoch.</param>
public sealed record ToyResult(
    ToySettings Settings,
    string Backend,
    Ceilings Ceilings,
    IReadOnlyList<ToyModelResult> Models,
    TimeSpan Elapsed,
    bool IsComplete)
{
    /// <summary>What stands of a study, whether it is done or not.</summary>
    public static ToyResult Of(ToyRun study, TimeSpan elapsed) => new(
        study.Settings,
        study.Backend.Name,
        study.World.Ceilings,
        [
            .. study.Runs.Select(run => new ToyModelResult(
                run.Name, run.ParameterCount, run.Rows(), run.Times, run.Divergence)),
        ],
        elapsed,
        study.IsComplete);

    /// <summary>A model by name; null where the run did not train it or measured nothing of it.</summary>
    public ToyModelResult? Model(string name) =>
        Models.FirstOrDefault(model => model.Name == name && model.Rows.Count > 0);
}

/// <summary>What was measured of one model.</summary>
/// <param name="Name"><c>single</c> or <c>looped</c>.</param>
/// <param name="ParameterCount">P.</param>
/// <param name="Rows">One row an epoch, from 0.</param>
/// <param name="Times">Where the time went.</param>
/// <param name="Divergence">Why training ended before the last epoch, in a sentence; null where it did not, or was stopped.</param>
public sealed record ToyModelResult(
    string Name, int ParameterCount, IReadOnlyList<ToyRow> Rows, ToyTimes Times, string? Divergence = null)
{
    /// <summary>The model's name in figures and text.</summary>
    public string Title => Name == "single" ? "Single-Attn" : "Looped-Attn";

    /// <summary>The rows that have a spectrum.</summary>
    public IEnumerable<ToyRow> SpectrumRows => Rows.Where(row => row.Spectrum is not null);
}
