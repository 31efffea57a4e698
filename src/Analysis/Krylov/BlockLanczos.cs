using Looped.Analysis.Operators;
using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Analysis.Krylov;

/// <summary>
/// Eigenpairs at an end of the spectrum by block Lanczos with full reorthogonalisation and thick restart (Wu and Simon
/// 2000): with blocks of one vector the Lanczos method. When the basis is full, the best Ritz vectors stay in it and the
/// iteration goes on from the last residuals.
/// </summary>
/// <remarks>
/// The basis V and the next block Q satisfy <c>A V = V H + Q R E'</c>, E being the last columns of the identity, before and
/// after a restart. H is computed in full, as the products' coefficients in V, so that no other relation is relied on.
/// </remarks>
public static class BlockLanczos
{
    /// <summary>Finds eigenpairs.</summary>
    /// <param name="matrix">The operator.</param>
    /// <param name="count">How many eigenpairs.</param>
    /// <param name="end">At which end.</param>
    /// <param name="options">How; the usual way where null.</param>
    /// <param name="team">Threads that share the work on vectors; the calling one alone where null.</param>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    /// <exception cref="ArithmeticException">A product is not finite.</exception>
    public static EigenPairs Find(
        ICurvatureOperator matrix, int count, SpectrumEnd end, LanczosOptions? options = null, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        options = (options ?? new LanczosOptions()).For(matrix.Size, count);
        using var search = new Search(matrix, count, end, options, team ?? new WorkerTeam(1));
        return search.Run();
    }

    /// <summary>One search. The spectrum is turned round for its bottom, so that the top is always what is looked for.</summary>
    private sealed class Search : IDisposable
    {
        private readonly ICurvatureOperator _matrix;
        private readonly int _count;
        private readonly double _sign;
        private readonly LanczosOptions _options;
        private readonly Basis _basis;
        private readonly Philox _random;
        private readonly double[] _projection;
        private readonly double[] _coupling;
        private readonly double[] _coefficients;
        private readonly double[] _room;
        private double _scale;
        private int _used;
        private int _last;
        private int _next;
        private int _products;

        public Search(
            ICurvatureOperator matrix, int count, SpectrumEnd end, LanczosOptions options, WorkerTeam team)
        {
            (_matrix, _count, _options) = (matrix, count, options);
            _sign = end == SpectrumEnd.Top ? 1 : -1;
            var capacity = options.Basis + options.Block;
            _basis = new Basis(matrix.Size, capacity, team);
            _random = new Philox(options.Seed, "Lanczos start");
            _projection = new double[options.Basis * options.Basis];
            _coupling = new double[options.Block * options.Block];
            _coefficients = new double[capacity];
            _room = new double[options.Block * matrix.Size];
        }

        public EigenPairs Run()
        {
            for (; _next < _options.Block; _next++)
            {
                Draw(_next);
            }

            for (var restarts = 0; ; restarts++)
            {
                while (_next > 0 && _used + _next <= _options.Basis)
                {
                    Step();
                }

                var ritz = Decompose();
                var weights = Weights(ritz, Math.Min(_used, Kept()));
                var converged = Enumerable.Range(0, _count).All(i =>
                    Residual(weights.AsSpan(i * _used, _used)) <= 0.5 * _options.Tolerance * _scale);
                if (converged || _next == 0 || _products >= _options.MaxProducts)
                {
                    return Finish(ritz, weights, restarts);
                }

                Restart(ritz, weights);
            }
        }

        public void Dispose() => _basis.Dispose();

        /// <summary>Takes the next block into the basis and makes the one after it from its products.</summary>
        private void Step()
        {
            var first = _used;
            (_last, _used) = (_next, _used + _next);

            var products = _room.AsSpan(0, _last * _matrix.Size);
            _matrix.ApplyBatch(_basis.Rows(first, _last), _last, products);
            _products += _last;
            Array.Clear(_coupling);
            _next = 0;
            for (var c = 0; c < _last; c++)
            {
                var product = products.Slice(c * _matrix.Size, _matrix.Size);
                Basis.Scale(_sign, product);
                var before = Basis.Norm(product);
                if (!double.IsFinite(before))
                {
                    throw new ArithmeticException("a product with the operator is not finite, so it has no eigenvalues");
                }

                var norm = _basis.Orthogonalize(product, _used + _next, _coefficients);
                for (var i = 0; i < _used; i++)
                {
                    _projection[(i * _options.Basis) + first + c] = _projection[((first + c) * _options.Basis) + i] =
                        _coefficients[i];
                }

                for (var i = 0; i < _next; i++)
                {
                    _coupling[(i * _options.Block) + c] = _coefficients[_used + i];
                }

                _scale = Math.Max(_scale, before);
                if (_used + _next == _matrix.Size)
                {
                    continue;
                }

                // What is left of the product is a new direction, or rounding, in whose place comes a random one.
                if (norm > _matrix.Size * 1e-16 * _scale)
                {
                    Basis.Scale(1 / norm, product);
                    product.CopyTo(_basis.Rows(_used + _next, 1));
                    _coupling[(_next * _options.Block) + c] = norm;
                }
                else
                {
                    Draw(_used + _next);
                }

                _next++;
            }
        }

