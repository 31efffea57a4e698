using Looped.Analysis.Dense;
using Looped.Kernels;

namespace Looped.Analysis.Tests;

/// <summary>Counts of eigenvalues below a number, between and at the eigenvalues, where leading minors vanish.</summary>
public class BisectionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(333)]
    public void The_second_difference_has_its_cosines_counted(int n)
    {
        var d = Enumerable.Repeat(2.0, n).ToArray();
        var e = Enumerable.Repeat(-1.0, n - 1).ToArray();
        double[] exact = [.. Enumerable.Range(1, n).Select(k => 2 - 2 * Math.Cos(Math.PI * k / (n + 1)))];
        Counts<Lanes512>(d, e, exact);
        Counts<Lanes256>(d, e, exact);
    }

    [Fact]
    public void A_diagonal_matrix_has_its_elements_counted()
    {
        var d = Enumerable.Range(0, 90).Select(k => (double)(k % 10)).ToArray();
        Counts<Lanes512>(d, new double[89], [.. d.Order()]);
        Counts<Lanes256>(d, new double[89], [.. d.Order()]);
    }

    [Fact]
    public void A_diagonal_of_zeros_makes_every_other_minor_vanish()
    {
        var e = Enumerable.Range(1, 60).Select(k => k % 3 == 0 ? 1e-9 : k).ToArray();
        var exact = Matrices.Bisected(new double[61], e);
        Counts<Lanes512>(new double[61], e, exact);
        Counts<Lanes256>(new double[61], e, exact);
    }

    [Theory]
    [InlineData(1e-280)]
    [InlineData(1e280)]
    public void The_unit_does_not_matter(double unit)
    {
        double[] exact = [.. Enumerable.Range(1, 40).Select(k => unit * (2 - 2 * Math.Cos(Math.PI * k / 41)))];
        Counts<Lanes512>([.. Enumerable.Repeat(2 * unit, 40)], [.. Enumerable.Repeat(unit, 39)], exact);
    }

    private static void Counts<TLanes>(double[] diagonal, double[] offDiagonal, double[] exact)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        using var team = new WorkerTeam(2);
        var n = diagonal.Length;
        var bisection = new Bisection<TLanes>(n, team);
        bisection.Load(diagonal, offDiagonal);
        var rounding = 4 * n * Matrices.Epsilon * exact.Max(Math.Abs);
        for (var j = 0; j < n; j++)
        {
            Assert.InRange(
                bisection.CountBelow(exact[j]),
                exact.Count(x => x < exact[j] - rounding),
                exact.Count(x => x < exact[j] + rounding));
            if (j > 0 && exact[j] - exact[j - 1] > 4 * rounding)
            {
                Assert.Equal(j, bisection.CountBelow(0.5 * (exact[j] + exact[j - 1])));
            }
        }

        Assert.Equal(0, bisection.CountBelow(double.NegativeInfinity));
        Assert.Equal(n, bisection.CountBelow(double.PositiveInfinity));
        var values = new double[n];
        bisection.Solve(0, values);
        Assert.All(exact.Zip(values), pair => Assert.Equal(pair.First, pair.Second, rounding));
    }
}
