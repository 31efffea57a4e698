namespace Looped.Studies.Figures;

/// <summary>
/// Something drawn in a <see cref="Panel"/>. Numbers that the axes cannot show (NaN, infinities, and what is not
/// positive on a log axis) are left out.
/// </summary>
/// <param name="Label">Its name in the legend; null for none. Series of one label share a colour and a legend entry
/// throughout a figure.</param>
public abstract record Series(string? Label)
{
    /// <summary>Its colour; by default the next of <see cref="Palette"/>.</summary>
    public Rgb? Colour { get; init; }

    /// <summary>Complains about lists that should be equally long and are not.</summary>
    private protected static void RequireEqual(string what, int left, int right)
    {
        if (left != right)
        {
            throw new ArgumentException($"{what} must be equally many; there are {left} and {right}.");
        }
    }
}

/// <summary>How a line is broken.</summary>
public enum LineStyle
{
    Solid,
    Dashed,
    Dotted,
}
