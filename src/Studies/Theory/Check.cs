namespace Looped.Studies.Theory;

/// <summary>What a check is to the claim that it belongs to.</summary>
public enum CheckRole
{
    /// <summary>A part of the claim: it is judged by it.</summary>
    Claim,

    /// <summary>The claim under a condition that it does not state: where it holds, the claim depends on that condition.</summary>
    Repair,

    /// <summary>A step of the proof that is an approximation.</summary>
    Step,

    /// <summary>What is seen beside it, such as how often a conclusion survives where its assumption fails.</summary>
    Remark,
}

/// <summary>A statement about every one of many instances, and how often it was wrong.</summary>
/// <param name="Claim">The claim that it belongs to, such as <c>T1</c>.</param>
/// <param name="Role">What it is to the claim.</param>
/// <param name="Statement">What should hold in each instance.</param>
/// <param name="Margin">What the worst margin is, in words.</param>
/// <param name="Violations">Instances in which it did not hold.</param>
/// <param name="Instances">All instances.</param>
/// <param name="WorstMargin">The margin of the instance that is furthest on the wrong side; NaN where there is none.</param>
public sealed record Check(
    string Claim, CheckRole Role, string Statement, string Margin, int Violations, int Instances, double WorstMargin)
{
    /// <summary>
    /// Relative rounding that an inequality may be off by: sums over thousands of steps lose some digits.
    /// </summary>
    public const double Rounding = 1e-9;

    /// <summary>The share of violations; NaN without instances.</summary>
    public double Share => Instances == 0 ? double.NaN : Violations / (double)Instances;

    /// <summary>Whether there were instances, and the statement held in all.</summary>
    public bool Holds => Instances > 0 && Violations == 0;

    /// <summary>The exact 95 % interval of the share of violations.</summary>
    public (double Low, double High) Interval => ExactInterval.Of(Violations, Instances);

    /// <summary>Values that should be at most a limit; the worst is the largest.</summary>
    public static Check AtMost(
        string claim, CheckRole role, string statement, string margin, double limit, IEnumerable<double> values)
    {
        double[] list = [.. values.Where(value => !double.IsNaN(value))];
        return new Check(
            claim,
            role,
            statement,
            margin,
            list.Count(value => value > limit),
            list.Length,
            list.Length == 0 ? double.NaN : list.Max());
    }

    /// <summary>Values that should be above zero; the worst is the smallest.</summary>
    public static Check Positive(string claim, CheckRole role, string statement, string margin, IEnumerable<double> values)
    {
        double[] list = [.. values.Where(value => !double.IsNaN(value))];
        return new Check(
            claim,
            role,
            statement,
            margin,
            list.Count(value => !(value > 0)),
            list.Length,
            list.Length == 0 ? double.NaN : list.Min());
    }
}
