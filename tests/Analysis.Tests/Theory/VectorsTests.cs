using Looped.Analysis.Theory;

namespace Looped.Analysis.Tests.Theory;

public class VectorsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(1e-200)]
    [InlineData(1e-300)]
    [InlineData(1e300)]
    public void Norms_and_cosines_know_no_underflow(double scale)
    {
        Assert.Equal(5, Vectors.Norm([3 * scale, 4 * scale]) / scale, 1e-14);
        Assert.Equal(0.6, Vectors.Cosine([scale, 0], [3 * scale, 4 * scale]), 1e-14);
        Assert.Equal(0.2, Vectors.RelativeError([3 * scale, 5 * scale], [3 * scale, 4 * scale]), 1e-14);
    }

    [Fact]
    public void Zeros_infinities_and_what_is_no_number_stay_what_they_are()
    {
        Assert.Equal(0, Vectors.Norm([0, 0]));
        Assert.Equal(double.PositiveInfinity, Vectors.Norm([1, double.NegativeInfinity]));
        Assert.True(double.IsNaN(Vectors.Norm([1, double.NaN])));
        Assert.True(double.IsNaN(Vectors.Cosine([0, 0], [1, 2])));
        Assert.Equal(0, Vectors.RelativeError([0, 0], [0, 0]));
        Assert.Equal(double.PositiveInfinity, Vectors.RelativeError([1, 0], [0, 0]));
    }
}
