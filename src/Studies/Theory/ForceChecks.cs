using Looped.Analysis.Theory;

namespace Looped.Studies.Theory;

/// <summary>What Theorems 1 and 2 and their corollaries say, and the steps of their proofs, as checks on the instances.</summary>
internal static class ForceChecks
{
    private const double Limit = 1 + Check.Rounding;
    private const string OverBound = "largest force / bound";
    private const string ForceRatio = "smallest ln(V / U)";
    private const string LossGap = "smallest (loss of U − loss of V) / size";

    /// <summary>What 'negligible' and 'at rest' are taken to mean in the steps of the proofs: a tenth.</summary>
    private const double Small = 0.1;

    /// <summary>How far V is ahead of U, as a logarithm; NaN where they are equal, as all forces are after a single step.</summary>
    public static double Lead(ForceInstance instance, Func<ForceOutcome, double> size) =>
        Unequal(Math.Log(size(instance.V) / size(instance.U)));

    /// <summary>Theorem 1, Corollaries 1 and 2.</summary>
    public static IEnumerable<Check> Quadratic(IReadOnlyList<ForceInstance> all)
    {
        const string Id = "T1";
        return
        [
            Bound(Id, CheckRole.Claim, "the force of the unforced valley is within the bound", all, o => o.Unforced / o.Bound),
            Bound(
                Id,
                CheckRole.Claim,
                "the whole force, the forced term with it, is within the bound until the saddle doubles",
                all.Where(i => i.Early),
                o => o.Force / o.Bound),
            Bound(
                Id,
                CheckRole.Remark,
                "the whole force is within the bound after the saddle has doubled",
                all.Where(i => !i.Early),
                o => o.Force / o.Bound),
            Bound(
                Id,
                CheckRole.Remark,
                "the force of the unforced valley is within the sharp bound",
                all,
                o => o.Unforced / o.SharpBound),
            Check.AtMost(
                Id,
                CheckRole.Remark,
                "of V's bound at most half lies in the directions that hop (ηλ > 1), both valleys at rest",
                "largest share",
                0.5,
                all.Where(i => i.Hops && i.Settled && i.HoppingShare > 0).Select(i => i.HoppingShare)),
            .. Corollaries(Id, all),
            .. Steps(Id, [.. all.Where(i => i.Early)]),
        ];
    }

    /// <summary>Theorem 2.</summary>
    public static IEnumerable<Check> General(IReadOnlyList<ForceInstance> all, IReadOnlyList<SequenceInstance> sequences)
    {
        const string Id = "T2";
        var checks = new List<Check>();
        foreach (var hops in new[] { false, true })
        {
            checks.Add(Bound(
                Id,
                CheckRole.Claim,
                $"(a) general loss, the force of the unforced valley is within the bound, {Regime(hops)}",
                all.Where(i => i.Hops == hops),
                o => o.Unforced / o.Bound));
            checks.Add(Bound(
                Id,
                CheckRole.Remark,
                $"(a) general loss, the whole force is within the bound, {Regime(hops)}",
                all.Where(i => i.Hops == hops),
                o => o.Force / o.Bound));
            foreach (var coupling in Enum.GetValues<CouplingLaw>())
            {
                checks.Add(Check.AtMost(
                    Id,
                    CheckRole.Claim,
                    "(a) any time-varying Hessians above the lower bound, the coupling " +
                    $"{(coupling == CouplingLaw.Random ? "random" : "the worst within its norm")}, {Regime(hops)}",
                    OverBound,
                    Limit,
                    sequences.Where(s => s.Hops == hops && s.Coupling == coupling).Select(s => s.Outcome.ForceOverBound)));
            }
        }

        return
        [
            .. checks,
            .. Corollaries(Id, all),
            .. Steps(Id, all),
            Check.AtMost(
                Id,
                CheckRole.Step,
                "the Loewner order shortens vectors: |(I − ηH_k)v| ≤ |(I − ηH)v| at each step",
                "largest ratio",
                Limit,
                sequences.Select(s => s.Outcome.StepGrowth)),
        ];
    }

    /// <summary>What momentum and Adam change.</summary>
    public static IEnumerable<Check> Optimizers(IReadOnlyList<OptimizerInstance> all)
    {
        foreach (var (name, _) in OptimizerInstance.Rules)
        {
            var early = all.Where(i => i.Rule == name && i.Early).ToList();
            yield return Check.AtMost(
                "T1",
                CheckRole.Remark,
                $"{name}: the force is within the bound for gradient descent",
                OverBound,
                Limit,
                early.SelectMany(i => new[] { i.ForceOverBoundU, i.ForceOverBoundV }));
            yield return Check.Positive(
                "T1",
                CheckRole.Remark,
                $"{name}: the force on V is larger than that on U",
                ForceRatio,
                early.Select(i => Unequal(Math.Log(i.ForceRatio))));
            yield return Check.Positive(
                "T1", CheckRole.Remark, $"{name}: the loss on V is lower", "smallest gain", early.Select(i => i.LossGain));
        }
    }

