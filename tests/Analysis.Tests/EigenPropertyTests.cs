using FsCheck;
using FsCheck.Fluent;
using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>Tridiagonal matrices whose elements differ by many orders of magnitude, where deflation is rife.</summary>
public class EigenPropertyTests
{
    private static readonly Arbitrary<(int Size, int Decades, int Seed)> Cases =
        (from size in Gen.Choose(1, 120)
         from decades in Gen.Elements(0, 3, 17, 40)
         from seed in Gen.Choose(0, int.MaxValue - 1)
         select (size, decades, seed)).ToArbitrary();

    [Fact]
    public void Any_tridiagonal_matrix_is_decomposed() =>
        Prop.ForAll(Cases, test => EigenAssertHolds(test.Size, test.Decades, (ulong)test.Seed)).QuickCheckThrowOnFailure();

    private static bool EigenAssertHolds(int n, int decades, ulong seed)
    {
        var random = new Philox(seed, "tridiagonal");
        double Element() => random.NextNormal() * Math.Pow(10, -decades * random.NextDouble());
        var d = Enumerable.Range(0, n).Select(_ => random.NextInt(3) == 0 ? 0 : Element()).ToArray();
        var e = Enumerable.Range(0, Math.Max(1, n - 1)).Select(_ => random.NextInt(5) == 0 ? 1 : Element()).ToArray();
        EigenAssert.Solves(Matrices.Tridiagonal(d, e), Matrices.Bisected(d, n == 1 ? [0] : e));
        return true;
    }
}
