using System.Globalization;

namespace Looped.Analysis;

/// <summary>What the threshold epsilon between valley and river is measured in.</summary>
public enum EpsilonMode
{
    /// <summary>In units of the largest eigenvalue.</summary>
    Relative,

    /// <summary>In the units of the Hessian.</summary>
    Absolute,
}

/// <summary>The shape of a valley by its condition number.</summary>
public enum ValleyShape
{
    /// <summary>Neither of the two, or no valley at all.</summary>
    Neither,

    /// <summary>U: flat, all directions of about the same curvature, kappa at most 1 + delta.</summary>
    U,

    /// <summary>V: steep in some directions and not in others, kappa at least the threshold.</summary>
    V,
}

/// <summary>The parameters of Definition 1, which the paper leaves open.</summary>
public sealed record ValleyCriteria
{
    /// <summary>Criteria that have been checked.</summary>
    /// <param name="delta">A valley with kappa at most 1 + delta is U-shaped; not negative.</param>
    /// <param name="threshold">A valley with kappa at least this is V-shaped; more than 1 + delta.</param>
    /// <param name="epsilon">Eigenvalues above this belong to the valley; not negative, below 1 if relative.</param>
    /// <param name="mode">What epsilon is measured in.</param>
    /// <exception cref="ArgumentException">A parameter is out of its range.</exception>
    public ValleyCriteria(
        double delta, double threshold, double epsilon = 1e-3, EpsilonMode mode = EpsilonMode.Relative)
    {
        Require(double.IsFinite(delta) && delta >= 0, $"delta must be finite and not negative, but is {delta}.");
        Require(threshold > 1 + delta, $"The V threshold must be more than 1 + delta = {1 + delta}, but is {threshold}.");
        Require(mode is EpsilonMode.Relative or EpsilonMode.Absolute, $"There is no epsilon mode {mode}.");
        Require(double.IsFinite(epsilon) && epsilon >= 0, $"epsilon must be finite and not negative, but is {epsilon}.");
        Require(
            mode == EpsilonMode.Absolute || epsilon < 1,
            $"epsilon relative to the largest eigenvalue must be below 1, but is {epsilon}.");
        (Delta, Threshold, Epsilon, Mode) = (delta, threshold, epsilon, mode);
    }

    /// <summary>A valley with kappa at most 1 + delta is U-shaped.</summary>
    public double Delta { get; }

    /// <summary>A valley with kappa at least this is V-shaped.</summary>
    public double Threshold { get; }

    /// <summary>Eigenvalues above this belong to the valley.</summary>
    public double Epsilon { get; }

    /// <summary>What <see cref="Epsilon"/> is measured in.</summary>
    public EpsilonMode Mode { get; }

    private static void Require(bool holds, FormattableString sentence)
    {
        if (!holds)
        {
            throw new ArgumentException(sentence.ToString(CultureInfo.InvariantCulture));
        }
    }
}

/// <summary>The valley of one Hessian.</summary>
/// <param name="Epsilon">Epsilon as it was given.</param>
/// <param name="Cut">The eigenvalue above which the valley begins, in the units of the Hessian.</param>
/// <param name="Size">The number of eigenvalues in the valley; the others are the river.</param>
/// <param name="ConditionNumber">kappa, the largest eigenvalue over the smallest of the valley; not a number if it is empty.</param>
/// <param name="Shape">The verdict on kappa.</param>
public readonly record struct Valley(double Epsilon, double Cut, int Size, double ConditionNumber, ValleyShape Shape);

/// <summary>
/// Definition 1: the valley is spanned by the eigenvectors of the Hessian with <c>lambda &gt; epsilon</c>, the river by the
/// others. Where no eigenvalue is positive there is no valley.
/// </summary>
public static class ValleyGeometry
{
    /// <summary>The valley of a spectrum.</summary>
    /// <param name="values">The eigenvalues, in any order.</param>
    /// <param name="criteria">Where the valley begins, and which shapes are U and V.</param>
    /// <exception cref="ArgumentException">An eigenvalue is not finite.</exception>
    public static Valley Measure(ReadOnlySpan<double> values, ValleyCriteria criteria)
    {
        var largest = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Eigenvalues must be finite, but number {i} is {values[i]}."),
                    nameof(values));
            }

            largest = Math.Max(largest, values[i]);
        }

        var cut = criteria.Mode == EpsilonMode.Relative ? criteria.Epsilon * largest : criteria.Epsilon;
        var (size, smallest) = (0, double.PositiveInfinity);
        foreach (var value in values)
        {
            if (value > cut)
            {
                size++;
                smallest = Math.Min(smallest, value);
            }
        }

        var kappa = size == 0 ? double.NaN : largest / smallest;
        return new Valley(criteria.Epsilon, cut, size, kappa, Judge(kappa, criteria));
    }

    /// <summary>The valleys of one spectrum over a range of epsilon, all else as in the criteria.</summary>
    /// <exception cref="ArgumentException">An eigenvalue is not finite, or an epsilon out of its range.</exception>
    public static Valley[] MeasureOver(
        ReadOnlySpan<double> values, ValleyCriteria criteria, ReadOnlySpan<double> epsilons)
    {
        var valleys = new Valley[epsilons.Length];
        for (var i = 0; i < valleys.Length; i++)
        {
            valleys[i] = Measure(
                values, new ValleyCriteria(criteria.Delta, criteria.Threshold, epsilons[i], criteria.Mode));
        }

        return valleys;
    }

    private static ValleyShape Judge(double kappa, ValleyCriteria criteria) =>
        kappa <= 1 + criteria.Delta ? ValleyShape.U
        : kappa >= criteria.Threshold ? ValleyShape.V
        : ValleyShape.Neither;
}
