using Looped.Kernels;

namespace Looped.Autodiff;

/// <summary>
/// Hessian-vector products of an objective for K directions a run, forward over reverse. An evaluation allocates
/// nothing.
/// </summary>
public sealed class HvpEvaluator : IParallelWork, IDisposable
{
    private readonly Objective _objective;
    private readonly WorkerTeam _team;
    private readonly BoundProgram[] _programs;
    private readonly (Executable.Slot Tangent, Executable.Slot Product)[][] _slots;
    private readonly double[][] _blockProducts;
    private readonly double[] _theta;
    private readonly double[] _tangents;

    /// <summary>Compiles Hessian-vector products.</summary>
    /// <param name="objective">What is differentiated twice.</param>
    /// <param name="directions">K.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Who runs the blocks.</param>
    public HvpEvaluator(Objective objective, int directions, IBackend backend, WorkerTeam team)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(directions);
        _objective = objective;
        _team = team;
        Directions = directions;
        var program = objective.Loss.Hvp(directions);
        var workers = objective.Blocks.Count == 1 ? 1 : team.Size;
        _programs = [.. Enumerable.Range(0, workers)
            .Select(_ => new BoundProgram(program, objective.Layout, backend))];
        _slots =
        [
            .. _programs.Select(bound => objective.Layout.Groups.Select(group => (
                bound.Input($"tangent({group.Name})"), bound.Output($"tangent(grad({group.Name}))"))).ToArray()),
        ];
        var size = objective.Layout.Size * directions;
        _blockProducts = [.. objective.Blocks.Select(_ => new double[size])];
        _theta = new double[objective.Layout.Size];
        _tangents = new double[size];
    }

    /// <summary>K: directions of one evaluation.</summary>
    public int Directions { get; }

    /// <summary>Row k of <paramref name="products"/> becomes H v_k, v_k being row k of <paramref name="vectors"/>.</summary>
    /// <param name="theta">(P,).</param>
    /// <param name="vectors">(K,P), row-major.</param>
    /// <param name="products">(K,P), row-major.</param>
    /// <exception cref="ArgumentException">An array has another length.</exception>
    public void Evaluate(ReadOnlySpan<double> theta, ReadOnlySpan<double> vectors, Span<double> products)
    {
        _objective.Layout.Require(theta.Length, 1, nameof(theta));
        _objective.Layout.Require(vectors.Length, Directions, nameof(vectors));
        _objective.Layout.Require(products.Length, Directions, nameof(products));
        theta.CopyTo(_theta);
        Transpose(vectors, _tangents, Directions, _theta.Length);
        _team.Run(this, _blockProducts.Length);
        for (var block = 1; block < _blockProducts.Length; block++)
        {
            for (var i = 0; i < _tangents.Length; i++)
            {
                _blockProducts[0][i] += _blockProducts[block][i];
            }
        }

        Transpose(_blockProducts[0], products, _theta.Length, Directions);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var program in _programs)
        {
            program.Dispose();
        }
    }

    void IParallelWork.Run(int item, int worker)
    {
        var program = _programs[worker];
        program.WriteTheta(_theta);
        var groups = _objective.Layout.Groups;
        for (var g = 0; g < groups.Count; g++)
        {
            _slots[worker][g].Tangent.Write(Part(_tangents, groups[g]));
        }

        program.Execute(_objective.Blocks[item]);
        for (var g = 0; g < groups.Count; g++)
        {
            _slots[worker][g].Product.Read(Part(_blockProducts[item], groups[g]));
        }
    }

    private Span<double> Part(double[] all, ParameterGroup group) =>
        all.AsSpan(group.Offset * Directions, group.Size * Directions);

    private static void Transpose(ReadOnlySpan<double> source, Span<double> target, int rows, int columns)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                target[(column * rows) + row] = source[(row * columns) + column];
            }
        }
    }
}
