using Looped.Analysis.Dense;
using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>The reduction in two stages, at orders around whole strips, keeps the spectrum.</summary>
public unsafe class TwoStagesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(34)]
    [InlineData(64)]
    [InlineData(67)]
    [InlineData(129)]
    [InlineData(211)]
    [InlineData(415)]
    public void A_prescribed_spectrum_comes_back(int n)
    {
        var random = new Philox((ulong)n, "two stages");
        var values = Enumerable.Range(0, n).Select(_ => random.NextNormal()).Order().ToArray();
        Keeps(Matrices.WithSpectrum(values, 3), values);
    }

    [Fact]
    public void A_diagonal_matrix_and_one_of_low_rank_keep_their_values()
    {
        var values = Enumerable.Range(0, 150).Select(k => k % 7 == 0 ? Math.Cos(k) : 0).Order().ToArray();
        Keeps(Matrices.Diagonal(values), values);
        Keeps(Matrices.WithSpectrum(values, 4), values);
    }

    [Fact]
    public void Values_over_sixteen_orders_of_magnitude_come_back()
    {
        var values = Enumerable.Range(0, 100).Select(k => Math.Pow(10, -16.0 * k / 99) * (k % 2 == 0 ? 1 : -1)).Order().ToArray();
        Keeps(Matrices.WithSpectrum(values, 4), values);
    }

    private static void Keeps(double[] matrix, double[] sorted)
    {
        Keeps<Lanes512>(matrix, sorted);
        Keeps<Lanes256>(matrix, sorted);
    }

    private static void Keeps<TLanes>(double[] matrix, double[] sorted)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        var n = sorted.Length;
        using var team = new WorkerTeam(2);
        var rows = BandReduction<TLanes>.RoundUp(n);
        var copy = new AlignedBuffer(rows * rows);
        var (diagonal, offDiagonal) = (new AlignedBuffer(n), new AlignedBuffer(n));
        new MatrixIntake<TLanes>(n, team).Copy(matrix, copy.Pointer, rows);

        // The largest element is between 1 and 2 now.
        var scale = Math.ScaleB(1, -Math.ILogB(matrix.Max(Math.Abs)));
        var scratch = new AlignedBuffer(TwoStages<TLanes>.ScratchLength(n));
        new TwoStages<TLanes>(n, scratch.Pointer, team).Reduce(copy.Pointer, rows, diagonal.Pointer, offDiagonal.Pointer);
        var d = new Span<double>(diagonal.Pointer, n).ToArray();
        var e = new Span<double>(offDiagonal.Pointer, Math.Max(1, n - 1)).ToArray();
        EigenAssert.ValuesAgree([.. sorted.Select(x => x * scale)], Matrices.Bisected(d, e));
        GC.KeepAlive((copy, diagonal, offDiagonal, scratch));
    }
}
