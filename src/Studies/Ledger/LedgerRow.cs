namespace Looped.Studies.Ledger;

/// <summary>A claim and what became of it.</summary>
/// <param name="Id">Short name of the claim, such as <c>H1</c>.</param>
/// <param name="Statement">What is claimed, in a sentence.</param>
/// <param name="Statistic">What was measured to judge it, with its unit.</param>
/// <param name="Value">The measured value; NaN if there is none.</param>
/// <param name="Low">Lower end of its interval; NaN if there is none.</param>
/// <param name="High">Upper end of its interval; NaN if there is none.</param>
/// <param name="Rule">How value and interval lead to the verdict.</param>
/// <param name="Verdict">The outcome.</param>
/// <param name="Settings">Under which choices it was measured.</param>
public sealed record LedgerRow(
    string Id,
    string Statement,
    string Statistic,
    double Value,
    double Low,
    double High,
    string Rule,
    Verdict Verdict,
    IReadOnlyDictionary<string, string> Settings);
