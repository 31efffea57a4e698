using Looped.Analysis.Theory;

namespace Looped.Studies.Theory;

/// <summary>What Lemmas 1 to 3 and Theorem 3 say, as checks on the attention models.</summary>
internal static class ModelChecks
{
    /// <summary>Relative error up to which two gradients are one.</summary>
    private const double Same = 1e-12;

    /// <summary>The same where a pseudo-inverse of a nearly singular matrix stands between.</summary>
    private const double SamePreconditioned = 1e-8;

    private const string Error = "largest relative error";
    private const string UnitError = "largest error, relative to a residual of one";
    private const string Residual = "largest relative residual";
    private const string Cosine = "smallest cosine";

    /// <summary>Lemmas 1 and 2.</summary>
    public static IEnumerable<Check> Gradients(IReadOnlyList<LemmaRow> rows) =>
    [
        Check.AtMost(
            "L1",
            CheckRole.Claim,
            "the closed forms are Single-Attn's gradients in W_K and W_Q, to 1e-12, per sample and averaged",
            UnitError,
            Same,
            rows.SelectMany(row => row.SingleErrors)),
        Check.AtMost(
            "L2",
            CheckRole.Claim,
            "the closed forms are Looped-Attn's full gradients in W_K and W_Q, to 1e-12, per sample and averaged",
            Error,
            Same,
            rows.SelectMany(row => row.FullErrors)),
        Check.AtMost(
            "L2",
            CheckRole.Repair,
            "they are its gradients with the earlier states frozen, to 1e-12, per sample",
            UnitError,
            Same,
            rows.SelectMany(row => row.FrozenErrors)),
        Check.Positive(
            "L2",
            CheckRole.Remark,
            "at initialisation the frozen gradient of the mean loss points along the full one",
            Cosine,
            rows.Where(row => row.Epoch == 0).Select(row => row.FullCosine)),
        Check.Positive(
            "L2",
            CheckRole.Remark,
            "along training the frozen gradient of the mean loss points along the full one",
            Cosine,
            rows.Where(row => row.Epoch > 0).Select(row => row.FullCosine)),
    ];

    /// <summary>Lemma 3.</summary>
    public static IEnumerable<Check> Preconditioner(IReadOnlyList<LemmaRow> rows)
    {
        yield return On(CheckRole.Claim, "as stated, each model with its own p, per sample", row => row.Residuals, r => r.Own);
        yield return On(CheckRole.Claim, "as stated, on the mean loss", row => row.MeanResiduals, r => r.Own);
        yield return On(CheckRole.Repair, "with one p for both models, per sample", row => row.Residuals, r => r.Shared);
        yield return On(
            CheckRole.Repair,
            "with one p, where M_0 has full column rank, per sample",
            row => row.FullRankResiduals,
            r => r.Shared);
        yield return On(
            CheckRole.Repair,
            "with one p and g projected on the range that the pseudo-inverse inverts, per sample",
            row => row.Residuals,
            r => r.Projected);
        yield return On(CheckRole.Repair, "with one p, on the mean loss", row => row.MeanResiduals, r => r.Shared);
        yield return On(
            CheckRole.Repair, "with one p and g projected, on the mean loss", row => row.MeanResiduals, r => r.Projected);

        Check On(
            CheckRole role, string statement, Func<LemmaRow, LemmaResiduals[]> residuals, Func<LemmaResiduals, double> residual) =>
            Check.AtMost(
                "L3",
                role,
                "the preconditioned single gradient is the looped one with states frozen, " + statement,
                Residual,
                SamePreconditioned,
                rows.SelectMany(residuals).Select(residual));
    }

