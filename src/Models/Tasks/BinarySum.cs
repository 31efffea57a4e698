namespace Looped.Models.Tasks;

/// <summary>
/// How many of n bits are ones: <c>b_1 .. b_n 5</c> asks for their number in binary, least significant bit first, without
/// leading zeros (none: a single 0).
/// </summary>
public sealed class BinarySum : AlgorithmicTask
{
    /// <inheritdoc/>
    public override string Name => "binary-sum";

    /// <inheritdoc/>
    public override string Description => "the number of ones among n bits in binary, least significant first";

    /// <inheritdoc/>
    public override int Layers => 2;

    /// <inheritdoc/>
    public override int Heads => 16;

    /// <inheritdoc/>
    public override Curriculum Curriculum => new(1, 19, 500);

    /// <inheritdoc/>
    public override int TestLength => 24;

    /// <inheritdoc/>
    public override int RowLength(int longest) => longest + 2 + 7;

    /// <inheritdoc/>
    protected override IEnumerable<int> Prompt(IReadOnlyList<int[]> operands) => [.. operands[0], 5];

    /// <inheritdoc/>
    protected override IEnumerable<int> Answer(IReadOnlyList<int[]> operands)
    {
        var ones = operands[0].Sum();
        return Bits.LeastSignificantFirst(ones, ones == 0 ? 1 : int.Log2(ones) + 1);
    }
}
