using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis;

/// <summary>
/// Reduces a symmetric matrix of bandwidth 32 to tridiagonal form, the second of two stages (Haidar, Ltaief and Dongarra,
/// <i>Parallel reduction to condensed forms for symmetric eigenvalue problems using aggregated fine-grained and
/// memory-aware kernels</i>, 2011).
/// </summary>
/// <remarks>
/// <para>Sweep s brings column s to its place by a reflector on the 32 rows below the diagonal, which fills a block
/// beyond the band; step k of the sweep moves on by 32 rows, takes the first column of that fill away by a reflector and
/// so fills the next block. What is left of the fill is met by the following sweeps, one row further down.</para>
/// <para>Step k of a sweep needs step k + 1 of the sweep before. Sweeps go in groups, each a step behind its
/// predecessor; tasks (group S, step K) with equal <c>(G + 1) S + K</c> touch different blocks and can run at the same
/// time. They are shared out by where in the matrix they are, so that each thread keeps to a part of it.</para>
/// </remarks>
internal sealed unsafe class BulgeChasing<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int Width = BandMatrix.Width;
    private const int Window = BandMatrix.Window;

    // Sweeps of a group.
    private const int Group = 2;

    // Below this sum of squares a column of a matrix of size 1 is zero to working accuracy, and its square not accurate.
    private const double Negligible = 1e-280;

    private readonly BandMatrix _band;

    // The reflector that each sweep is at, in its window, and its factor.
    private readonly double* _reflectors;
    private readonly double[] _tau;

    // As many ones as a block has columns, between zeros.
    private readonly AlignedBuffer _inside = new(Window + AlignedBuffer.Line);
    private readonly Pieces _advance;
    private readonly int _parts;
    private int _wave;
    private int _firstGroup;
    private int _lastGroup;

    /// <summary>The reduction of a matrix that may be filled anew for each.</summary>
    /// <param name="band">The matrix.</param>
    /// <param name="scratch">
    /// At least <see cref="ScratchLength"/> elements, on a cache line, that others may use between two calls.
    /// </param>
    /// <param name="team">Who does it.</param>
    public BulgeChasing(BandMatrix band, double* scratch, WorkerTeam team)
    {
        _band = band;
        _reflectors = scratch;
        _tau = new double[band.Size];
        new Span<double>(_inside.Pointer + AlignedBuffer.Line, Width).Fill(1);
        _parts = team.Size;
        _advance = new Pieces(team, (part, _) => Advance(part));
    }

    /// <summary>Elements of scratch for order n.</summary>
    public static int ScratchLength(int n) => n * Window;

    /// <summary>Reduces the matrix, of which the lower triangle is given; it is destroyed.</summary>
    /// <param name="diagonal">Out: the n diagonal elements.</param>
    /// <param name="offDiagonal">Out: the n - 1 elements beside it.</param>
    public void Reduce(double* diagonal, double* offDiagonal)
    {
        var n = _band.Size;
        for (var i = 0; i < n; i++)
        {
            _band.Mirror(i, Math.Max(0, i - Width + 1));
        }

        var groups = (n - 2 + Group - 1) / Group;
        _firstGroup = 0;
        for (_wave = 0; ; _wave++)
        {
            while (_firstGroup < groups && _wave - (Group + 1) * _firstGroup >= Steps(Group * _firstGroup) + Group - 1)
            {
                _firstGroup++;
            }

            if (_firstGroup >= groups)
            {
                break;
            }

            _lastGroup = Math.Min(_wave / (Group + 1), groups - 1);
            _advance.Run(Math.Min(_parts, _lastGroup - _firstGroup + 1));
        }

        for (var i = 0; i < n; i++)
        {
            diagonal[i] = *_band.At(i, i);
            if (i < n - 1)
            {
                offDiagonal[i] = *_band.At(i + 1, i);
            }
        }
    }

    /// <summary>Steps of a sweep: as long as there are two rows to reflect.</summary>
    private int Steps(int sweep) => sweep > _band.Size - 3 ? 0 : (_band.Size - 3 - sweep) / Width + 1;

    private void Advance(int part)
    {
        // The last group is the furthest up.
        var count = _lastGroup - _firstGroup + 1;
        var parts = Math.Min(_parts, count);
        var end = _lastGroup - (count * part / parts);
        for (var group = _lastGroup - (count * (part + 1) / parts) + 1; group <= end; group++)
        {
            for (var g = 0; g < Group; g++)
            {
                var (sweep, step) = (group * Group + g, _wave - (Group + 1) * group - g);
                if (step >= 0 && step < Steps(sweep))
                {
                    Chase(sweep, step);
                }
            }
        }
    }

    private void Chase(int sweep, int step)
    {
        const int Stride = BandMatrix.RowStride;
        var first = sweep + 1 + step * Width;

        // Blocks begin so far from a cache line; the same for all of a sweep.
        var offset = first % AlignedBuffer.Line;
        var v = _reflectors + sweep * Window;
        if (step == 0)
        {
            new Span<double>(v, Window).Clear();
            var column = _band.At(first, sweep);
            for (var i = 0; i < Width; i++)
            {
                v[offset + i] = column[i * Stride];
                column[i * Stride] = 0;
            }

            (_tau[sweep], *column) = MakeReflector(v, offset);
        }

        var diagonal = _band.At(first, first - offset);
        var below = diagonal + Width * Stride;
        var tau = _tau[sweep];
        var inside = _inside.Pointer + AlignedBuffer.Line - offset;
        var isLast = first + Width >= _band.Size;

        // The block below the diagonal's, from the right: B - tau w v' with w = B v. Its first column makes the next
        // reflector; nothing waits for that before the block on the diagonal is done.
        var next = stackalloc double[Window];
        var w = stackalloc double[Window];
        var (nextTau, beta) = (0.0, 0.0);
        if (!isLast)
        {
            PanelKernels<TLanes>.Project(below, Stride, 0, Width, Window, v, w);
            for (var i = 0; i < Width; i++)
            {
                // The first element of v is 1.
                w[i] *= tau;
                next[offset + i] = below[i * Stride + offset] - w[i];
            }

            (nextTau, beta) = MakeReflector(next, offset);
        }

        // The block on the diagonal, from both sides.
        var y = stackalloc double[Window];
        BulgeKernels<TLanes>.MultiplyTransposed(diagonal, Stride, v + offset, inside, y);
        var shift = 0.5 * tau * tau * PanelKernels<TLanes>.Dot(v, y, Window);
        BulgeKernels<TLanes>.Combine(tau, y, -shift, v);
        BulgeKernels<TLanes>.Update(diagonal, Stride, v + offset, y, y + offset, v);
        if (isLast)
        {
            return;
        }

        // The next reflector from the left: z = tau' (B - tau w v')' v', all in one update.
        var z = stackalloc double[Window];
        BulgeKernels<TLanes>.MultiplyTransposed(below, Stride, next + offset, inside, z);
        var overlap = PanelKernels<TLanes>.Dot(next + offset, w, Width);
        BulgeKernels<TLanes>.Combine(nextTau, z, -nextTau * overlap, v);
        BulgeKernels<TLanes>.Update(below, Stride, w, v, next + offset, z);
        for (var i = 1; i < Width; i++)
        {
            below[i * Stride + offset] = 0;
        }

        below[offset] = beta;
        _band.Mirror(first + Width, first + 1);
        new Span<double>(next, Window).CopyTo(new Span<double>(v, Window));
        _tau[sweep] = nextTau;
    }

    /// <summary>
    /// Overwrites x, zero outside its block, by v, whose first element in the block is 1: <c>(I - tau v v') x = (beta, 0)</c>.
    /// </summary>
    private static (double Tau, double Beta) MakeReflector(double* x, int offset)
    {
        var alpha = x[offset];
        x[offset] = 0;
        var squares = PanelKernels<TLanes>.Dot(x, x, Window);
        if (squares < Negligible)
        {
            new Span<double>(x, Window).Clear();
            x[offset] = 1;
            return (0, alpha);
        }

        var beta = -Math.CopySign(Math.Sqrt(alpha * alpha + squares), alpha);
        BulgeKernels<TLanes>.Combine(1 / (alpha - beta), x, 0, x);
        x[offset] = 1;
        return ((beta - alpha) / beta, beta);
    }
}
