using System.Collections.Immutable;

namespace Looped.Studies.Figures;

/// <summary>
/// A matrix of values as coloured cells, with a bar that explains the colours; both axes must be linear. It becomes one
/// image of as many pixels as cells, in the <see cref="ColourMap.Levels"/> steps of its map.
/// </summary>
public sealed record HeatMap : Series
{
    /// <summary>Cells of <c>values[row, column]</c>, row 0 lowest; the numbers are copied.</summary>
    /// <param name="values">The matrix, at least 1 x 1; a value that the colour scale does not accept is grey.</param>
    /// <param name="barLabel">What the colours mean, with its unit; written beside the bar.</param>
    /// <exception cref="ArgumentException">The matrix is empty.</exception>
    public HeatMap(double[,] values, string barLabel = "")
        : base(Label: null)
    {
        if (values.Length == 0)
        {
            throw new ArgumentException("A heat map needs at least one row and one column.", nameof(values));
        }

        (Rows, Columns) = (values.GetLength(0), values.GetLength(1));
        Values = [.. values.Cast<double>()];
        BarLabel = barLabel;
        X = new AxisRange(-0.5, Columns - 0.5);
        Y = new AxisRange(-0.5, Rows - 0.5);
    }

    /// <summary>Number of rows, along y.</summary>
    public int Rows { get; }

    /// <summary>Number of columns, along x.</summary>
    public int Columns { get; }

    /// <summary>The matrix, row-major.</summary>
    public ImmutableArray<double> Values { get; }

    /// <summary>What the colours mean.</summary>
    public string BarLabel { get; }

    /// <summary>From the left edge of the first column to the right edge of the last; by default column j is centred on
    /// j.</summary>
    public AxisRange X { get; init; }

    /// <summary>From the lower edge of row 0 to the upper edge of the last; by default row i is centred on i.</summary>
    public AxisRange Y { get; init; }

    /// <summary>How values are laid along the colours; linear by default.</summary>
    public Scale ColourScale { get; init; } = Scale.Linear;

    /// <summary>The colours; <see cref="ColourMap.Sequential"/> by default.</summary>
    public ColourMap Map { get; init; } = ColourMap.Sequential;

    /// <summary>The values of the first and last colour, and of all beyond them. By default the extremes of the matrix,
    /// and for a diverging map the largest size with both signs.</summary>
    public AxisRange? Limits { get; init; }

    /// <summary>The <see cref="Limits"/> that hold, given or found.</summary>
    public AxisRange EffectiveLimits()
    {
        if (Limits is { } given)
        {
            Ranges.Require(ColourScale, given);
            return given;
        }

        var accepted = Values.Where(ColourScale.Accepts).DefaultIfEmpty(double.NaN).ToList();
        var (low, high) = (accepted.Min(), accepted.Max());
        if (double.IsNaN(low))
        {
            return Ranges.Default(ColourScale);
        }

        if (!Map.IsDiverging || ColourScale is Log10Scale)
        {
            return Ranges.Around(ColourScale, low, high);
        }

        var largest = Math.Max(Math.Abs(low), Math.Abs(high));
        return largest == 0 ? Ranges.Around(ColourScale, 0, 0) : Ranges.Around(ColourScale, -largest, largest);
    }

    /// <summary>The colour of a value.</summary>
    public Rgb ColourOf(double value)
    {
        var level = ColourMap.LevelOf(ColourScale.Share(value, EffectiveLimits()));
        return level == ColourMap.Levels ? ColourMap.Missing : Map.Steps[level];
    }

    /// <summary>The matrix as a PNG, a pixel a cell, row 0 at the bottom.</summary>
    public byte[] ToPng()
    {
        var limits = EffectiveLimits();
        var pixels = new byte[Values.Length];
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                var share = ColourScale.Share(Values[(row * Columns) + column], limits);
                pixels[((Rows - 1 - row) * Columns) + column] = ColourMap.LevelOf(share);
            }
        }

        return Png.Encode(Columns, Rows, pixels, [.. Map.Steps, ColourMap.Missing]);
    }
}
