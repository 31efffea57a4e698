using System.Numerics;
using Looped.Benchmarks.Comparison;
using Looped.Models.Gpt2;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Benchmarks.Algorithmic;

/// <summary>A batch of a task and a decoder whose weights are drawn from a fixed seed, as both sides train it.</summary>
/// <param name="model">The model; its loops play no part.</param>
/// <param name="batch">The batch.</param>
/// <param name="deviation">Standard deviation of the weights.</param>
public sealed class StepProblem(Gpt2Settings model, TaskBatch batch, double deviation)
{
    private const ulong Seed = 7;

    private readonly IReadOnlyList<Gpt2Weight> _layout = Gpt2Weights.Of(model);
    private readonly double[][] _weights = Draw(model, deviation);

    /// <summary>Learning rate.</summary>
    public static double Rate => 1e-2;

    /// <summary>Decay and clipping.</summary>
    public static UpdateRule Rule { get; } = new(WeightDecay: 0.1, Clip: 0.5);

    /// <summary>The model; its loops play no part.</summary>
    public Gpt2Settings Model => model;

    /// <summary>The batch.</summary>
    public TaskBatch Batch => batch;

    /// <summary>A state at the weights, before training.</summary>
    public DecoderState<T> State<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(
            [.. _weights.Select(weights => Array.ConvertAll(weights, T.CreateChecked))],
            [.. _weights.Select(weights => new T[weights.Length])],
            [.. _weights.Select(weights => new T[weights.Length])],
            null,
            0);

    /// <summary>Hands the problem to the other side, in the type that it is to compute in.</summary>
    public void Offer<T>(TorchProcess torch, string folder)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shape = new Shape(batch.Count, batch.RowLength);
        Npy.Write<int>(Path.Combine(folder, "tokens.npy"), shape, batch.Tokens);
        Npy.Write<int>(Path.Combine(folder, "targets.npy"), shape, batch.Targets);
        Npy.Write<int>(Path.Combine(folder, "loops.npy"), new Shape(batch.Count), batch.Loops);
        Npz.Write(
            Path.Combine(folder, "weights.npz"),
            _layout.Zip(State<T>().Weights, (weight, values) =>
                KeyValuePair.Create(weight.Name, NpyArray.Create<T>(weight.Shape, values))));
        torch.Load(folder, model.Layers, model.Heads, Rate, Rule.WeightDecay, Rule.Clip);
    }

    /// <summary>Weights after training by name, and the losses of its steps.</summary>
    public Dictionary<string, double[]> Result(DecoderState<double> state, IReadOnlyList<double> losses)
    {
        var result = _layout.Zip(state.Weights).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        result.Add("losses", [.. losses]);
        return result;
    }

    private static double[][] Draw(Gpt2Settings model, double deviation)
    {
        var random = new Philox(Seed, "weights");
        return
        [
            .. Gpt2Weights.Of(model).Select(weight =>
                Enumerable.Range(0, (int)weight.Shape.Size).Select(_ => weight.Mean + (deviation * random.NextNormal())).ToArray()),
        ];
    }
}
