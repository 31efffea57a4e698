namespace Looped.Analysis;

/// <summary>
/// Counts how often each coordinate of the updates changes its sign from one step to the next: what hopping from wall to
/// wall of a valley looks like in coordinates that stay. Gradient descent with step eta on <c>1/2 lambda x^2</c> does so at
/// every step if <c>1 &lt; eta lambda</c>, never if it is below.
/// </summary>
public sealed class Hopping
{
    private readonly int[] _changes;
    private readonly int[] _signs;
    private int _steps;

    /// <summary>A count for so many coordinates.</summary>
    public Hopping(int coordinates) => (_changes, _signs) = (new int[coordinates], new int[coordinates]);

    /// <summary>Takes in the coordinates of one more step. A step of exactly zero has no sign and is left out.</summary>
    public void Add(ReadOnlySpan<double> step)
    {
        if (step.Length != _signs.Length)
        {
            throw new ArgumentException($"A step must have {_signs.Length} coordinates, not {step.Length}.", nameof(step));
        }

        for (var i = 0; i < step.Length; i++)
        {
            var sign = step[i] > 0 ? 1 : step[i] < 0 ? -1 : 0;
            _changes[i] += sign * _signs[i] < 0 ? 1 : 0;
            _signs[i] = sign == 0 ? _signs[i] : sign;
        }

        _steps++;
    }

    /// <summary>Changes of sign over pairs of neighbouring steps, for each coordinate; NaN before the second step.</summary>
    public double[] Rates() =>
        [.. _changes.Select(changes => _steps > 1 ? changes / (_steps - 1.0) : double.NaN)];

    /// <summary>The mean of <see cref="Rates"/>; NaN without coordinates.</summary>
    public double MeanRate() => _changes.Length == 0 ? double.NaN : Rates().Average();
}
