using System.Globalization;
using System.Text;
using Looped.Studies.Ledger;
using Looped.Studies.Reports;

namespace Looped.Studies.Theory;

/// <summary>The rows T1, T2, L1, L2, L3 and T3 of the ledger, judged on the checks that belong to them.</summary>
public static class TheoryLedger
{
    private const string Rule =
        "One violation refutes. Supported if no part of the claim is ever violated; depends if some part is not, or if the claim " +
        "with a named condition added is not; not supported otherwise. Value: share of violations in the worst part; exact 95 % interval.";

    private static readonly (string Id, string Statement)[] Claims =
    [
        (
            "T1",
            "Under a quadratic loss the valley's cumulative force on the river is at most |H_RV| |v_0| sum_i s_i; a spectrum that " +
            "Assumption 1 calls V-shaped has the larger force (Corollary 1), and the lower loss follows (Corollary 2)."),
        (
            "T2",
            "The same holds under a general loss, whose coupling is bounded and whose valley Hessians stay above a constant in " +
            "Loewner order."),
        ("L1", "Single-Attn's gradients in W_K and W_Q have the closed forms of Lemma 1."),
        ("L2", "Looped-Attn's gradients in W_K and W_Q have the closed forms of Lemma 2: Lemma 1's, summed over the loops."),
        ("L3", "Looped-Attn's gradient is Single-Attn's, preconditioned by Kronecker products and a pseudo-inverse."),
        ("T3", "The gradients of Single- and Looped-Attn point the same way under Assumptions 4 and 5."),
    ];

    /// <summary>All checks of a result, in the order of the claims.</summary>
    public static IReadOnlyList<Check> Checks(TheoryResult result) =>
    [
        .. ForceChecks.Quadratic(result.Quadratic),
        .. ForceChecks.Optimizers(result.Optimizers),
        .. ForceChecks.General(result.General, result.Sequences),
        .. ModelChecks.Gradients(result.Lemmas),
        .. ModelChecks.Preconditioner(result.Lemmas),
        .. ModelChecks.Alignment(result.Alignments, result.Lemmas),
    ];

    /// <summary>The rows of the ledger.</summary>
    /// <param name="checks">The checks of a result.</param>
    /// <param name="settings">Its settings.</param>
    public static IReadOnlyList<LedgerRow> Judge(IReadOnlyList<Check> checks, TheorySettings settings)
    {
        var names = TheorySettings.Options.Where(option => option.Name != "threads")
            .ToDictionary(option => option.Name, option => option.Get(settings));
        return [.. Claims.Select(claim => Row(claim.Id, claim.Statement, [.. checks.Where(c => c.Claim == claim.Id)], names))];
    }

    /// <summary>What the checks of a claim come to.</summary>
    public static Verdict Weigh(IReadOnlyList<Check> checks)
    {
        var parts = checks.Where(check => check.Role == CheckRole.Claim).ToList();
        return parts.Count > 0 && parts.All(check => check.Holds) ? Verdict.Supported
            : parts.All(check => check.Violations > 0)
                && checks.Where(check => check.Role == CheckRole.Repair).All(check => check.Violations > 0) ? Verdict.NotSupported
            : Verdict.Depends;
    }

    private static LedgerRow Row(
        string id, string statement, IReadOnlyList<Check> checks, IReadOnlyDictionary<string, string> settings)
    {
        var parts = checks.Where(check => check.Role is CheckRole.Claim or CheckRole.Repair).ToList();
        var worst = parts.Where(check => check.Role == CheckRole.Claim && check.Instances > 0)
            .OrderByDescending(check => check.Share).FirstOrDefault();
        if (worst is null || parts.Any(check => check.Role == CheckRole.Claim && check.Instances == 0))
        {
            return new LedgerRow(
                id,
                statement,
                "not measured: the run was stopped, or no instance met a part's conditions",
                double.NaN,
                double.NaN,
                double.NaN,
                Rule,
                Verdict.Depends,
                settings);
        }

        return new LedgerRow(
            id,
            statement,
            Describe(worst, parts),
            worst.Share,
            worst.Interval.Low,
            worst.Interval.High,
            Rule,
            Weigh(checks),
            settings);
    }

    private static string Describe(Check worst, IReadOnlyList<Check> parts)
    {
        var claimed = parts.Where(check => check.Role == CheckRole.Claim).ToList();
        var repaired = parts.Where(check => check is { Role: CheckRole.Repair, Holds: true }).ToList();
        var text = new StringBuilder().Append(
            CultureInfo.InvariantCulture, $"{claimed.Count(check => check.Holds)} of {claimed.Count} parts hold. ");
        if (worst.Holds)
        {
            Append("Closest to its limit: ", worst);
        }

        foreach (var check in claimed.Where(check => !check.Holds))
        {
            Append("Violated: ", check);
        }

        foreach (var check in repaired)
        {
            Append("Never violated under a condition added: ", check);
        }

        return text.ToString().TrimEnd();

        void Append(string what, Check check) => text.Append(
            CultureInfo.InvariantCulture,
            $"{what}{check.Statement}: {check.Violations} of {check.Instances}, {check.Margin} {Cell.Number(check.WorstMargin).Text}. ");
    }
}
