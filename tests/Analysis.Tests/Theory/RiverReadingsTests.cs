using Looped.Analysis.Theory;

namespace Looped.Analysis.Tests.Theory;

public class RiverReadingsTests
{
    /// <summary>A diagonal Hessian, whose eigenvectors are the axes.</summary>
    private static readonly EigenDecomposition Diagonal =
        new(4, [-2, 0.0001, 1, 4], [0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0]);

    [Fact]
    public void The_gradient_is_shared_out_among_valley_negative_and_null_directions()
    {
        var readings = RiverReadings.Of(Diagonal, [3, 0, 4, 5], new ValleyCriteria(1, 10));
        Assert.Equal((2, 1, 1), (readings.Valley.Size, readings.Negative, readings.Null));
        Assert.Equal(0.18, readings.GradientInValley, 1e-14);
        Assert.Equal(0.32, readings.GradientInNull, 1e-14);
        Assert.Equal(0.5, readings.GradientInNegative, 1e-14);
    }

    [Fact]
    public void The_single_direction_is_that_of_the_smallest_eigenvalue_with_its_gap()
    {
        var readings = RiverReadings.Of(Diagonal, [0, 0, 0, -7], new ValleyCriteria(1, 10));
        Assert.Equal(1, readings.Alignment, 1e-14);
        Assert.Equal(0, readings.FlattestAlignment);
        Assert.Equal(2.0001 / 4, readings.Gap, 1e-14);
    }
}
