namespace Looped.Models.Tasks;

/// <summary>Repeating n bits: <c>b_1 .. b_n 2</c> asks for <c>b_1 .. b_n</c>.</summary>
public sealed class Copy : AlgorithmicTask
{
    /// <inheritdoc/>
    public override string Name => "copy";

    /// <inheritdoc/>
    public override string Description => "the same n bits again";

    /// <inheritdoc/>
    public override int Layers => 2;

    /// <inheritdoc/>
    public override int Heads => 8;

    /// <inheritdoc/>
    public override Curriculum Curriculum => new(1, 19, 1000);

    /// <inheritdoc/>
    public override int TestLength => 30;

    /// <inheritdoc/>
    public override int RowLength(int longest) => 2 * (longest + 2);

    /// <inheritdoc/>
    protected override IEnumerable<int> Prompt(IReadOnlyList<int[]> operands) => [.. operands[0], 2];

    /// <inheritdoc/>
    protected override IEnumerable<int> Answer(IReadOnlyList<int[]> operands) => operands[0];
}
