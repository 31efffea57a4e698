using System.Collections.Immutable;

namespace Looped.Studies.Figures;

/// <summary>Points joined in the order given. A point that cannot be shown breaks the line, and one between two breaks
/// is a dot.</summary>
public sealed record Line : Series
{
    /// <summary>A line through <c>(x[i], y[i])</c>; the numbers are copied.</summary>
    /// <exception cref="ArgumentException">The lists are not equally long.</exception>
    public Line(string? label, IEnumerable<double> x, IEnumerable<double> y)
        : base(label)
    {
        (X, Y) = ([.. x], [.. y]);
        RequireEqual("A line's x and y", X.Length, Y.Length);
    }

    public ImmutableArray<double> X { get; }

    public ImmutableArray<double> Y { get; }

    /// <summary>How the line is broken; solid by default.</summary>
    public LineStyle Style { get; init; } = LineStyle.Solid;

    /// <summary>Its width in pixels.</summary>
    public double Width { get; init; } = 1.6;
}

/// <summary>Single points, each with a vertical interval if there are any.</summary>
public sealed record Points : Series
{
    /// <summary>Points at <c>(x[i], y[i])</c>; the numbers are copied.</summary>
    /// <exception cref="ArgumentException">The lists are not equally long.</exception>
    public Points(string? label, IEnumerable<double> x, IEnumerable<double> y)
        : base(label)
    {
        (X, Y) = ([.. x], [.. y]);
        RequireEqual("Points' x and y", X.Length, Y.Length);
        Low = High = [];
    }

    /// <summary>Points with whiskers from <c>low[i]</c> to <c>high[i]</c>; the numbers are copied.</summary>
    /// <exception cref="ArgumentException">The lists are not equally long.</exception>
    public Points(
        string? label, IEnumerable<double> x, IEnumerable<double> y, IEnumerable<double> low, IEnumerable<double> high)
        : this(label, x, y)
    {
        (Low, High) = ([.. low], [.. high]);
        RequireEqual("Points and the low ends of their intervals", X.Length, Low.Length);
        RequireEqual("Points and the high ends of their intervals", X.Length, High.Length);
    }

    public ImmutableArray<double> X { get; }

    public ImmutableArray<double> Y { get; }

    /// <summary>Lower ends of the whiskers; empty where there are none.</summary>
    public ImmutableArray<double> Low { get; }

    /// <summary>Upper ends of the whiskers; empty where there are none.</summary>
    public ImmutableArray<double> High { get; }

    /// <summary>Diameter of a point in pixels.</summary>
    public double Size { get; init; } = 5;
}

/// <summary>The area between two curves, such as an interval over seeds; broken where either cannot be shown.</summary>
public sealed record Band : Series
{
    /// <summary>The area between <c>(x[i], low[i])</c> and <c>(x[i], high[i])</c>; the numbers are copied.</summary>
    /// <exception cref="ArgumentException">The lists are not equally long.</exception>
    public Band(string? label, IEnumerable<double> x, IEnumerable<double> low, IEnumerable<double> high)
        : base(label)
    {
        (X, Low, High) = ([.. x], [.. low], [.. high]);
        RequireEqual("A band's x and low ends", X.Length, Low.Length);
        RequireEqual("A band's x and high ends", X.Length, High.Length);
    }

    public ImmutableArray<double> X { get; }

    public ImmutableArray<double> Low { get; }

    public ImmutableArray<double> High { get; }
}
