using Looped.Analysis.Dense;

namespace Looped.Analysis;

/// <summary>Mutual information of two symmetric matrices through their eigenbases, in nats.</summary>
/// <param name="Information">I, between 0 and the entropy.</param>
/// <param name="Entropy">E of the earlier matrix, the bound of I.</param>
public readonly record struct EigenbasisInformation(double Information, double Entropy)
{
    /// <summary>I / E; not a number where the entropy is zero.</summary>
    public double Ratio => Entropy > 0 ? Information / Entropy : double.NaN;
}

/// <summary>Mutual information of two symmetric matrices through Hadamard products, in nats.</summary>
/// <param name="Information">I(A,B), between 0 and the smaller entropy.</param>
/// <param name="EntropyPrevious">S(A) of the earlier matrix.</param>
/// <param name="EntropyNow">S(B) of the later matrix.</param>
/// <param name="SelfInformation">I(A,A) of the earlier matrix: what I is when nothing changes.</param>
public readonly record struct MatrixBasedInformation(
    double Information, double EntropyPrevious, double EntropyNow, double SelfInformation);

/// <summary>
/// How much a symmetric matrix (the Hessian at one epoch) tells of the next one, in two readings. Eigenvectors are given
/// as <see cref="SymmetricEigensolver"/> leaves them, a row each.
/// </summary>
public static unsafe class MutualInformation
{
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>
    /// The mutual information of the joint law <c>J_ij = p_i &lt;u_i, v_j&gt;^2</c>, with p the law of the earlier
    /// eigenvalues' magnitudes (<see cref="MatrixEntropy"/>), u the earlier eigenvectors and v the later:
    /// <c>I = sum_ij J_ij ln(J_ij / (sum_k J_ik * sum_k J_kj))</c>. The row sums are p, so <c>0 &lt;= I &lt;= E</c>, with
    /// equality on the right when every v_j lies along some u_i. The later eigenvalues do not enter.
    /// </summary>
    /// <param name="valuesPrevious">n eigenvalues of the earlier matrix.</param>
    /// <param name="vectorsPrevious">(n,n), its eigenvectors as rows.</param>
    /// <param name="vectorsNow">(n,n), the later matrix's eigenvectors as rows.</param>
    /// <param name="workspace">Workspace for order n.</param>
    /// <exception cref="ArgumentException">A length does not fit the workspace, or an eigenvalue is not finite.</exception>
    public static EigenbasisInformation Eigenbasis(
        ReadOnlySpan<double> valuesPrevious,
        ReadOnlySpan<double> vectorsPrevious,
        ReadOnlySpan<double> vectorsNow,
        MutualInformationWorkspace workspace)
    {
        var n = workspace.Size;
        workspace.RequireDecomposition(valuesPrevious.Length, vectorsPrevious.Length, nameof(valuesPrevious));
        workspace.RequireDecomposition(n, vectorsNow.Length, nameof(vectorsNow));
        var law = workspace.Law;
        MatrixEntropy.Law(valuesPrevious, law);
        var overlaps = workspace.First;
        fixed (double* u = vectorsPrevious, v = vectorsNow, c = overlaps)
        {
            workspace.Product.Multiply(new MatrixView(u, n), new MatrixView(v, n).Transposed, c, n, n, n, n);
        }

        // Marginals of the later side, by the squares of the overlaps.
        var columns = workspace.Columns;
        columns.Clear();
        for (var i = 0; i < n; i++)
        {
            var row = overlaps.Slice(i * n, n);
            for (var j = 0; j < n; j++)
            {
                row[j] *= row[j];
                columns[j] += law[i] * row[j];
            }
        }

        var information = 0.0;
        for (var i = 0; i < n; i++)
        {
            if (law[i] > 0)
            {
                information += law[i] * Divergence(overlaps.Slice(i * n, n), columns);
            }
        }

        return new EigenbasisInformation(Math.Max(0, information), MatrixEntropy.Of(valuesPrevious));
    }

