using FsCheck;
using FsCheck.Fluent;
using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>Valley and river are orthogonal complements.</summary>
public class ValleyBasisTests
{
    private const int Size = 19;

    private static readonly double[] Values = [.. Enumerable.Range(0, Size).Select(i => Math.Pow(i - 4, 3) / 100)];

    private static readonly double[] Rows = Matrices.RandomOrthogonal(Size, 3);

    private static ValleyBasis Basis(double epsilon) =>
        new(Values, Rows, new ValleyCriteria(1, 10, epsilon, EpsilonMode.Absolute));

    private static void ForVectors(Action<ValleyBasis, double[]> check) => Prop.ForAll(
        ArbMap.Default.ArbFor<ulong>(),
        seed =>
        {
            var vector = new double[Size];
            new Philox(seed, "vector").FillNormal(vector, 1);
            foreach (var epsilon in new[] { 0, 0.5, 5, 100 })
            {
                check(Basis(epsilon), vector);
            }
        }).QuickCheckThrowOnFailure();

    private static (double[] Valley, double[] River) Split(ValleyBasis basis, double[] vector)
    {
        var (valley, river) = (new double[Size], new double[Size]);
        basis.ProjectOnValley(vector, valley);
        basis.ProjectOnRiver(vector, river);
        return (valley, river);
    }

    [Fact]
    public void The_projections_sum_to_the_vector() => ForVectors((basis, vector) =>
    {
        var (valley, river) = Split(basis, vector);
        Assert.All(Enumerable.Range(0, Size), i => Assert.Equal(vector[i], valley[i] + river[i], 1e-13));
    });

    [Fact]
    public void The_projections_are_idempotent_and_orthogonal() => ForVectors((basis, vector) =>
    {
        var (valley, river) = Split(basis, vector);
        Assert.Equal(0, valley.Zip(river, (a, b) => a * b).Sum(), 1e-12);
        var (again, nothing) = Split(basis, valley);
        Assert.All(Enumerable.Range(0, Size), i => Assert.Equal(valley[i], again[i], 1e-13));
        Assert.All(nothing, x => Assert.Equal(0, x, 1e-13));
        (nothing, again) = Split(basis, river);
        Assert.All(Enumerable.Range(0, Size), i => Assert.Equal(river[i], again[i], 1e-13));
        Assert.All(nothing, x => Assert.Equal(0, x, 1e-13));
    });

    [Fact]
    public void The_quadratic_form_is_above_the_cut_in_the_valley_and_not_above_it_in_the_river() =>
        ForVectors((basis, vector) =>
        {
            var matrix = Matrices.WithSpectrum(Values, Rows);
            var cut = ValleyGeometry.Measure(Values, new ValleyCriteria(1, 10, 5, EpsilonMode.Absolute)).Cut;
            if (basis.ValleySize != Basis(5).ValleySize)
            {
                return;
            }

            var (valley, river) = Split(basis, vector);
            Assert.True(Rayleigh(matrix, valley) > cut);
            Assert.True(Rayleigh(matrix, river) <= cut);
        });

    [Fact]
    public void The_sizes_are_those_of_the_valleys_definition()
    {
        foreach (var epsilon in new[] { 0, 0.5, 5, 100 })
        {
            var basis = Basis(epsilon);
            Assert.Equal(Values.Count(value => value > epsilon), basis.ValleySize);
            Assert.Equal(Values.Where(value => value > epsilon), basis.ValleyValues.ToArray());
            Assert.Equal(Size, basis.ValleySize + basis.RiverSize);
        }
    }

    [Fact]
    public void A_basis_keeps_its_numbers_when_those_it_was_made_of_change()
    {
        double[] values = [.. Values];
        double[] rows = [.. Rows];
        var basis = new ValleyBasis(values, rows, ToyTask.Criteria);
        Array.Clear(values);
        Array.Clear(rows);
        Assert.Equal(Values, basis.Values.ToArray());
        Assert.Equal(Rows, (double[])[.. basis.River, .. basis.Valley]);
    }

    [Fact]
    public void Misfits_are_named()
    {
        Assert.Contains("3 eigenvectors", Assert.Throws<ArgumentException>(
            () => new ValleyBasis([1, 2, 3], new double[4], ToyTask.Criteria)).Message);
        Assert.Contains("number 1", Assert.Throws<ArgumentException>(
            () => new ValleyBasis([2, 1], new double[4], ToyTask.Criteria)).Message);
        Assert.Contains("19 elements, not 3", Assert.Throws<ArgumentException>(
            () => Basis(1).ProjectOnRiver(new double[3], new double[Size])).Message);
    }

    private static double Rayleigh(double[] matrix, double[] vector)
    {
        var (form, square) = (0.0, 0.0);
        for (var i = 0; i < Size; i++)
        {
            square += vector[i] * vector[i];
            for (var j = 0; j < Size; j++)
            {
                form += vector[i] * matrix[(i * Size) + j] * vector[j];
            }
        }

        return form / square;
    }
}