    /// <summary>Theorem 3.</summary>
    public static IEnumerable<Check> Alignment(IReadOnlyList<AlignmentRow> rows, IReadOnlyList<LemmaRow> lemmas)
    {
        var assumed = rows.Where(row => row.Conditions is { HoldsFour: true, HoldsFive: true }).ToList();
        foreach (var (role, gradient, words) in new[]
        {
            (CheckRole.Claim, AlignedGradient.Frozen, "states frozen"),
            (CheckRole.Claim, AlignedGradient.Full, "full gradient"),
            (CheckRole.Repair, AlignedGradient.OneP, "one p for both"),
        })
        {
            yield return Samples(role, $"where Assumptions 4 and 5 hold, W_K and W_Q, {words}", assumed, gradient);
            yield return Mean(role, $"where Assumptions 4 and 5 hold, W_K and W_Q, {words}", assumed, gradient);
        }

        yield return Samples(
            CheckRole.Repair,
            "where the weights are exactly diagonal and the composites exactly symmetric, W_K and W_Q, one p for both",
            [.. assumed.Where(row => row.Conditions is { OffDiagonal: 0, Asymmetry: <= Same })],
            AlignedGradient.OneP);
        foreach (var (name, some) in new[]
        {
            ("nearly diagonal weights that break an assumption",
                rows.Where(row => row.Case == "nearly diagonal" && !assumed.Contains(row)).ToList()),
            ("random initialisation", rows.Where(row => row.Epoch == 0 && row.Case == "single training").ToList()),
            ("along Single-Attn's training", rows.Where(row => row.Epoch > 0 && row.Case == "single training").ToList()),
            ("along Looped-Attn's training", rows.Where(row => row.Epoch > 0 && row.Case == "looped training").ToList()),
        })
        {
            foreach (var (gradient, words) in new[]
            {
                (AlignedGradient.Frozen, "states frozen"),
                (AlignedGradient.Full, "full gradient"),
                (AlignedGradient.OneP, "one p for both"),
            })
            {
                yield return Samples(CheckRole.Remark, $"{name}, W_K and W_Q, {words}", some, gradient);
                yield return Mean(CheckRole.Remark, $"{name}, W_K and W_Q, {words}", some, gradient);
            }
        }

        var trained = rows.Where(row => row.Epoch >= 0).ToList();
        yield return Check.AtMost(
            "T3",
            CheckRole.Step,
            "Assumption 4 holds at random initialisation and along training (off-diagonal part at most a twentieth)",
            "smallest off-diagonal / diagonal norm",
            AlignmentConditions.Tolerance,
            trained.Select(row => row.Conditions.OffDiagonal)) with
        {
            WorstMargin = trained.Select(row => row.Conditions.OffDiagonal).DefaultIfEmpty(double.NaN).Min(),
        };
        yield return Check.AtMost(
            "T3",
            CheckRole.Step,
            "Assumption 5 holds at random initialisation and along training (negative part at most a twentieth)",
            "smallest negative part",
            AlignmentConditions.Tolerance,
            trained.Select(row => row.Conditions.NegativePart)) with
        {
            WorstMargin = trained.Select(row => row.Conditions.NegativePart).DefaultIfEmpty(double.NaN).Min(),
        };
        yield return Check.AtMost(
            "T3",
            CheckRole.Step,
            "Lemma 3's preconditioner is positive semidefinite at random initialisation and at the end of training",
            "deepest negative eigenvalue / norm",
            Check.Rounding,
            lemmas.SelectMany(row => row.Definiteness).Select(lowest => -lowest));
    }

    private static Check Samples(CheckRole role, string where, IReadOnlyList<AlignmentRow> rows, AlignedGradient gradient)
    {
        var alignments = rows.Select(row => row.Of(AlignedPart.Attention, gradient)).ToList();
        return new Check(
            "T3",
            role,
            $"the two gradients of a sample point the same way: {where}",
            Cosine,
            alignments.Sum(a => a.Negative),
            alignments.Sum(a => a.Samples),
            alignments.Select(a => a.Lowest).DefaultIfEmpty(double.NaN).Min());
    }

    private static Check Mean(
        CheckRole role, string where, IReadOnlyList<AlignmentRow> rows, AlignedGradient gradient) =>
        Check.Positive(
            "T3",
            role,
            $"the two gradients of the mean loss point the same way: {where}",
            Cosine,
            rows.Select(row => row.Of(AlignedPart.Attention, gradient).Mean));
}
