using Looped.Tensors;

namespace Looped.Models.Tasks;

/// <summary>
/// The product of a number of n bits and one of m bits, most significant first: <c>a 2 b 5</c> asks for the n + m bits of
/// a b, least significant first. The two lengths are drawn apart, and a sample has n m loops.
/// </summary>
public sealed class Multiplication : AlgorithmicTask
{
    /// <inheritdoc/>
    public override string Name => "multiplication";

    /// <inheritdoc/>
    public override string Description => "the product of numbers of n and m bits in n + m bits, least significant first";

    /// <inheritdoc/>
    public override int Operands => 2;

    /// <inheritdoc/>
    public override int ExtraLoops => 30;

    /// <inheritdoc/>
    public override int Layers => 4;

    /// <inheritdoc/>
    public override int Heads => 8;

    /// <inheritdoc/>
    public override Curriculum Curriculum => new(1, 11, 500);

    /// <inheritdoc/>
    public override int TestLength => 15;

    /// <inheritdoc/>
    public override int RowLength(int longest) => 4 * (longest + 2);

    /// <inheritdoc/>
    public override TaskSample DrawUpTo(Philox random, int longest)
    {
        var (first, second) = (1 + random.NextInt(longest), 1 + random.NextInt(longest));
        return Sample(RandomSymbols(random, first), RandomSymbols(random, second));
    }

    /// <inheritdoc/>
    public override int Loops(int length) => length * length;

    /// <inheritdoc/>
    protected override int Loops(IReadOnlyList<int[]> operands) => operands[0].Length * operands[1].Length;

    /// <inheritdoc/>
    protected override IEnumerable<int> Prompt(IReadOnlyList<int[]> operands) => [.. operands[0], 2, .. operands[1], 5];

    /// <inheritdoc/>
    protected override IEnumerable<int> Answer(IReadOnlyList<int[]> operands) => Bits.LeastSignificantFirst(
        Bits.ToNumber(operands[0]) * Bits.ToNumber(operands[1]), operands[0].Length + operands[1].Length);

    /// <inheritdoc/>
    protected override void RequireLengths(IReadOnlyList<int[]> operands)
    {
    }
}
