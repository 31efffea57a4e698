namespace Looped.Analysis.Theory;

/// <summary>
/// Two readings of 'river' on one Hessian. The paper's Definition 1: the span of all eigenvectors with
/// <c>lambda &lt;= epsilon</c>. Wen et al. (2024): a curve on which the gradient is parallel to the eigenvector of the smallest
/// eigenvalue, which a gap parts from the others; our reading takes that eigenvector as the river's direction.
/// </summary>
/// <param name="Valley">Definition 1's valley.</param>
/// <param name="Negative">Eigenvalues below minus the threshold: they too are in Definition 1's river.</param>
/// <param name="Null">Eigenvalues within the threshold of zero.</param>
/// <param name="GradientInValley">The share of the gradient's squared norm in the valley.</param>
/// <param name="GradientInNegative">Its share along the negative eigenvalues.</param>
/// <param name="GradientInNull">Its share along the eigenvalues near zero.</param>
/// <param name="Alignment">Wen et al.: |cos| of the gradient and the eigenvector of the smallest eigenvalue.</param>
/// <param name="Gap">
/// Wen et al.: the distance from the smallest eigenvalue to the next over the largest magnitude; zero where there is no single
/// flattest direction.
/// </param>
/// <param name="FlattestAlignment">
/// |cos| of the gradient and the eigenvector of the eigenvalue of least magnitude, 'flattest' taken as least curved.
/// </param>
public sealed record RiverReadings(
    Valley Valley,
    int Negative,
    int Null,
    double GradientInValley,
    double GradientInNegative,
    double GradientInNull,
    double Alignment,
    double Gap,
    double FlattestAlignment)
{
    /// <summary>Both readings of a Hessian and the gradient at the same place.</summary>
    /// <param name="decomposition">The Hessian's.</param>
    /// <param name="gradient">(P,).</param>
    /// <param name="criteria">Where the valley begins.</param>
    public static RiverReadings Of(
        EigenDecomposition decomposition, ReadOnlySpan<double> gradient, ValleyCriteria criteria)
    {
        var values = decomposition.Values;
        var valley = ValleyGeometry.Measure(values, criteria);
        var total = Vectors.Dot(gradient, gradient);
        var (inValley, inNegative, inNull) = (0.0, 0.0, 0.0);
        var (negative, flat, flattest) = (0, 0, 0);
        for (var j = 0; j < values.Length; j++)
        {
            var share = Math.Pow(Vectors.Dot(decomposition.Vector(j), gradient), 2) / total;
            if (values[j] > valley.Cut)
            {
                inValley += share;
            }
            else if (values[j] < -valley.Cut)
            {
                (negative, inNegative) = (negative + 1, inNegative + share);
            }
            else
            {
                (flat, inNull) = (flat + 1, inNull + share);
            }

            flattest = Math.Abs(values[j]) < Math.Abs(values[flattest]) ? j : flattest;
        }

        return new RiverReadings(
            valley,
            negative,
            flat,
            inValley,
            inNegative,
            inNull,
            Math.Abs(Vectors.Cosine(decomposition.Vector(0), gradient)),
            (values[1] - values[0]) / Math.Max(Math.Abs(values[0]), Math.Abs(values[^1])),
            Math.Abs(Vectors.Cosine(decomposition.Vector(flattest), gradient)));
    }
}
