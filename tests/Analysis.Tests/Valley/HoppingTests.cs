namespace Looped.Analysis.Tests;

/// <summary>Gradient descent on <c>1/2 sum lambda x^2</c> multiplies each x by <c>1 - eta lambda</c>.</summary>
public class HoppingTests
{
    private const double Rate = 0.1;

    private static double[] Rates(double[] eigenvalues, int steps)
    {
        var x = eigenvalues.Select(_ => 1.0).ToArray();
        var hopping = new Hopping(x.Length);
        for (var k = 0; k < steps; k++)
        {
            var step = x.Zip(eigenvalues, (value, lambda) => -Rate * lambda * value).ToArray();
            hopping.Add(step);
            x = [.. x.Zip(step, (value, change) => value + change)];
        }

        return hopping.Rates();
    }

    [Fact]
    public void Directions_with_eta_lambda_between_one_and_two_hop_at_every_step_and_those_below_one_never() =>
        Assert.Equal([0, 0, 0, 1, 1, 1], Rates([0.01, 1, 9.9, 10.1, 15, 19.9], 30));

    [Fact]
    public void A_step_of_zero_has_no_sign()
    {
        var hopping = new Hopping(2);
        foreach (var step in new double[][] { [1, 0], [0, 1], [-1, 0], [-1, 2], [1, 1] })
        {
            hopping.Add(step);
        }

        Assert.Equal([0.5, 0], hopping.Rates());
        Assert.Equal(0.25, hopping.MeanRate());
    }

    [Fact]
    public void One_step_or_no_coordinate_has_no_rate()
    {
        var hopping = new Hopping(1);
        hopping.Add([1]);
        Assert.True(double.IsNaN(hopping.MeanRate()));
        Assert.True(double.IsNaN(new Hopping(0).MeanRate()));
        Assert.Contains("1 coordinates, not 2", Assert.Throws<ArgumentException>(() => hopping.Add([1, 2])).Message);
    }
}
