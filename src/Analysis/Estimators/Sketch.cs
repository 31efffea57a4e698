using Looped.Analysis.Krylov;
using Looped.Analysis.Operators;
using Looped.Kernels;

namespace Looped.Analysis.Estimators;

/// <summary>
/// What some probes tell of an operator's range: <c>A Omega = Q R</c> with orthonormal Q, and the core <c>Q'AQ</c>. Vectors
/// are rows, so that Q's columns are the rows of the basis.
/// </summary>
internal sealed class Sketch : IDisposable
{
    private readonly Basis _basis;
    private readonly int _count;
    private readonly double[] _triangle;
    private readonly double[] _core;
    private readonly double[] _forms;
    private readonly double[] _shares;

    /// <summary>Takes two products for each probe.</summary>
    /// <param name="matrix">A.</param>
    /// <param name="probes">Omega, (count,n): a probe a row.</param>
    /// <param name="count">How many, at most n.</param>
    /// <param name="team">Threads that share the work on vectors.</param>
    public Sketch(ICurvatureOperator matrix, double[] probes, int count, WorkerTeam team)
    {
        var size = matrix.Size;
        _count = count;
        _basis = new Basis(size, count, team);
        (_triangle, _core) = (new double[count * count], new double[count * count]);
        (_forms, _shares) = (new double[count], new double[count]);
        matrix.ApplyBatch(probes, count, _basis.Rows(0, count));
        for (var k = 0; k < count; k++)
        {
            _forms[k] = Basis.Dot(probes.AsSpan(k * size, size), _basis.Rows(k, 1));
        }

        Factorize();
        var images = new double[checked(count * size)];
        matrix.ApplyBatch(_basis.Rows(0, count), count, images);
        for (var k = 0; k < count; k++)
        {
            _basis.Dots(images.AsSpan(k * size, size), count, _core.AsSpan(k * count, count));
            Trace += _core[(k * count) + k];
        }
    }

    /// <summary>The trace within the range, <c>tr Q'AQ</c>.</summary>
    public double Trace { get; }

    /// <summary><c>w'Aw</c> of probe i.</summary>
    public double Form(int probe) => _forms[probe];

    /// <summary>Column i of R: <c>Q'A</c> times probe i.</summary>
    public ReadOnlySpan<double> Column(int probe) => _triangle.AsSpan(probe * _count, _count);

    /// <summary><c>Q'v</c>.</summary>
    public void Coordinates(ReadOnlySpan<double> vector, Span<double> coordinates) =>
        _basis.Dots(vector, _count, coordinates);

    /// <summary><c>v - Q Q'v</c>, in place.</summary>
    public void ProjectOff(Span<double> vector) => _basis.Orthogonalize(vector, _count, _shares);

    /// <summary><c>Q'AQ x</c>.</summary>
    public void Core(ReadOnlySpan<double> coordinates, Span<double> result)
    {
        result.Clear();
        for (var k = 0; k < _count; k++)
        {
            Basis.AddMultiple(coordinates[k], _core.AsSpan(k * _count, _count), result);
        }
    }

    /// <summary>
    /// The unit vector, in coordinates, that is orthogonal to all columns of R but one: the solution of
    /// <c>R's = e_i</c>, scaled.
    /// </summary>
    public double[] Without(int column)
    {
        // Row j of R' is column j of R, whose elements end at j; so the solution starts at the column that is left out.
        var solution = new double[_count];
        for (var j = column; j < _count; j++)
        {
            var sum = j == column ? 1.0 : 0.0;
            for (var i = column; i < j; i++)
            {
                sum -= _triangle[(j * _count) + i] * solution[i];
            }

            solution[j] = sum / _triangle[(j * _count) + j];
        }

        Basis.Scale(1 / solution.Max(Math.Abs), solution);
        Basis.Scale(1 / Basis.Norm(solution), solution);
        return solution;
    }

    /// <inheritdoc/>
    public void Dispose() => _basis.Dispose();

    /// <summary>Turns the rows of the basis from A's products into Q, and keeps R by columns.</summary>
    private void Factorize()
    {
        var random = new Tensors.Philox(0, "sketch beyond the range");
        for (var k = 0; k < _count; k++)
        {
            var row = _basis.Rows(k, 1);
            var before = Basis.Norm(row);
            var norm = _basis.Orthogonalize(row, k, _triangle.AsSpan(k * _count));

            // Where the operator's range is exhausted R keeps a tiny number, and Q goes on in any direction.
            _triangle[(k * _count) + k] = Math.Max(norm, double.Max(1e-15 * before, 1e-300));
            if (norm <= 1e-13 * before)
            {
                random.FillNormal(row, 1);
                Basis.Scale(1 / Basis.Norm(row), row);
                norm = _basis.Orthogonalize(row, k, _shares);
            }

            Basis.Scale(1 / norm, row);
            Basis.Scale(1 / _basis.Orthogonalize(row, k, _shares), row);
        }
    }
}
