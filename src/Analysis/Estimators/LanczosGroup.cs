using Looped.Analysis.Krylov;
using Looped.Analysis.Operators;
using Looped.Kernels;

namespace Looped.Analysis.Estimators;

/// <summary>
/// The Lanczos method from several vectors side by side: their Krylov spaces know nothing of each other, but a step of all
/// takes one batch of products.
/// </summary>
internal sealed class LanczosGroup : IDisposable
{
    /// <summary>A remainder of so much of the products' norm is rounding: the Krylov space is complete.</summary>
    private const double Breakdown = 1e-13;

    private readonly ICurvatureOperator _matrix;
    private readonly Probe[] _probes;
    private readonly double[] _vectors;
    private readonly double[] _products;
    private readonly double[] _coefficients;

    /// <summary>Starts from vectors.</summary>
    /// <param name="matrix">The operator.</param>
    /// <param name="starts">(count,n). They are used as working memory.</param>
    /// <param name="count">How many.</param>
    /// <param name="steps">Steps at most, up to n.</param>
    /// <param name="team">Threads that share the work on vectors.</param>
    public LanczosGroup(ICurvatureOperator matrix, double[] starts, int count, int steps, WorkerTeam team)
    {
        _matrix = matrix;
        _vectors = starts;
        _products = new double[starts.Length];
        _coefficients = new double[steps];
        _probes = [.. Enumerable.Range(0, count).Select(_ => new Probe(matrix.Size, steps, team))];
        for (var k = 0; k < count; k++)
        {
            var start = starts.AsSpan(k * matrix.Size, matrix.Size);
            start.CopyTo(_probes[k].Basis.Rows(0, 1));
            Basis.Scale(1 / Basis.Norm(start), _probes[k].Basis.Rows(0, 1));
        }
    }

    /// <summary>One step of all probes whose Krylov spaces can still grow.</summary>
    /// <returns>How many products it took; 0 where all are complete.</returns>
    public int Step()
    {
        var size = _matrix.Size;
        var active = _probes.Where(probe => !probe.IsComplete).ToList();
        if (active.Count == 0)
        {
            return 0;
        }

        for (var k = 0; k < active.Count; k++)
        {
            active[k].Basis.Rows(active[k].Steps, 1).CopyTo(_vectors.AsSpan(k * size, size));
        }

        _matrix.ApplyBatch(_vectors.AsSpan(0, active.Count * size), active.Count, _products.AsSpan(0, active.Count * size));
        for (var k = 0; k < active.Count; k++)
        {
            active[k].Advance(_products.AsSpan(k * size, size), _coefficients);
        }

        return active.Count;
    }

    /// <summary>The rule of all steps of a probe, its mean with the one of a step less, and such a mean at half the steps.</summary>
    public (GaussRule Full, GaussRule Average, GaussRule Half) Rules(int probe) => _probes[probe].Rules();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var probe in _probes)
        {
            probe.Basis.Dispose();
        }
    }

    /// <summary>One Krylov space.</summary>
    private sealed class Probe(int size, int limit, WorkerTeam team)
    {
        private readonly double[] _diagonal = new double[limit];
        private readonly double[] _offDiagonal = new double[limit];
        private double _scale;
        private bool _isInvariant;

        public Basis Basis { get; } = new(size, limit, team);

        public int Steps { get; private set; }

        public bool IsComplete => _isInvariant || Steps == limit;

        /// <summary>Takes in the product with the last vector of the basis.</summary>
        public void Advance(Span<double> product, double[] coefficients)
        {
            var norm = Basis.Norm(product);
            if (!double.IsFinite(norm))
            {
                throw new ArithmeticException("a product with the operator is not finite, so it has no spectrum");
            }

            // The recurrence of three terms takes away nearly all there is; what rounding made of the others goes after it.
            _scale = Math.Max(_scale, norm);
            var last = Basis.Rows(Steps, 1);
            _diagonal[Steps] = Basis.Dot(last, product);
            Basis.AddMultiple(-_diagonal[Steps], last, product);
            if (Steps > 0)
            {
                Basis.AddMultiple(-_offDiagonal[Steps - 1], Basis.Rows(Steps - 1, 1), product);
            }

            Steps++;
            norm = Basis.Orthogonalize(product, Steps, coefficients);
            _isInvariant = norm <= Breakdown * _scale;
            if (!IsComplete)
            {
                _offDiagonal[Steps - 1] = norm;
                Basis.Scale(1 / norm, product);
                product.CopyTo(Basis.Rows(Steps, 1));
            }
        }

        /// <summary>A space that is complete has an exact rule, and no bias that others could show.</summary>
        public (GaussRule Full, GaussRule Average, GaussRule Half) Rules()
        {
            var full = Rule(Steps);
            return _isInvariant || Steps == size ? (full, full, full) : (full, Average(Steps), Average((Steps + 1) / 2));
        }

        private GaussRule Average(int steps) => steps == 1 ? Rule(1) : GaussRule.Average(Rule(steps), Rule(steps - 1));

        private GaussRule Rule(int steps) => GaussRule.Of(_diagonal.AsSpan(0, steps), _offDiagonal);
    }
}
