using System.Numerics;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Models.Gpt2;

/// <summary>
/// The loss of a model with its gradient, or with products of its Hessian and directions, compiled for sequences of one
/// number and length. Tensors of weights are arrays in the order of <see cref="Gpt2Weights.Of"/>, each row-major. A run
/// allocates nothing.
/// </summary>
/// <typeparam name="T">The computing type, float or double.</typeparam>
public sealed class Gpt2Derivatives<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Executable _executable;
    private readonly Executable.Slot _tokens;
    private readonly Executable.Slot _targets;
    private readonly Executable.Slot[] _weights;
    private readonly Executable.Slot[] _directions;
    private readonly Executable.Slot[] _results;
    private readonly Executable.Slot _loss;
    private readonly T[] _lossValue = new T[1];

    private Gpt2Derivatives(Program program, IReadOnlyList<string> tangents, IReadOnlyList<string> results, IBackend backend)
    {
        _executable = program.Compile(backend);
        _tokens = _executable.Input(Gpt2Model.Tokens);
        _targets = _executable.Input(Gpt2Model.Targets);
        _weights = [.. program.Parameters.Select(parameter => _executable.Input(parameter.Name))];
        _directions = [.. tangents.Select(_executable.Input)];
        _results = [.. results.Select(_executable.Output)];
        _loss = _executable.Output(Gpt2Model.LossName);
    }

    /// <summary>What runs, for its operations, floating-point operations and listing.</summary>
    public Program Program => _executable.Program;

    /// <summary>Bytes of all values of a run.</summary>
    public long Bytes => _executable.Bytes;

    private static ElementType Element => typeof(T) == typeof(float) ? ElementType.Float32 : ElementType.Float64;

    /// <summary>Compiles loss and gradient.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="sequences">N.</param>
    /// <param name="length">L.</param>
    /// <param name="backend">What runs it.</param>
    public static Gpt2Derivatives<T> Gradient(Gpt2Settings settings, int sequences, int length, IBackend backend)
    {
        var loss = Gpt2Model.Loss(settings, sequences, length, Element);
        var gradient = loss.Gradient();
        return new Gpt2Derivatives<T>(
            new Program(gradient.Inputs, [loss.Output(Gpt2Model.LossName), .. gradient.Outputs]),
            [],
            [.. gradient.Outputs.Select(output => output.Name)],
            backend);
    }

    /// <summary>Compiles loss and Hessian-vector products, forward over reverse.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="sequences">N.</param>
    /// <param name="length">L.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="directions">
    /// K: directions and products then have one more axis, the innermost, of so many. Null for one direction without it.
    /// </param>
    public static Gpt2Derivatives<T> Hvp(
        Gpt2Settings settings, int sequences, int length, IBackend backend, int? directions = null)
    {
        var loss = Gpt2Model.Loss(settings, sequences, length, Element);
        var hvp = loss.Hvp(directions);
        return new Gpt2Derivatives<T>(
            new Program(hvp.Inputs, [loss.Expand().Output(Gpt2Model.LossName), .. hvp.Outputs]),
            [.. hvp.Inputs.Where(input => input.Role == InputRole.Tangent).Select(input => input.Name)],
            [.. hvp.Outputs.Select(output => output.Name)],
            backend);
    }

    /// <summary>Gives the sequences.</summary>
    /// <param name="tokens">(N,L), row-major.</param>
    /// <param name="targets">(N,L), row-major; <see cref="Gpt2Model.Ignored"/> where a position does not count.</param>
    /// <exception cref="ArgumentException">A length is not N L.</exception>
    public void WriteData(ReadOnlySpan<int> tokens, ReadOnlySpan<int> targets)
    {
        _tokens.Write(tokens);
        _targets.Write(targets);
    }

    /// <summary>Gives the weights.</summary>
    /// <exception cref="ArgumentException">They are not the model's in number or size.</exception>
    public void WriteWeights(IReadOnlyList<T[]> weights) => Write(_weights, weights);

    /// <summary>Gives the direction or directions, tensors as those of the weights.</summary>
    /// <exception cref="ArgumentException">They are not the model's in number or size.</exception>
    public void WriteDirections(IReadOnlyList<T[]> directions) => Write(_directions, directions);

    /// <summary>Runs on what was given last.</summary>
    /// <returns>The loss.</returns>
    public T Execute()
    {
        _executable.Execute();
        _loss.Read<T>(_lossValue);
        return _lossValue[0];
    }

    /// <summary>Copies gradient or products out, tensors as those of the weights or directions.</summary>
    /// <exception cref="ArgumentException">They are not the model's in number or size.</exception>
    public void Read(IReadOnlyList<T[]> results)
    {
        RequireCount(_results, results);
        for (var i = 0; i < results.Count; i++)
        {
            _results[i].Read<T>(results[i]);
        }
    }

    /// <summary>Gradient or products in arrays of their own.</summary>
    public T[][] Results()
    {
        T[][] results = [.. _results.Select(slot => new T[slot.Type.Shape.Size])];
        Read(results);
        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => _executable.Dispose();

    private static void Write(Executable.Slot[] slots, IReadOnlyList<T[]> arrays)
    {
        RequireCount(slots, arrays);
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i].Write<T>(arrays[i]);
        }
    }

    private static void RequireCount(Executable.Slot[] slots, IReadOnlyList<T[]> arrays)
    {
        if (slots.Length != arrays.Count)
        {
            throw new ArgumentException($"{arrays.Count} tensors were given, where there are {slots.Length}");
        }
    }
}
