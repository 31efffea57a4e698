namespace Looped.Models.Tasks;

/// <summary>
/// The sum of two numbers of n bits, most significant first: <c>a 2 b 5</c> asks for the n + 1 bits of a + b.
/// </summary>
public sealed class Addition : AlgorithmicTask
{
    /// <inheritdoc/>
    public override string Name => "addition";

    /// <inheritdoc/>
    public override string Description => "the sum of two numbers of n bits in n + 1 bits, most significant first";

    /// <inheritdoc/>
    public override int Operands => 2;

    /// <inheritdoc/>
    public override int Layers => 3;

    /// <inheritdoc/>
    public override int Heads => 8;

    /// <inheritdoc/>
    public override Curriculum Curriculum => new(1, 19, 1600);

    /// <inheritdoc/>
    public override int TestLength => 30;

    /// <inheritdoc/>
    public override int RowLength(int longest) => 3 * (longest + 2);

    /// <inheritdoc/>
    protected override IEnumerable<int> Prompt(IReadOnlyList<int[]> operands) => [.. operands[0], 2, .. operands[1], 5];

    /// <inheritdoc/>
    protected override IEnumerable<int> Answer(IReadOnlyList<int[]> operands) => Bits.MostSignificantFirst(
        Bits.ToNumber(operands[0]) + Bits.ToNumber(operands[1]), operands[0].Length + 1);
}
