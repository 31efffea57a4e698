namespace Looped.Analysis.Theory;

/// <summary>Which matrix a <see cref="LoopPreconditioner"/> is for.</summary>
public enum PreconditionedMatrix
{
    /// <summary>W_K.</summary>
    Key,

    /// <summary>W_Q.</summary>
    Query,
}

/// <summary>
/// Lemma 3 on one context, built as stated. With columns stacked, the gradients are <c>M_0 g</c> for Single-Attn and
/// <c>gamma sum_t M_t g</c> for Looped-Attn, <c>M_t = A_t' (x) b_t</c> for W_K and <c>z_t (x) B_t'</c> for W_Q; the
/// preconditioner is <c>P = gamma (I + sum_{t>0} M_t M_0^+)</c>. That <c>P M_0 g</c> is the looped gradient needs
/// <c>M_0^+ M_0 g = g</c>: full column rank, or a g in the range of the projector.
/// </summary>
public sealed class LoopPreconditioner
{
    /// <summary>
    /// Singular values of M_0 up to this share of the largest count as zero: the pseudo-inverse then magnifies rounding at most
    /// a million times, and what is left of a residual is the lemma's.
    /// </summary>
    public const double RankTolerance = 1e-6;

    private readonly Matrix _first;
    private readonly Matrix _looped;

    /// <summary>Builds the preconditioner.</summary>
    /// <param name="looped">The looped model's pass on the context.</param>
    /// <param name="gate">gamma.</param>
    /// <param name="matrix">Of which weights.</param>
    public LoopPreconditioner(AttentionPass looped, double gate, PreconditionedMatrix matrix)
    {
        _first = Stack(looped.Loops[0], matrix);
        var decomposition = SingularValues.Of(_first);
        var inverse = decomposition.PseudoInverse(RankTolerance);
        Rank = decomposition.Rank(RankTolerance);
        Projector = inverse * _first;
        var sum = Matrix.Identity(_first.Rows);
        _looped = _first;
        foreach (var loop in looped.Loops.Skip(1))
        {
            var stacked = Stack(loop, matrix);
            sum += stacked * inverse;
            _looped += stacked;
        }

        (P, _looped) = (gate * sum, gate * _looped);
    }

    /// <summary>P, d^2 x d^2.</summary>
    public Matrix P { get; }

    /// <summary>The numerical rank of M_0, at most the number of tokens.</summary>
    public int Rank { get; }

    /// <summary><c>M_0^+ M_0</c>, the projector on those g for which the lemma holds.</summary>
    public Matrix Projector { get; }

    /// <summary>Single-Attn's gradient, columns stacked, <c>M_0 g</c>.</summary>
    public double[] Single(ReadOnlySpan<double> g) => _first.Apply(g);

    /// <summary>Looped-Attn's gradient with states frozen, columns stacked.</summary>
    public double[] Looped(ReadOnlySpan<double> g) => _looped.Apply(g);

    /// <summary>
    /// The smallest eigenvalue of P's symmetric part over its spectral norm; the proof of Theorem 3 asks for at least zero.
    /// </summary>
    public double Definiteness()
    {
        var part = P.SymmetricPart();
        var values = SymmetricEigen.Values(part.Values, part.Rows);
        return values[0] / Math.Max(Math.Abs(values[0]), Math.Abs(values[^1]));
    }

    private static Matrix Stack(AttentionPass.Loop loop, PreconditionedMatrix matrix) => matrix == PreconditionedMatrix.Key
        ? Matrix.Kronecker(loop.A.Transpose(), Matrix.Column(loop.Query))
        : Matrix.Kronecker(Matrix.Column(loop.Asking), loop.B.Transpose());
}
