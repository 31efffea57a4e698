namespace Looped.Models.Tasks;

/// <summary>
/// The distinct ones of n symbols: <c>s_1 .. s_n 51</c>, each of 50, asks for them in the order of their first appearance.
/// </summary>
public sealed class UniqueSet : AlgorithmicTask
{
    /// <inheritdoc/>
    public override string Name => "unique-set";

    /// <inheritdoc/>
    public override string Description => "the distinct ones of n symbols, in the order of first appearance";

    /// <inheritdoc/>
    public override int Symbols => 50;

    /// <inheritdoc/>
    public override int Vocabulary => 60;

    /// <inheritdoc/>
    public override int EndSymbol => 53;

    /// <inheritdoc/>
    public override int ExtraLoops => 30;

    /// <inheritdoc/>
    public override int Layers => 3;

    /// <inheritdoc/>
    public override int Heads => 8;

    /// <inheritdoc/>
    public override Curriculum Curriculum => new(1, 19, 1000);

    /// <inheritdoc/>
    public override int TestLength => 30;

    /// <inheritdoc/>
    public override int RowLength(int longest) => 2 * (longest + 2);

    /// <inheritdoc/>
    protected override IEnumerable<int> Prompt(IReadOnlyList<int[]> operands) => [.. operands[0], 51];

    /// <inheritdoc/>
    protected override IEnumerable<int> Answer(IReadOnlyList<int[]> operands) => operands[0].Distinct();
}
