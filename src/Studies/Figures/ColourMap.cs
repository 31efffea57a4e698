using System.Collections.Immutable;

namespace Looped.Studies.Figures;

/// <summary>
/// Colours for the numbers of 0 .. 1. A map is given by equally spaced control colours; between two of them it runs
/// in a straight line in <see cref="Oklab"/>, so that equal steps of the number look about equally large.
/// </summary>
public sealed class ColourMap
{
    /// <summary>Number of steps that an image shows; odd, so that the middle of a diverging map is a step.</summary>
    public const int Levels = 255;

    /// <summary>The colour of what has no number.</summary>
    public static readonly Rgb Missing = Rgb.Parse("#B8B8B8");

    /// <summary>From dark violet to bright yellow, lightness rising all the way: five colours of viridis (Smith and
    /// van der Walt, 2015).</summary>
    public static readonly ColourMap Sequential =
        new(diverging: false, "#440154", "#3B528B", "#21918C", "#5EC962", "#FDE725");

    /// <summary>From dark blue through near white to dark red, equally dark at equal distances from the middle: for
    /// values whose sign matters.</summary>
    public static readonly ColourMap Diverging =
        new(diverging: true, "#083C75", "#3476C5", "#89B6EF", "#F7F7F7", "#E99C8D", "#B9503D", "#6B2013");

    private readonly ImmutableArray<Oklab> _controls;

    private ColourMap(bool diverging, params ReadOnlySpan<string> controls)
    {
        IsDiverging = diverging;
        _controls = [.. controls.ToArray().Select(hex => Oklab.From(Rgb.Parse(hex)))];
        Steps = [.. Enumerable.Range(0, Levels).Select(level => At(level / (Levels - 1.0)))];
    }

    /// <summary>Whether the middle stands for zero, so that limits must be symmetric about it.</summary>
    public bool IsDiverging { get; }

    /// <summary>The colours at 0, 1/254, ..., 1.</summary>
    public ImmutableArray<Rgb> Steps { get; }

    /// <summary>The colour of <paramref name="t"/>, clipped to 0 .. 1; <see cref="Missing"/> for NaN.</summary>
    public Rgb At(double t)
    {
        if (double.IsNaN(t))
        {
            return Missing;
        }

        var position = Math.Clamp(t, 0, 1) * (_controls.Length - 1);
        var left = Math.Min((int)position, _controls.Length - 2);
        return _controls[left].Towards(_controls[left + 1], position - left).ToRgb();
    }

    /// <summary>The number of the step nearest to <paramref name="t"/>; <see cref="Levels"/> for NaN.</summary>
    public static byte LevelOf(double t) =>
        double.IsNaN(t) ? (byte)Levels : (byte)Math.Round(Math.Clamp(t, 0, 1) * (Levels - 1));
}
