using Looped.Models.Attention;

namespace Looped.Analysis.Theory;

/// <summary>
/// A toy model's forward pass on one context with everything that Lemmas 1 and 2 name: at each loop, t from 0,
/// <c>A_t = c W_V E_t E_t'</c>, <c>B_t = A_t W_K'</c>, <c>b_t = W_Q z_t</c>, and the closed-form gradients of the cross-entropy made of
/// them with all states held fixed. Single-Attn is one loop without a residual and with gate one, where nothing is held
/// fixed that moves.
/// </summary>
public sealed class AttentionPass
{
    private readonly AttentionWeights _weights;
    private readonly List<Loop> _loops = [];
    private readonly double _gate;

    /// <summary>Runs a model.</summary>
    /// <param name="settings">The model; its gate is the constant that it names.</param>
    /// <param name="weights">Its matrices.</param>
    /// <param name="tokens">The embedded tokens, n x d, a row a token; the last one asks.</param>
    public AttentionPass(ToyModelSettings settings, AttentionWeights weights, Matrix tokens)
    {
        _weights = weights;
        var looped = settings.Architecture == ToyArchitecture.Looped;
        _gate = looped ? settings.Gate : 1;
        var c = settings.Scale == AttentionScale.Mean ? 1.0 / tokens.Rows : 1;
        for (var t = 0; t < (looped ? settings.Loops : 1); t++)
        {
            // The map of all tokens: row e becomes (M e)' with M = c W_V E E' W_K' W_Q.
            var mixed = c * (tokens.Transpose() * tokens);
            var a = weights.Value * mixed;
            var map = a * weights.Key.Transpose() * weights.Query;
            var asking = tokens.Row(tokens.Rows - 1).ToArray();
            _loops.Add(new Loop(tokens, mixed, a, a * weights.Key.Transpose(), map, asking, weights.Query.Apply(asking)));
            tokens += _gate * (tokens * map.Transpose());
        }

        Output = looped ? tokens.Row(tokens.Rows - 1).ToArray() : _loops[0].Map.Apply(_loops[0].Asking);
        Logits = weights.Head.Apply(Output);
        Probabilities = Softmax(Logits);
    }

    /// <summary>The loops.</summary>
    public IReadOnlyList<Loop> Loops => _loops;

    /// <summary>The state that the head reads.</summary>
    public double[] Output { get; }

    /// <summary>The logits, <c>W_h</c> times the output.</summary>
    public double[] Logits { get; }

    /// <summary>p, the predicted law of the target.</summary>
    public double[] Probabilities { get; }

    /// <summary>
    /// <c>p - y</c>. The component of a sure target is the sum of the other probabilities, so that it keeps its digits.
    /// </summary>
    /// <param name="target">y: a law of the target.</param>
    public double[] Residual(ReadOnlySpan<double> target)
    {
        var residual = new double[target.Length];
        for (var i = 0; i < residual.Length; i++)
        {
            residual[i] = target[i] == 1 ? -(Probabilities.Sum() - Probabilities[i]) : Probabilities[i] - target[i];
        }

        return residual;
    }

    /// <summary><c>g = W_h'(p - y)</c>, the gradient in the output.</summary>
    public double[] Cotangent(ReadOnlySpan<double> residual) => _weights.Head.ApplyTransposed(residual);

    /// <summary>The gradient in W_K, <c>gamma sum_t b_t (A_t'g)'</c>.</summary>
    public Matrix KeyGradient(ReadOnlySpan<double> g)
    {
        var cotangent = g.ToArray();
        return Sum(loop => Matrix.Outer(loop.Query, loop.A.ApplyTransposed(cotangent)));
    }

    /// <summary>The gradient in W_Q, <c>gamma sum_t B_t'g z_t'</c>.</summary>
    public Matrix QueryGradient(ReadOnlySpan<double> g)
    {
        var cotangent = g.ToArray();
        return Sum(loop => Matrix.Outer(loop.B.ApplyTransposed(cotangent), loop.Asking));
    }

    /// <summary>The gradient in W_V, <c>gamma sum_t g (c E_t E_t' W_K' b_t)'</c>, which the lemmas leave out.</summary>
    public Matrix ValueGradient(ReadOnlySpan<double> g)
    {
        var cotangent = g.ToArray();
        return Sum(loop => Matrix.Outer(cotangent, loop.Mixed.Apply(_weights.Key.ApplyTransposed(loop.Query))));
    }

    /// <summary>The gradient in all parameters with the states held fixed, in the order of theta.</summary>
    /// <param name="residual">p - y.</param>
    public double[] Gradient(ReadOnlySpan<double> residual)
    {
        var g = Cotangent(residual);
        return
        [
            .. QueryGradient(g).Values,
            .. KeyGradient(g).Values,
            .. ValueGradient(g).Values,
            .. Matrix.Outer(residual, Output).Values,
        ];
    }

    private Matrix Sum(Func<Loop, Matrix> term)
    {
        var sum = term(_loops[0]);
        foreach (var loop in _loops.Skip(1))
        {
            sum += term(loop);
        }

        return _gate * sum;
    }

    private static double[] Softmax(double[] logits)
    {
        var largest = logits.Max();
        var powers = logits.Select(logit => Math.Exp(logit - largest)).ToArray();
        return Vectors.Scaled(1 / powers.Sum(), powers);
    }

    /// <summary>One loop.</summary>
    /// <param name="Tokens">E_t', n x d.</param>
    /// <param name="Mixed"><c>c E_t E_t'</c>, d x d.</param>
    /// <param name="A"><c>c W_V E_t E_t'</c>.</param>
    /// <param name="B"><c>c W_V E_t E_t' W_K'</c>.</param>
    /// <param name="Map"><c>c W_V E_t E_t' W_K' W_Q</c>: the composite that Assumption 5 speaks of.</param>
    /// <param name="Asking">z_t.</param>
    /// <param name="Query"><c>b_t = W_Q z_t</c>.</param>
    public sealed record Loop(
        Matrix Tokens, Matrix Mixed, Matrix A, Matrix B, Matrix Map, double[] Asking, double[] Query);
}
