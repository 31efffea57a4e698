using Looped.Models.Data;
using Looped.Tensors;

namespace Looped.Models.Tests.Data;

public class TransitionMatrixTests
{
    [Fact]
    public void Random_rows_are_softmax_of_normal_draws_times_the_concentration()
    {
        var matrix = TransitionMatrix.Random(new Philox(5, "matrix"), 4, 2.5);
        var random = new Philox(5, "matrix");
        for (var from = 0; from < 4; from++)
        {
            var weights = Enumerable.Range(0, 4).Select(_ => Math.Exp(2.5 * random.NextNormal())).ToArray();
            for (var to = 0; to < 4; to++)
            {
                Assert.Equal(weights[to] / weights.Sum(), matrix[from, to], 1e-14);
            }
        }
    }

    [Fact]
    public void Without_concentration_every_row_is_uniform()
    {
        var matrix = TransitionMatrix.Random(new Philox(5, "matrix"), 3, 0);
        Assert.All(Enumerable.Range(0, 9), i => Assert.Equal(1.0 / 3, matrix[i / 3, i % 3]));
    }

    [Theory]
    [InlineData(new[] { 0.5, 0.5, 1.0, 0.0 }, "positive")]
    [InlineData(new[] { 0.5, 0.5, 1.5, -0.5 }, "positive")]
    [InlineData(new[] { 0.5, 0.5, double.NaN, 0.5 }, "positive")]
    [InlineData(new[] { 0.5, 0.5, 0.5, 0.6 }, "sum to one")]
    [InlineData(new[] { 0.5, 0.5, 0.5 }, "4 entries")]
    public void What_is_no_law_of_positive_entries_is_refused(double[] entries, string allowed)
    {
        var error = Assert.Throws<ArgumentException>(() => new TransitionMatrix(2, entries));
        Assert.Contains(allowed, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e6)]
    public void A_concentration_without_a_positive_matrix_is_refused(double concentration) =>
        Assert.Throws<ArgumentException>(() => TransitionMatrix.Random(new Philox(1, "matrix"), 3, concentration));
}