    private static IEnumerable<Check> Corollaries(string id, IReadOnlyList<ForceInstance> all)
    {
        var name = id == "T1" ? ("Corollary 1", "Corollary 2") : ("(b)", "(c)");
        foreach (var hops in new[] { false, true })
        {
            yield return Larger(
                id,
                CheckRole.Claim,
                $"{name.Item1}: under Assumption 1 the bound of V is at least that of U, {Regime(hops)}",
                all.Where(i => i.Dominated && i.Hops == hops),
                o => o.Bound);
        }

        yield return Larger(
            id,
            CheckRole.Remark,
            $"{name.Item1}: the same with hopping, after an odd number of steps",
            all.Where(i => i.Dominated && i.Hops && i.Steps % 2 == 1),
            o => o.Bound);
        yield return Larger(
            id,
            CheckRole.Remark,
            $"{name.Item1}: the same where V has more low eigenvalues but is not dominated (Assumption 1 fails)",
            all.Where(i => !i.Dominated),
            o => o.Bound);
        yield return Larger(
            id,
            CheckRole.Step,
            "the larger bound is attained: under Assumption 1 V's whole force is larger than U's",
            all.Where(i => i.Dominated && i.Early),
            o => o.Force);
        yield return Larger(
            id,
            CheckRole.Remark,
            "V's whole force is larger than U's where Assumption 1 fails",
            all.Where(i => !i.Dominated && i.Early),
            o => o.Force);
        yield return Lower(
            id,
            CheckRole.Claim,
            $"{name.Item2}: under Assumption 1, both valleys at rest{Before(id)}, the loss of V is lower",
            all.Where(i => i.Dominated && i.Early && i.Settled));
        yield return Lower(
            id,
            CheckRole.Remark,
            $"{name.Item2}: the same while a valley is still moving{Before(id)}",
            all.Where(i => i.Dominated && i.Early && !i.Settled));
        if (id == "T1")
        {
            yield return Lower(
                id,
                CheckRole.Remark,
                "Corollary 2: the same after the saddle has doubled",
                all.Where(i => i.Dominated && !i.Early));
        }

        yield return Lower(
            id,
            CheckRole.Remark,
            $"{name.Item2}: the same where Assumption 1 fails, both valleys at rest{Before(id)}",
            all.Where(i => !i.Dominated && i.Early && i.Settled));
    }

    private static IEnumerable<Check> Steps(string id, IReadOnlyList<ForceInstance> all)
    {
        yield return Check.AtMost(
            id,
            CheckRole.Step,
            $"the forced term is at most a tenth of the unforced force{Before(id)}",
            "largest share",
            Small,
            Both(all, o => o.ForcedShare));
        yield return Check.Positive(
            id,
            CheckRole.Step,
            $"the force points along the river gradient{Before(id)}",
            "smallest cosine",
            Both(all, o => o.Alignment));
        yield return Check.AtMost(
            id,
            CheckRole.Step,
            "of V's bound at most a tenth lies in the eigenvalues above the threshold",
            "largest share",
            Small,
            all.Where(i => i.Dominated).Select(i => i.ResidualShare));
        yield return Check.AtMost(
            id,
            CheckRole.Step,
            $"the valley ends within a tenth of its start once its own decay is over{Before(id)}",
            "largest |v_K| / |v_0|",
            Small,
            Both(all.Where(i => i.Settled), o => o.ValleyLeft));
        yield return Check.Positive(
            id,
            CheckRole.Step,
            $"the river's own loss is lower on V, both valleys at rest{Before(id)}",
            LossGap,
            all.Where(i => i.Dominated && i.Settled).Select(i => Gap(i.U.RiverLoss, i.V.RiverLoss)));
    }

    private static string Regime(bool hops) => hops ? "with hopping (1 < ηλ < 2 somewhere)" : "without hopping (ηλ ≤ 1)";

    private static string Before(string id) => id == "T1" ? ", before the saddle doubles" : string.Empty;

    private static Check Bound(
        string id, CheckRole role, string statement, IEnumerable<ForceInstance> instances, Func<ForceOutcome, double> ratio) =>
        Check.AtMost(id, role, statement, OverBound, Limit, Both(instances, ratio));

    private static Check Larger(
        string id, CheckRole role, string statement, IEnumerable<ForceInstance> instances, Func<ForceOutcome, double> size) =>
        Check.Positive(
            id,
            role,
            statement,
            ForceRatio,
            instances.Select(i => Lead(i, size)));

    private static double Unequal(double log) => Math.Abs(log) <= Check.Rounding ? double.NaN : log;

    private static Check Lower(string id, CheckRole role, string statement, IEnumerable<ForceInstance> instances) =>
        Check.Positive(id, role, statement, LossGap, instances.Select(i => Gap(i.U.Loss, i.V.Loss)));

    private static double Gap(double u, double v) => (u - v) / Math.Max(Math.Abs(u), Math.Abs(v));

    private static IEnumerable<double> Both(IEnumerable<ForceInstance> instances, Func<ForceOutcome, double> value) =>
        instances.SelectMany(i => new[] { value(i.U), value(i.V) });
}
