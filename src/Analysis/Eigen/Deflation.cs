namespace Looped.Analysis;

/// <summary>
/// The first half of a merge step: which eigenvectors of the two halves are eigenvectors of the whole already, because
/// they hardly touch the coupling z, or can be made so by a rotation, because two eigenvalues nearly coincide (Dongarra
/// and Sorensen, <i>A fully parallel algorithm for the symmetric eigenvalue problem</i>, 1987).
/// </summary>
internal sealed unsafe class Deflation
{
    private const double Epsilon = 2.220446049250313e-16;

    private readonly int[] _kept;
    private readonly int[] _deflated;
    private readonly Support[] _support;

    public Deflation(int n)
    {
        _kept = new int[n];
        _deflated = new int[n];
        _support = new Support[n];
    }

    /// <summary>On which half of the coordinates a row can be nonzero; elsewhere nothing need be written.</summary>
    public enum Support : byte
    {
        Top,
        Both,
        Bottom,
    }

    /// <summary>Rows that enter the secular equation, their eigenvalues ascending.</summary>
    public ReadOnlySpan<int> Kept => _kept.AsSpan(0, KeptCount);

    /// <summary>Rows that are eigenvectors already.</summary>
    public ReadOnlySpan<int> Deflated => _deflated.AsSpan(0, DeflatedCount);

    private int KeptCount { get; set; }

    private int DeflatedCount { get; set; }

    /// <summary>The support of a row.</summary>
    public Support SupportOf(int row) => _support[row];

    /// <summary>Sorts out the rows of <c>diag(d) + strength z z'</c>, changing d, z and the rows where two are rotated.</summary>
    /// <param name="order">The rows, by ascending d.</param>
    /// <param name="half">Rows before this one have the top half of the coordinates, the others the bottom half.</param>
    /// <param name="d">Eigenvalues of the halves, by row.</param>
    /// <param name="z">The coupling, of length 1, by row.</param>
    /// <param name="strength">Its positive factor.</param>
    /// <param name="rows">The eigenvectors, nothing written outside their half.</param>
    /// <param name="stride">Their row stride.</param>
    public void Run(ReadOnlySpan<int> order, int half, double* d, double* z, double strength, double* rows, nint stride)
    {
        (KeptCount, DeflatedCount) = (0, 0);
        var size = strength;
        foreach (var j in order)
        {
            size = Math.Max(size, Math.Abs(d[j]));
            _support[j] = j < half ? Support.Top : Support.Bottom;
        }

        var tolerance = 8 * Epsilon * size;
        var pending = -1;
        foreach (var j in order)
        {
            if (strength * Math.Abs(z[j]) <= tolerance)
            {
                _deflated[DeflatedCount++] = j;
                continue;
            }

            if (pending >= 0)
            {
                if (!RotateAway(pending, j, d, z, tolerance, rows, stride, half, order.Length))
                {
                    _kept[KeptCount++] = pending;
                }
                else
                {
                    _deflated[DeflatedCount++] = pending;
                }
            }

            pending = j;
        }

        if (pending >= 0)
        {
            _kept[KeptCount++] = pending;
        }
    }

    /// <summary>Gives the deflated rows places behind the kept ones, in the order in which they lie.</summary>
    /// <param name="places">Out: the place of each row that is deflated.</param>
    /// <param name="sources">Out: for each place behind the kept rows, the row that comes there.</param>
    public void Place(Span<int> places, Span<int> sources)
    {
        places.Clear();
        foreach (var row in Deflated)
        {
            places[row] = 1;
        }

        var place = KeptCount;
        for (var row = 0; row < places.Length; row++)
        {
            if (places[row] != 0)
            {
                (places[row], sources[place]) = (place, row);
                place++;
            }
        }
    }

    /// <summary>
    /// Moves a few columns of the deflated rows to their places, written whole, from the last row to the first: no place
    /// lies before the row that comes there.
    /// </summary>
    /// <param name="sources">As placed.</param>
    /// <param name="first">The first column.</param>
    /// <param name="end">The end of the columns.</param>
    /// <param name="half">Columns of the top half.</param>
    /// <param name="rows">The eigenvectors, nothing written outside their support.</param>
    /// <param name="stride">Their row stride.</param>
    public void Move(ReadOnlySpan<int> sources, int first, int end, int half, double* rows, nint stride)
    {
        for (var place = sources.Length - 1; place >= KeptCount; place--)
        {
            var support = _support[sources[place]];
            var from = support == Support.Bottom ? Math.Clamp(half, first, end) : first;
            var to = support == Support.Top ? Math.Clamp(half, first, end) : end;
            var target = rows + place * stride;
            new Span<double>(rows + sources[place] * stride + from, to - from).CopyTo(new Span<double>(target + from, to - from));
            new Span<double>(target + first, from - first).Clear();
            new Span<double>(target + to, end - to).Clear();
        }
    }

    /// <summary>
    /// If the rotation that makes z_i zero couples rows i and j by no more than the tolerance, carries it out.
    /// </summary>
    private bool RotateAway(int i, int j, double* d, double* z, double tolerance, double* rows, nint stride, int half, int length)
    {
        var norm = Math.Sqrt(z[i] * z[i] + z[j] * z[j]);
        var (cosine, sine) = (z[j] / norm, z[i] / norm);
        if (Math.Abs((d[j] - d[i]) * cosine * sine) > tolerance)
        {
            return false;
        }

        (z[i], z[j]) = (0, norm);
        var (di, dj) = (d[i], d[j]);
        d[i] = cosine * cosine * di + sine * sine * dj;
        d[j] = sine * sine * di + cosine * cosine * dj;
        var x = rows + i * stride;
        var y = rows + j * stride;
        if (_support[i] != _support[j])
        {
            Widen(i, x, half, length);
            Widen(j, y, half, length);
        }

        var end = _support[i] == Support.Top ? half : length;
        for (var k = _support[i] == Support.Bottom ? half : 0; k < end; k++)
        {
            var (xk, yk) = (x[k], y[k]);
            x[k] = cosine * xk - sine * yk;
            y[k] = sine * xk + cosine * yk;
        }

        return true;
    }

    /// <summary>Writes the zeros of the half that a row has not had so far.</summary>
    private void Widen(int row, double* elements, int half, int length)
    {
        if (_support[row] == Support.Top)
        {
            new Span<double>(elements + half, length - half).Clear();
        }
        else if (_support[row] == Support.Bottom)
        {
            new Span<double>(elements, half).Clear();
        }

        _support[row] = Support.Both;
    }
}
