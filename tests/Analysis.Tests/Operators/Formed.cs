using Looped.Analysis.Operators;

namespace Looped.Analysis.Tests.Operators;

/// <summary>Operators as matrices, and comparison with others.</summary>
internal static class Formed
{
    /// <summary>The matrix of an operator, from one batch of products with all unit vectors.</summary>
    public static double[] Of(ICurvatureOperator matrix)
    {
        var n = matrix.Size;
        var products = new double[n * n];
        matrix.ApplyBatch(Matrices.Diagonal([.. Enumerable.Repeat(1.0, n)]), n, products);
        return Matrices.Transposed(products, n);
    }

    /// <summary>The matrix of an operator, from single products.</summary>
    public static double[] OneByOne(ICurvatureOperator matrix)
    {
        var n = matrix.Size;
        var products = new double[n * n];
        for (var k = 0; k < n; k++)
        {
            var unit = new double[n];
            unit[k] = 1;
            matrix.Apply(unit, products.AsSpan(k * n, n));
        }

        return Matrices.Transposed(products, n);
    }

    /// <summary>Agreement relative to the largest element.</summary>
    public static void Agrees(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance * scale));
    }
}
