namespace Looped.Analysis.Theory;

/// <summary>The quantities that Assumptions 4 and 5 call small, measured.</summary>
/// <param name="OffDiagonal">
/// Assumption 4: the largest spectral norm of an off-diagonal part of W_Q, W_K, W_V over that of the diagonal part.
/// </param>
/// <param name="NegativeDiagonal">
/// Assumption 4: the share of negative entries on the three diagonals; zero where the diagonals are positive semidefinite.
/// </param>
/// <param name="NegativePart">
/// Assumption 5: how far the symmetric part of a composite <c>W_V E_0 E_0' W_K' W_Q</c> reaches below zero, over its spectral norm;
/// the largest over the contexts.
/// </param>
/// <param name="Asymmetry">The Frobenius norm of the composite's antisymmetric part over the composite's; the largest.</param>
public readonly record struct AlignmentConditions(
    double OffDiagonal, double NegativeDiagonal, double NegativePart, double Asymmetry)
{
    /// <summary>What 'approximately' is taken to mean: a share of a twentieth.</summary>
    public const double Tolerance = 0.05;

    /// <summary>Whether the weights are nearly diagonal and positive semidefinite.</summary>
    public bool HoldsFour => OffDiagonal <= Tolerance && NegativeDiagonal == 0;

    /// <summary>Whether the composites are nearly positive semidefinite: no deep negative part, nearly symmetric.</summary>
    public bool HoldsFive => NegativePart <= Tolerance && Asymmetry <= Tolerance;

    /// <summary>Measures weights on contexts.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="passes">The looped model's passes on the contexts.</param>
    public static AlignmentConditions Of(AttentionWeights weights, IEnumerable<AttentionPass> passes)
    {
        var (off, negative, count) = (0.0, 0, 0);
        foreach (var matrix in new[] { weights.Query, weights.Key, weights.Value })
        {
            var diagonal = new double[matrix.Rows];
            for (var i = 0; i < diagonal.Length; i++)
            {
                diagonal[i] = matrix[i, i];
                negative += matrix[i, i] < 0 ? 1 : 0;
                count++;
            }

            off = Math.Max(
                off, (matrix - Matrix.Diagonal(diagonal)).SpectralNorm() / diagonal.Max(Math.Abs));
        }

        var (part, asymmetry) = (0.0, 0.0);
        foreach (var pass in passes)
        {
            var composite = pass.Loops[0].Map;
            var symmetric = composite.SymmetricPart();
            var lowest = SymmetricEigen.Values(symmetric.Values, symmetric.Rows, 0, 1)[0];
            part = Math.Max(part, -lowest / composite.SpectralNorm());
            asymmetry = Math.Max(asymmetry, (composite - symmetric).FrobeniusNorm() / composite.FrobeniusNorm());
        }

        return new AlignmentConditions(off, negative / (double)count, part, asymmetry);
    }
}
