using Looped.Kernels;

namespace Looped.Autodiff;

/// <summary>Value and gradient of an objective. An evaluation allocates nothing.</summary>
public sealed class GradientEvaluator : IParallelWork, IDisposable
{
    private readonly Objective _objective;
    private readonly WorkerTeam _team;
    private readonly BoundProgram[] _programs;
    private readonly Executable.Slot[] _values;
    private readonly Executable.Slot[][] _gradients;
    private readonly double[][] _blockGradients;
    private readonly double[] _blockValues;
    private readonly double[] _theta;

    /// <summary>Compiles the gradient of an objective.</summary>
    /// <param name="objective">What is differentiated.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Who runs the blocks.</param>
    public GradientEvaluator(Objective objective, IBackend backend, WorkerTeam team)
    {
        _objective = objective;
        _team = team;
        var program = new Program(objective.Loss.Inputs, [objective.Loss.Outputs[0]]).ValueAndGradient();
        var workers = objective.Blocks.Count == 1 ? 1 : team.Size;
        _programs = [.. Enumerable.Range(0, workers)
            .Select(_ => new BoundProgram(program, objective.Layout, backend))];
        _values = [.. _programs.Select(bound => bound.Output(objective.Loss.Outputs[0].Name))];
        _gradients =
        [
            .. _programs.Select(bound => objective.Layout.Groups
                .Select(group => bound.Output($"grad({group.Name})")).ToArray()),
        ];
        _blockGradients = [.. objective.Blocks.Select(_ => new double[objective.Layout.Size])];
        _blockValues = new double[objective.Blocks.Count];
        _theta = new double[objective.Layout.Size];

        // Each block after the first adds its value and its gradient to those before.
        Flops = (objective.Blocks.Count * program.Flops) + ((objective.Blocks.Count - 1) * (_theta.Length + 1L));
    }

    /// <summary>Floating-point operations of one evaluation, over all blocks (a multiply-add counts two).</summary>
    public long Flops { get; }

    /// <summary>The objective at theta; its gradient goes to <paramref name="gradient"/>. Both are (P,).</summary>
    /// <exception cref="ArgumentException">Theta or the gradient has another length.</exception>
    public double Evaluate(ReadOnlySpan<double> theta, Span<double> gradient)
    {
        _objective.Layout.Require(theta.Length, 1, nameof(theta));
        _objective.Layout.Require(gradient.Length, 1, nameof(gradient));
        theta.CopyTo(_theta);
        _team.Run(this, _blockValues.Length);
        _blockGradients[0].CopyTo(gradient);
        var value = _blockValues[0];
        for (var block = 1; block < _blockValues.Length; block++)
        {
            value += _blockValues[block];
            for (var i = 0; i < gradient.Length; i++)
            {
                gradient[i] += _blockGradients[block][i];
            }
        }

        return value;
    }

    /// <summary>
    /// Value and gradient of each block apart: with one sample in a block, the per-sample gradients.
    /// </summary>
    /// <param name="theta">(P,).</param>
    /// <param name="values">(B,), a value for each block.</param>
    /// <param name="gradients">(B,P), row-major: row b is the gradient of block b.</param>
    /// <exception cref="ArgumentException">A span has not the size it needs.</exception>
    public void EvaluatePerBlock(ReadOnlySpan<double> theta, Span<double> values, Span<double> gradients)
    {
        if (values.Length != _blockValues.Length || gradients.Length != values.Length * _theta.Length)
        {
            throw new ArgumentException(
                $"{_blockValues.Length} blocks of {_theta.Length} parameters do not fill {values.Length} values and " +
                $"{gradients.Length} derivatives");
        }

        theta.CopyTo(_theta);
        _team.Run(this, _blockValues.Length);
        _blockValues.CopyTo(values);
        for (var block = 0; block < values.Length; block++)
        {
            _blockGradients[block].CopyTo(gradients[(block * _theta.Length)..]);
        }
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
        program.Execute(_objective.Blocks[item]);
        _values[worker].Read(_blockValues.AsSpan(item, 1));
        var groups = _objective.Layout.Groups;
        for (var g = 0; g < groups.Count; g++)
        {
            _gradients[worker][g].Read(_blockGradients[item].AsSpan(groups[g].Offset, groups[g].Size));
        }
    }
}
