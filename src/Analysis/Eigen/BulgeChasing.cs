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
/// predecessor; tasks (group S, step K) with equal <c>(G + 1) S + K</c> touch different blocks: they are the pieces that
/// run at the same time.</para>
/// </remarks>
internal sealed unsafe class BulgeChasing<TLanes>
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int Width = BandMatrix.Width;

    // Sweeps of a group.
    private const int Group = 4;

    // Below this sum of squares a column of a matrix of size 1 is zero to working accuracy, and its square not accurate.
    private const double Negligible = 1e-280;

    private readonly BandMatrix _band;
    private readonly BulgeKernels<TLanes> _kernels = new();

    // The reflector that each sweep is at, and its factor.
    private readonly AlignedBuffer _reflectors;
    private readonly double[] _tau;
    private readonly Pieces _advance;
    private int _wave;
    private int _lastGroup;

    /// <summary>The reduction of a matrix that may be filled anew for each.</summary>
    public BulgeChasing(BandMatrix band, WorkerTeam team)
    {
        _band = band;
        _reflectors = new AlignedBuffer(band.Size * Width);
        _tau = new double[band.Size];
        _advance = new Pieces(team, (piece, _) => Advance(_lastGroup - piece));
    }

    /// <summary>Reduces the matrix, which is destroyed.</summary>
    /// <param name="diagonal">Out: the n diagonal elements.</param>
    /// <param name="offDiagonal">Out: the n - 1 elements beside it.</param>
    public void Reduce(double* diagonal, double* offDiagonal)
    {
        var n = _band.Size;
        var groups = (n - 2 + Group - 1) / Group;
        var first = 0;
        for (_wave = 0; ; _wave++)
        {
            while (first < groups && _wave - (Group + 1) * first >= Steps(Group * first) + Group - 1)
            {
                first++;
            }

            if (first >= groups)
            {
                break;
            }

            _lastGroup = Math.Min(_wave / (Group + 1), groups - 1);
            _advance.Run(_lastGroup - first + 1);
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

    private void Advance(int group)
    {
        for (var g = 0; g < Group; g++)
        {
            var sweep = group * Group + g;
            var step = _wave - (Group + 1) * group - g;
            if (step >= 0 && step < Steps(sweep))
            {
                Chase(sweep, step);
            }
        }
    }

    private void Chase(int sweep, int step)
    {
        const int Stride = BandMatrix.RowStride;
        var v = _reflectors.Pointer + sweep * Width;
        var w = stackalloc double[Width];
        var next = stackalloc double[Width];
        var first = sweep + 1 + step * Width;
        if (step == 0)
        {
            var column = _band.At(first, sweep);
            for (var i = 0; i < Width; i++)
            {
                v[i] = column[i * Stride];
                column[i * Stride] = 0;
            }

            (_tau[sweep], *column) = MakeReflector(v);
        }

        // The block on the diagonal, from both sides.
        var block = _band.At(first, first);
        var tau = _tau[sweep];
        _kernels.MultiplySymmetric(block, Stride, v, w);
        var shift = 0.5 * tau * tau * PanelKernels<TLanes>.Dot(v, w, Width);
        BulgeKernels<TLanes>.Combine(tau, w, -shift, v);
        BulgeKernels<TLanes>.Update(block, Stride, v, w, w, v, lower: true);
        if (first + Width >= _band.Size)
        {
            return;
        }

        // The block below it, from the right, B - tau w v' with w = B v; its first column makes the next reflector, which
        // is applied from the left: z = tau' (B - tau w v')' v', all in one update.
        block += Width * Stride;
        PanelKernels<TLanes>.Project(block, Stride, 0, Width, Width, v, w);
        for (var i = 0; i < Width; i++)
        {
            next[i] = block[i * Stride];
        }

        // The first element of v is 1.
        BulgeKernels<TLanes>.Combine(1, next, -tau, w);
        var (nextTau, beta) = MakeReflector(next);
        var z = stackalloc double[Width];
        new Span<double>(z, Width).Clear();
        PanelKernels<TLanes>.SubtractCombination(block, Stride, Width, Width, next, z);
        var overlap = tau * PanelKernels<TLanes>.Dot(next, w, Width);
        BulgeKernels<TLanes>.Combine(tau, w, 0, w);
        BulgeKernels<TLanes>.Combine(-nextTau, z, -nextTau * overlap, v);
        BulgeKernels<TLanes>.Update(block, Stride, w, v, next, z, lower: false);
        for (var i = 1; i < Width; i++)
        {
            block[i * Stride] = 0;
        }

        *block = beta;
        new Span<double>(next, Width).CopyTo(new Span<double>(v, Width));
        _tau[sweep] = nextTau;
    }

    /// <summary>Overwrites x by v with first element 1: <c>(I - tau v v') x = (beta, 0)</c>.</summary>
    private static (double Tau, double Beta) MakeReflector(double* x)
    {
        var alpha = x[0];
        x[0] = 0;
        var squares = PanelKernels<TLanes>.Dot(x, x, Width);
        if (squares < Negligible)
        {
            new Span<double>(x, Width).Clear();
            x[0] = 1;
            return (0, alpha);
        }

        var beta = -Math.CopySign(Math.Sqrt(alpha * alpha + squares), alpha);
        BulgeKernels<TLanes>.Combine(1 / (alpha - beta), x, 0, x);
        x[0] = 1;
        return ((beta - alpha) / beta, beta);
    }
}
