namespace Looped.Analysis.Theory;

/// <summary>
/// Setting 1: <c>L(v, r) = 1/2 v'H_V v + v'H_VR r - h'r</c>. Wherever the coupling is not zero this is a saddle, since the
/// river has no curvature of its own.
/// </summary>
public sealed class QuadraticLandscape : ILandscape
{
    private readonly double[] _spectrum;
    private readonly Matrix _valley;
    private readonly Matrix _coupling;
    private readonly double[] _river;
    private readonly double[] _scratch;

    /// <summary>A landscape.</summary>
    /// <param name="spectrum">Eigenvalues of H_V, ascending.</param>
    /// <param name="basis">Its eigenvectors: row i belongs to eigenvalue i.</param>
    /// <param name="coupling">H_RV, river x valley.</param>
    /// <param name="river">h.</param>
    public QuadraticLandscape(double[] spectrum, Matrix basis, Matrix coupling, double[] river)
    {
        (_spectrum, _coupling, _river) = (spectrum, coupling, river);
        _valley = basis.Transpose() * Matrix.Diagonal(spectrum) * basis;
        _scratch = new double[ValleyDimension];
        CouplingBound = coupling.SpectralNorm();
    }

    /// <inheritdoc/>
    public int ValleyDimension => _coupling.Columns;

    /// <inheritdoc/>
    public int RiverDimension => _coupling.Rows;

    /// <summary>The spectral norm of H_RV.</summary>
    public double CouplingBound { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<double> Spectrum => _spectrum;

    /// <inheritdoc/>
    public ReadOnlySpan<double> RiverGradient => _river;

    /// <summary>The whole Hessian, valley before river.</summary>
    public Matrix Hessian()
    {
        var hessian = new Matrix(ValleyDimension + RiverDimension, ValleyDimension + RiverDimension);
        for (var i = 0; i < ValleyDimension; i++)
        {
            for (var j = 0; j < ValleyDimension; j++)
            {
                hessian[i, j] = 0.5 * (_valley[i, j] + _valley[j, i]);
            }

            for (var j = 0; j < RiverDimension; j++)
            {
                hessian[i, ValleyDimension + j] = hessian[ValleyDimension + j, i] = _coupling[j, i];
            }
        }

        return hessian;
    }

    /// <summary>
    /// The number of steps of gradient descent in which the component along the most negative eigenvalue mu of the Hessian
    /// doubles, <c>ln 2 / ln(1 + eta |mu|)</c>: beyond it the saddle, not the valley, makes the progress.
    /// </summary>
    public double DoublingSteps(double eta)
    {
        var hessian = Hessian();
        var lowest = SymmetricEigen.Values(hessian.Values, hessian.Rows, 0, 1)[0];
        return lowest < 0 ? Math.Log(2) / Math.Log(1 + (eta * -lowest)) : double.PositiveInfinity;
    }

    /// <inheritdoc/>
    public double Loss(ReadOnlySpan<double> valley, ReadOnlySpan<double> river)
    {
        _valley.Apply(valley, _scratch);
        var loss = 0.5 * Vectors.Dot(valley, _scratch);
        _coupling.ApplyTransposed(river, _scratch);
        return loss + Vectors.Dot(valley, _scratch) - Vectors.Dot(_river, river);
    }

    /// <inheritdoc/>
    public void ValleyGradient(ReadOnlySpan<double> valley, Span<double> gradient) => _valley.Apply(valley, gradient);

    /// <inheritdoc/>
    public void Forcing(ReadOnlySpan<double> river, Span<double> forcing) => _coupling.ApplyTransposed(river, forcing);

    /// <inheritdoc/>
    public void Couple(ReadOnlySpan<double> river, ReadOnlySpan<double> valley, Span<double> push) =>
        _coupling.Apply(valley, push);
}
