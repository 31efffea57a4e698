using System.Numerics;
using Looped.Models.Gpt2;

namespace Looped.Models.Recurrent;

/// <summary>
/// What training changes: the weights, AdamW's two moments of each and, where one is kept, the weights' running mean. Arrays
/// are in the order of <see cref="Gpt2Weights.Of"/>, each row-major.
/// </summary>
/// <typeparam name="T">The computing type, float or double.</typeparam>
public sealed class DecoderState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A state of given arrays.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="first">AdamW's first moments.</param>
    /// <param name="second">AdamW's second moments.</param>
    /// <param name="average">The weights' running mean; null where none is kept.</param>
    /// <param name="step">Updates made.</param>
    public DecoderState(
        IReadOnlyList<T[]> weights, IReadOnlyList<T[]> first, IReadOnlyList<T[]> second, IReadOnlyList<T[]>? average, long step) =>
        (Weights, First, Second, Average, Step) = (weights, first, second, average, step);

    /// <summary>The weights.</summary>
    public IReadOnlyList<T[]> Weights { get; }

    /// <summary>AdamW's first moments.</summary>
    public IReadOnlyList<T[]> First { get; }

    /// <summary>AdamW's second moments.</summary>
    public IReadOnlyList<T[]> Second { get; }

    /// <summary>The weights' exponential running mean; null where none is kept.</summary>
    public IReadOnlyList<T[]>? Average { get; }

    /// <summary>The weights to answer with: the running mean where one is kept.</summary>
    public IReadOnlyList<T[]> Best => Average ?? Weights;

    /// <summary>Updates made.</summary>
    public long Step { get; set; }

    /// <summary>The state before training: random weights, moments zero, a running mean equal to the weights.</summary>
    /// <param name="settings">The model.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="average">Whether a running mean is kept.</param>
    public static DecoderState<T> Initialize(Gpt2Settings settings, ulong seed, bool average)
    {
        T[][] weights = [.. Gpt2Weights.Initialize(settings, seed).Select(array => Array.ConvertAll(array, T.CreateTruncating))];
        return new DecoderState<T>(
            weights, Zeros(weights), Zeros(weights), average ? [.. weights.Select(array => array.ToArray())] : null, 0);

        static T[][] Zeros(T[][] like) => [.. like.Select(array => new T[array.Length])];
    }
}
