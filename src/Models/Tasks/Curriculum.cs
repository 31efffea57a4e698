namespace Looped.Models.Tasks;

/// <summary>Lengths of training samples: up to m, which begins small and grows by one every so many steps.</summary>
/// <param name="Start">m at the first step.</param>
/// <param name="End">The greatest m.</param>
/// <param name="Interval">Steps between two values of m.</param>
public sealed record Curriculum(int Start, int End, int Interval)
{
    /// <summary>The step at which m stands at its end.</summary>
    public long LastGrowth => (long)(End - Start) * Interval;

    /// <summary>m at a step, counted from 0.</summary>
    public int Longest(long step) => (int)Math.Min(End, Start + (step / Interval));

    /// <summary>Refuses a curriculum that does not grow from 1 or more.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public void Validate()
    {
        if (Start < 1 || End < Start || Interval < 1)
        {
            throw new ArgumentException(
                $"a curriculum needs 1 <= start <= end and an interval of at least 1, not {Start}, {End} and {Interval}");
        }
    }
}