        /// <summary>The eigenvalues of H, ascending, and its eigenvectors as rows.</summary>
        private EigenDecomposition Decompose()
        {
            var square = new double[_used * _used];
            for (var i = 0; i < _used; i++)
            {
                for (var j = 0; j < _used; j++)
                {
                    square[(i * _used) + j] =
                        0.5 * (_projection[(i * _options.Basis) + j] + _projection[(j * _options.Basis) + i]);
                }
            }

            return SymmetricEigen.Decompose(square, _used);
        }

        /// <summary>How many Ritz vectors a restart keeps: those looked for and a part of the others, which speeds them up.</summary>
        private int Kept() => Math.Min(_count + ((_options.Basis - _count) / 3), _options.Basis - (2 * _options.Block));

        /// <summary>The outermost Ritz vectors in the basis, the largest value first; at least those looked for.</summary>
        private double[] Weights(EigenDecomposition ritz, int kept)
        {
            kept = Math.Max(kept, _count);
            var weights = new double[kept * _used];
            for (var i = 0; i < kept; i++)
            {
                ritz.Vector(_used - 1 - i).CopyTo(weights.AsSpan(i * _used));
            }

            return weights;
        }

        /// <summary>The residual of a Ritz vector as the iteration knows it: <c>||R E' s||</c>.</summary>
        private double Residual(ReadOnlySpan<double> weights)
        {
            var end = weights[^_last..];
            var square = 0.0;
            for (var i = 0; i < _next; i++)
            {
                var sum = 0.0;
                for (var c = 0; c < _last; c++)
                {
                    sum += _coupling[(i * _options.Block) + c] * end[c];
                }

                square += sum * sum;
            }

            return Math.Sqrt(square);
        }

        private void Restart(EigenDecomposition ritz, double[] weights)
        {
            var kept = weights.Length / _used;
            _basis.Rotate(weights, _used, kept);
            _basis.Rows(_used, _next).CopyTo(_basis.Rows(kept, _next));
            Array.Clear(_projection);
            for (var i = 0; i < kept; i++)
            {
                _projection[(i * _options.Basis) + i] = ritz.Values[_used - 1 - i];
            }

            _used = kept;
        }

        private EigenPairs Finish(EigenDecomposition ritz, double[] weights, int restarts)
        {
            _basis.Rotate(weights.AsSpan(0, _count * _used), _used, _count);
            var values = new double[_count];
            var vectors = _basis.Rows(0, _count).ToArray();
            var products = new double[vectors.Length];
            var residuals = new double[_count];
            _matrix.ApplyBatch(vectors, _count, products);
            for (var i = 0; i < _count; i++)
            {
                values[i] = _sign * ritz.Values[_used - 1 - i];
                var rest = products.AsSpan(i * _matrix.Size, _matrix.Size);
                Basis.AddMultiple(-values[i], vectors.AsSpan(i * _matrix.Size, _matrix.Size), rest);
                residuals[i] = Basis.Norm(rest);
            }

            return new EigenPairs(
                _matrix.Size,
                values,
                vectors,
                residuals,
                residuals.All(residual => residual <= _options.Tolerance * _scale),
                _products + _count,
                restarts);
        }

        /// <summary>Fills a row with a random direction that those before it leave.</summary>
        private void Draw(int row)
        {
            var vector = _basis.Rows(row, 1);
            _random.FillNormal(vector, 1);
            Basis.Scale(1 / Basis.Norm(vector), vector);
            Basis.Scale(1 / _basis.Orthogonalize(vector, row, _coefficients), vector);

            // The first pass may have left little of it.
            Basis.Scale(1 / _basis.Orthogonalize(vector, row, _coefficients), vector);
        }
    }
}
