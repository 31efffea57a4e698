using System.Globalization;
using Looped.Analysis.Dense;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Analysis;

/// <summary>
/// The directions in which a loss is constant from any theta whatever: what the architecture leaves unused, such as
/// weights that meet no embedding, and the shift of all logits. They are what is orthogonal to every gradient, hence in
/// the null space of every Hessian, and so in every river, without being a property of the landscape that training finds.
/// </summary>
/// <remarks>
/// The rank of all gradients is found by stacking gradients and Hessian-vector products at random theta, each of length
/// one, until several theta in a row add nothing: a probe is new if more than <see cref="Tolerance"/> of it is left once
/// its part in the span so far is taken away (Gram and Schmidt, twice). Null directions that depend on theta, such as
/// those of an exchange of factors between weights, are not among these.
/// </remarks>
public sealed class StructuralNullSpace
{
    /// <summary>Hessian-vector products beside each gradient.</summary>
    private const int Products = 8;

    /// <summary>So many theta in a row without anything new end the search.</summary>
    private const int Patience = 4;

    private readonly double[] _basis;

    private StructuralNullSpace(double[] basis, int size, int probes, double tolerance) =>
        (_basis, Size, Probes, Tolerance) = (basis, size, probes, tolerance);

    /// <summary>P.</summary>
    public int Size { get; }

    /// <summary>The structural null dimension.</summary>
    public int Dimension => _basis.Length / Size;

    /// <summary>The rank of all gradients, P less the null dimension.</summary>
    public int Rank => Size - Dimension;

    /// <summary>How many gradients and products were stacked.</summary>
    public int Probes { get; }

    /// <summary>The share of a probe's length beyond which it was new.</summary>
    public double Tolerance { get; }

    /// <summary>(Dimension,P): orthonormal rows.</summary>
    public ReadOnlySpan<double> Basis => _basis;

    /// <summary>Finds the null space of an objective.</summary>
    /// <param name="objective">The loss.</param>
    /// <param name="standardDeviation">Of the normal numbers of which theta is drawn; positive.</param>
    /// <param name="seed">Seed of theta and of the directions.</param>
    /// <param name="backend">What runs the derivatives.</param>
    /// <param name="team">Threads of the derivatives.</param>
    /// <param name="tolerance">Between 0 and 1, well above rounding.</param>
    /// <exception cref="ArgumentException">The standard deviation or the tolerance is out of its range.</exception>
    public static StructuralNullSpace Of(
        Objective objective,
        double standardDeviation,
        ulong seed,
        IBackend backend,
        WorkerTeam team,
        double tolerance = 1e-8)
    {
        if (!(standardDeviation > 0 && double.IsFinite(standardDeviation)) || !(tolerance is > 0 and < 1))
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"The standard deviation must be positive and the tolerance between 0 and 1, not {standardDeviation} and {tolerance}."));
        }

        var size = objective.Layout.Size;
        using var gradient = new GradientEvaluator(objective, backend, team);
        using var hvp = new HvpEvaluator(objective, Products, backend, team);
        var random = new Philox(seed, "structural null space");
        var span = new List<double[]>();
        var (theta, directions, rows) = (new double[size], new double[Products * size], new double[(Products + 1) * size]);
        var (probes, idle) = (0, 0);
        while (idle < Patience && span.Count < size)
        {
            random.FillNormal(theta, standardDeviation);
            random.FillNormal(directions, 1);
            gradient.Evaluate(theta, rows.AsSpan(0, size));
            hvp.Evaluate(theta, directions, rows.AsSpan(size));
            var before = span.Count;
            for (var row = 0; row <= Products; row++, probes++)
            {
                AddIfNew(rows.AsSpan(row * size, size), span, tolerance);
            }

            idle = span.Count == before ? idle + 1 : 0;
        }

        return new StructuralNullSpace(Complement(span, size), size, probes, tolerance);
    }

    /// <summary>The part of a vector's squared length in the null space; 0 of the zero vector.</summary>
    public double Share(ReadOnlySpan<double> vector)
    {
        var square = Vectors.Dot(vector, vector);
        var part = 0.0;
        for (var row = 0; row < Dimension; row++)
        {
            var coordinate = Vectors.Dot(_basis.AsSpan(row * Size, Size), vector);
            part += coordinate * coordinate;
        }

        return square > 0 ? part / square : 0;
    }

    /// <summary>Takes the part in the null space away from a vector, in place.</summary>
    public void Remove(Span<double> vector)
    {
        for (var row = 0; row < Dimension; row++)
        {
            var direction = _basis.AsSpan(row * Size, Size);
            Vectors.AddMultiple(-Vectors.Dot(direction, vector), direction, vector);
        }
    }

    private static void AddIfNew(Span<double> probe, List<double[]> span, double tolerance)
    {
        if (!Normalize(probe))
        {
            return;
        }

        Orthogonalize(probe, span);
        if (Vectors.Norm(probe) > tolerance)
        {
            Normalize(probe);
            Orthogonalize(probe, span);
            Normalize(probe);
            span.Add(probe.ToArray());
        }
    }

    private static void Orthogonalize(Span<double> vector, List<double[]> span)
    {
        foreach (var direction in span)
        {
            Vectors.AddMultiple(-Vectors.Dot(direction, vector), direction, vector);
        }
    }

    private static bool Normalize(Span<double> vector)
    {
        var norm = Vectors.Norm(vector);
        if (!(norm > 0 && double.IsFinite(norm)))
        {
            return false;
        }

        foreach (ref var element in vector)
        {
            element /= norm;
        }

        return true;
    }

    /// <summary>The orthogonal complement of a span: the eigenvectors of value 0 of its projection.</summary>
    private static double[] Complement(List<double[]> span, int size)
    {
        var projection = new double[size * size];
        foreach (var direction in span)
        {
            for (var row = 0; row < size; row++)
            {
                Vectors.AddMultiple(direction[row], direction, projection.AsSpan(row * size, size));
            }
        }

        return SymmetricEigen.Decompose(projection, size, 0, size - span.Count).Vectors;
    }
}
