namespace Looped.Analysis.Theory;

/// <summary>
/// Setting 2: a loss whose Hessian changes from place to place,
/// <c>L(v, r) = 1/2 v'H v + sum_j w_j (sqrt(1 + (b_j'v)^2) - 1) + v'M tau(r) - h'r</c> with <c>tau(r) = r / sqrt(1 + r^2)</c> by
/// element. The valley Hessian is nowhere below H (Assumption 3), and since <c>0 &lt; tau' &lt;= 1</c> the coupling's norm
/// nowhere above that of M (Assumption 2). The coupling saturates, so that the loss is no saddle that falls without end
/// by itself.
/// </summary>
public sealed class GeneralLandscape : ILandscape
{
    private readonly double[] _spectrum;
    private readonly Matrix _lower;
    private readonly Matrix _ridges;
    private readonly double[] _weights;
    private readonly Matrix _coupling;
    private readonly double[] _river;
    private readonly double[] _valleyScratch;
    private readonly double[] _riverScratch;

    /// <summary>A landscape.</summary>
    /// <param name="spectrum">Eigenvalues of H, ascending.</param>
    /// <param name="basis">Its eigenvectors: row i belongs to eigenvalue i.</param>
    /// <param name="ridges">The directions b_j, unit rows.</param>
    /// <param name="weights">The weights w_j, not negative.</param>
    /// <param name="coupling">M', river x valley.</param>
    /// <param name="river">h.</param>
    public GeneralLandscape(
        double[] spectrum, Matrix basis, Matrix ridges, double[] weights, Matrix coupling, double[] river)
    {
        (_spectrum, _ridges, _weights, _coupling, _river) = (spectrum, ridges, weights, coupling, river);
        _lower = basis.Transpose() * Matrix.Diagonal(spectrum) * basis;
        (_valleyScratch, _riverScratch) = (new double[ValleyDimension], new double[RiverDimension]);
        CouplingBound = coupling.SpectralNorm();
    }

    /// <inheritdoc/>
    public int ValleyDimension => _coupling.Columns;

    /// <inheritdoc/>
    public int RiverDimension => _coupling.Rows;

    /// <summary>The spectral norm of M.</summary>
    public double CouplingBound { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<double> Spectrum => _spectrum;

    /// <inheritdoc/>
    public ReadOnlySpan<double> RiverGradient => _river;

    /// <inheritdoc/>
    public double Loss(ReadOnlySpan<double> valley, ReadOnlySpan<double> river)
    {
        _lower.Apply(valley, _valleyScratch);
        var loss = 0.5 * Vectors.Dot(valley, _valleyScratch);
        for (var j = 0; j < _weights.Length; j++)
        {
            var x = Vectors.Dot(_ridges.Row(j), valley);

            // sqrt(1 + x^2) - 1, without cancellation for small x.
            loss += _weights[j] * x * x / (Math.Sqrt(1 + (x * x)) + 1);
        }

        Forcing(river, _valleyScratch);
        return loss + Vectors.Dot(valley, _valleyScratch) - Vectors.Dot(_river, river);
    }

    /// <inheritdoc/>
    public void ValleyGradient(ReadOnlySpan<double> valley, Span<double> gradient) =>
        Curve(valley, valley, gradient, x => 1 / Math.Sqrt(1 + (x * x)));

    /// <summary>The product of the valley Hessian at one place with a direction, <c>H_V(v) x</c>.</summary>
    public void ApplyValleyHessian(ReadOnlySpan<double> valley, ReadOnlySpan<double> direction, Span<double> product) =>
        Curve(valley, direction, product, x => Math.Pow(1 + (x * x), -1.5));

    /// <inheritdoc/>
    public void Forcing(ReadOnlySpan<double> river, Span<double> forcing)
    {
        for (var i = 0; i < river.Length; i++)
        {
            _riverScratch[i] = river[i] / Math.Sqrt(1 + (river[i] * river[i]));
        }

        _coupling.ApplyTransposed(_riverScratch, forcing);
    }

    /// <summary>The local coupling times the river, <c>H_VR(r) r</c>, which the proof writes for the forcing.</summary>
    public void LinearisedForcing(ReadOnlySpan<double> river, Span<double> forcing)
    {
        for (var i = 0; i < river.Length; i++)
        {
            _riverScratch[i] = Slope(river[i]) * river[i];
        }

        _coupling.ApplyTransposed(_riverScratch, forcing);
    }

    /// <inheritdoc/>
    public void Couple(ReadOnlySpan<double> river, ReadOnlySpan<double> valley, Span<double> push)
    {
        _coupling.Apply(valley, push);
        for (var i = 0; i < push.Length; i++)
        {
            push[i] *= Slope(river[i]);
        }
    }

    private static double Slope(double r) => Math.Pow(1 + (r * r), -1.5);

    /// <summary><c>H x + sum_j w_j f(b_j'v) (b_j'x) b_j</c>.</summary>
    private void Curve(
        ReadOnlySpan<double> valley, ReadOnlySpan<double> direction, Span<double> product, Func<double, double> curvature)
    {
        _lower.Apply(direction, product);
        for (var j = 0; j < _weights.Length; j++)
        {
            var row = _ridges.Row(j);
            var weight = _weights[j] * curvature(Vectors.Dot(row, valley));
            Vectors.Add(product, weight * Vectors.Dot(row, direction), row);
        }
    }
}