    /// <summary>
    /// The matrix-based information of Renyi type at order one (Sanchez Giraldo, Rao and Principe, <i>Measures of entropy
    /// from data using infinitely divisible kernels</i>, 2015): A and B are |H| of the two matrices scaled to unit
    /// diagonal, over n; <c>S(A) = -tr A ln A</c>; <c>I = S(A) + S(B) - S(A o B / tr(A o B))</c> with the Hadamard
    /// product, and <c>0 &lt;= I &lt;= min(S(A), S(B))</c>. A row of |H| whose diagonal element is at most n times machine
    /// epsilon times the largest one becomes that row of the identity, and so does its column.
    /// </summary>
    /// <param name="valuesPrevious">n eigenvalues of the earlier matrix.</param>
    /// <param name="vectorsPrevious">(n,n), its eigenvectors as rows.</param>
    /// <param name="valuesNow">n eigenvalues of the later matrix.</param>
    /// <param name="vectorsNow">(n,n), its eigenvectors as rows.</param>
    /// <param name="workspace">Workspace for order n.</param>
    /// <exception cref="ArgumentException">A length does not fit the workspace, or an eigenvalue is not finite.</exception>
    public static MatrixBasedInformation MatrixBased(
        ReadOnlySpan<double> valuesPrevious,
        ReadOnlySpan<double> vectorsPrevious,
        ReadOnlySpan<double> valuesNow,
        ReadOnlySpan<double> vectorsNow,
        MutualInformationWorkspace workspace)
    {
        workspace.RequireDecomposition(valuesPrevious.Length, vectorsPrevious.Length, nameof(valuesPrevious));
        workspace.RequireDecomposition(valuesNow.Length, vectorsNow.Length, nameof(valuesNow));
        if (workspace.Size == 0)
        {
            return default;
        }

        var a = workspace.First;
        var b = workspace.Second;
        Normalize(valuesPrevious, vectorsPrevious, a, workspace);
        Normalize(valuesNow, vectorsNow, b, workspace);
        var entropyPrevious = Entropy(a, workspace);
        var entropyNow = Entropy(b, workspace);
        var joint = workspace.Third;
        Hadamard(a, b, workspace.Size, joint);
        var information = entropyPrevious + entropyNow - Entropy(joint, workspace);
        Hadamard(a, a, workspace.Size, joint);
        var self = 2 * entropyPrevious - Entropy(joint, workspace);
        return new MatrixBasedInformation(Math.Max(0, information), entropyPrevious, entropyNow, Math.Max(0, self));
    }

    /// <summary><c>sum_j q_j ln(q_j / (sum q * c_j))</c>.</summary>
    private static double Divergence(ReadOnlySpan<double> q, ReadOnlySpan<double> c)
    {
        var (sum, total) = (0.0, 0.0);
        for (var j = 0; j < q.Length; j++)
        {
            // Where the marginal underflowed to zero, so has the element's share of the joint law.
            if (q[j] > 0 && c[j] > 0)
            {
                sum += q[j] * Math.Log(q[j] / c[j]);
                total += q[j];
            }
        }

        return total > 0 ? sum - total * Math.Log(total) : 0;
    }

    /// <summary>
    /// |H| of unit diagonal, over n. It is built as the Gram matrix of n vectors of unit length, the columns of
    /// <c>|Lambda|^(1/2) U</c>: so it stays positive semidefinite where |H| itself, scaled, would have lost its digits.
    /// </summary>
    private static void Normalize(
        ReadOnlySpan<double> values, ReadOnlySpan<double> vectors, Span<double> result, MutualInformationWorkspace workspace)
    {
        var n = workspace.Size;
        var law = workspace.Law;
        MatrixEntropy.Law(values, law);
        var factor = workspace.Third;
        var diagonal = workspace.Columns;
        diagonal.Clear();
        for (var k = 0; k < n; k++)
        {
            var root = Math.Sqrt(law[k]);
            var row = factor.Slice(k * n, n);
            for (var i = 0; i < n; i++)
            {
                row[i] = root * vectors[k * n + i];
                diagonal[i] += row[i] * row[i];
            }
        }

        var threshold = n * Epsilon * Largest(diagonal);
        foreach (ref var element in diagonal)
        {
            element = element > threshold ? 1 / Math.Sqrt(element * n) : 0;
        }

        for (var k = 0; k < n; k++)
        {
            var row = factor.Slice(k * n, n);
            for (var i = 0; i < n; i++)
            {
                row[i] *= diagonal[i];
            }
        }

        fixed (double* f = factor, c = result)
        {
            workspace.Product.Multiply(new MatrixView(f, n).Transposed, new MatrixView(f, n), c, n, n, n, n);
        }

        for (var i = 0; i < n; i++)
        {
            result[i * n + i] = 1.0 / n;
        }
    }

    private static double Largest(ReadOnlySpan<double> elements)
    {
        var largest = 0.0;
        foreach (var element in elements)
        {
            largest = Math.Max(largest, element);
        }

        return largest;
    }

    private static double Entropy(ReadOnlySpan<double> matrix, MutualInformationWorkspace workspace)
    {
        workspace.Solver.Values(matrix, workspace.Law);
        return MatrixEntropy.VonNeumann(workspace.Law);
    }

    /// <summary><c>A o B / tr(A o B)</c>; the trace of two matrices with diagonal 1/n is 1/n.</summary>
    private static void Hadamard(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n, Span<double> result)
    {
        for (var k = 0; k < result.Length; k++)
        {
            result[k] = a[k] * b[k] * n;
        }
    }
}
