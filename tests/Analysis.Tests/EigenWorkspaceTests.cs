using Looped.Kernels;

namespace Looped.Analysis.Tests;

/// <summary>
/// All that a solver of order n allocates, on its making and in its first calls, stays within 4 n^2 doubles, 3 n^2 without
/// vectors, and what the documentation adds for small orders and large teams.
/// </summary>
public class EigenWorkspaceTests
{
    private const int SmallOrder = 816;
    private const long OfSmallOrder = 80_000;
    private const long OfThread = 24_000;

    public static TheoryData<int, int> Orders
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (var n in (int[])[1, 24, 64, 130, 200, 225, 400, 699, 700, 815, 816, 833, 1025])
            {
                data.Add(n, 1);
                data.Add(n, 2);
                data.Add(n, 4);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Values_need_three_squares(int n, int threads) =>
        Fits(3, n, threads, (solver, matrix, values, _) => solver.Values(matrix, values));

    [Theory]
    [MemberData(nameof(Orders))]
    public void A_range_of_values_needs_three_squares(int n, int threads) => Fits(3, n, threads, (solver, matrix, values, _) =>
    {
        solver.Values(matrix, n / 2, values.AsSpan(0, 1));
        solver.Values(matrix, double.NegativeInfinity, 0, values);
    });

    [Theory]
    [MemberData(nameof(Orders))]
    public void A_range_of_vectors_needs_four_squares(int n, int threads) => Fits(4, n, threads, (solver, matrix, values, vectors) =>
    {
        solver.Decompose(matrix, n / 2, values.AsSpan(0, 1), vectors.AsSpan(0, n));
        solver.Decompose(matrix, double.NegativeInfinity, 0, values, vectors);
    });

    [Theory]
    [MemberData(nameof(Orders))]
    public void Values_and_then_vectors_need_four_squares(int n, int threads) => Fits(4, n, threads, (solver, matrix, values, vectors) =>
    {
        solver.Values(matrix, values);
        solver.Decompose(matrix, values, vectors);
        solver.Values(matrix, values);
    });

    /// <summary>
    /// Counts what this thread allocates, arrays, objects and all: the others of a team allocate nothing. The diagonal
    /// matrix deflates wholly, so that the calls take no time to speak of.
    /// </summary>
    private static void Fits(int squares, int n, int threads, Action<SymmetricEigensolver, double[], double[], double[]> call)
    {
        using var team = new WorkerTeam(threads);
        var matrix = Matrices.Diagonal([.. Enumerable.Range(0, n).Select(k => Math.Cos(k))]);
        var (values, vectors) = (new double[n], new double[n * n]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var solver = new SymmetricEigensolver(n, team);
        call(solver, matrix, values, vectors);
        var doubles = (GC.GetAllocatedBytesForCurrentThread() - before) / sizeof(double);
        var allowed = ((long)squares * n * n) + (n < SmallOrder ? OfSmallOrder : 0) + (Math.Max(0, threads - 2) * (OfThread + (4 * n)));
        Assert.True(doubles <= allowed, $"{doubles} doubles at n = {n}, {threads} threads: {doubles - allowed} too many");
        Assert.True(doubles >= (squares - 1L) * n * n, $"only {doubles} doubles were counted");
    }
}
