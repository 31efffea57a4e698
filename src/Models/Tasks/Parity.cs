namespace Looped.Models.Tasks;

/// <summary>Whether n bits have an odd number of ones: <c>b_1 .. b_n 2</c> asks for their sum modulo 2.</summary>
public sealed class Parity : AlgorithmicTask
{
    /// <inheritdoc/>
    public override string Name => "parity";

    /// <inheritdoc/>
    public override string Description => "the sum of n bits modulo 2";

    /// <inheritdoc/>
    public override int Layers => 1;

    /// <inheritdoc/>
    public override int Heads => 64;

    /// <inheritdoc/>
    public override Curriculum Curriculum => new(1, 20, 500);

    /// <inheritdoc/>
    public override int TestLength => 40;

    /// <inheritdoc/>
    public override int RowLength(int longest) => longest + 2;

    /// <inheritdoc/>
    protected override IEnumerable<int> Prompt(IReadOnlyList<int[]> operands) => [.. operands[0], 2];

    /// <inheritdoc/>
    protected override IEnumerable<int> Answer(IReadOnlyList<int[]> operands) => [operands[0].Sum() % 2];
}
