namespace Looped.Models.Gpt2;

/// <summary>What defines a looped decoder of GPT-2's kind.</summary>
/// <param name="Width">Numbers that a token's state has.</param>
/// <param name="Layers">Blocks of one loop.</param>
/// <param name="Heads">Heads of each attention; they share the width equally.</param>
/// <param name="Vocabulary">Tokens that can be read.</param>
/// <param name="Outputs">Symbols that can be predicted.</param>
/// <param name="Loops">T: how often the same blocks are applied; 1 is a decoder that does not loop.</param>
public sealed record Gpt2Settings(int Width, int Layers, int Heads, int Vocabulary, int Outputs, int Loops = 1)
{
    /// <summary>Numbers that a token's state has in one head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>Refuses settings that describe no model.</summary>
    /// <exception cref="ArgumentException">A number is not positive, or the heads do not divide the width.</exception>
    public void Validate()
    {
        foreach (var (name, value) in ((string, int)[])
            [
                ("width", Width), ("layers", Layers), ("heads", Heads), ("vocabulary", Vocabulary), ("outputs", Outputs),
                ("loops", Loops),
            ])
        {
            if (value < 1)
            {
                throw new ArgumentException($"{name} must be at least 1, not {value}");
            }
        }

        if (Width % Heads != 0)
        {
            throw new ArgumentException($"heads must divide the width, and {Heads} does not divide {Width}");
        }
    }
}
