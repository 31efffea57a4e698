using Looped.Models.Attention;
using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>
/// Directions that no theta feels. Single-Attn with three symbols and no positions sees embeddings in a space of three
/// dimensions alone, so that d - 3 input directions of each of <c>W_Q, W_K, W_V</c> are idle, d numbers each; adding one
/// row to all of <c>W_h</c> shifts all logits, d directions more. In Looped-Attn with its residual the weights meet their
/// own outputs, and only the shift is left.
/// </summary>
public class StructuralNullSpaceTests
{
    [Theory]
    [InlineData(ToyArchitecture.Single, 3, 3)]
    [InlineData(ToyArchitecture.Single, 4, 16)]
    [InlineData(ToyArchitecture.Single, 5, 35)]
    [InlineData(ToyArchitecture.Looped, 3, 3)]
    [InlineData(ToyArchitecture.Looped, 4, 4)]
    [InlineData(ToyArchitecture.Looped, 5, 5)]
    public void The_dimension_is_the_number_of_idle_directions(ToyArchitecture architecture, int width, int expected)
    {
        using var task = new ToyTask(architecture, width);
        var space = Find(task);
        Assert.Equal(expected, space.Dimension);
        Assert.Equal(task.Size - expected, space.Rank);
        Assert.True(space.Probes > space.Rank);
    }

    [Theory]
    [InlineData(ToyArchitecture.Single)]
    [InlineData(ToyArchitecture.Looped)]
    public void The_loss_does_not_feel_it_at_any_theta(ToyArchitecture architecture)
    {
        using var task = new ToyTask(architecture, 4);
        using var slices = new LossSlices(task.Objective, task.Backend, task.Team);
        var space = Find(task);
        var random = new Philox(5, "theta");
        var theta = new double[task.Size];
        for (var row = 0; row < space.Dimension; row++)
        {
            random.FillNormal(theta, 0.6);
            var losses = slices.Line(theta, space.Basis.Slice(row * task.Size, task.Size), [0, 1, -7]);
            Assert.Equal(losses[0], losses[1], 1e-10);
            Assert.Equal(losses[0], losses[2], 1e-9);
            Assert.Equal(0, space.Share(task.Gradient(theta)), 1e-12);
        }
    }

    [Fact]
    public void Its_basis_is_orthonormal_and_its_shares_are_those_of_projections()
    {
        using var task = new ToyTask(ToyArchitecture.Single, 4);
        var space = Find(task);
        for (var i = 0; i < space.Dimension; i++)
        {
            for (var j = 0; j < space.Dimension; j++)
            {
                var dot = Enumerable.Range(0, task.Size)
                    .Sum(k => space.Basis[(i * task.Size) + k] * space.Basis[(j * task.Size) + k]);
                Assert.Equal(i == j ? 1 : 0, dot, 1e-12);
            }
        }

        double[] rest = [.. task.Initial];
        var share = space.Share(rest);
        var square = rest.Sum(x => x * x);
        space.Remove(rest);
        Assert.InRange(share, 0.01, 0.99);
        Assert.Equal(1 - share, rest.Sum(x => x * x) / square, 1e-12);
        Assert.Equal(0, space.Share(rest), 1e-12);
        Assert.Equal(1, space.Share(space.Basis[..task.Size]), 1e-12);
        Assert.Equal(0, space.Share(new double[task.Size]));
    }

    [Theory]
    [InlineData(0, 1e-8)]
    [InlineData(1, 0)]
    [InlineData(double.NaN, 1e-8)]
    [InlineData(1, 1)]
    public void Parameters_out_of_range_are_refused(double deviation, double tolerance)
    {
        using var task = new ToyTask(ToyArchitecture.Single, 3);
        Assert.Contains("tolerance between 0 and 1", Assert.Throws<ArgumentException>(
            () => StructuralNullSpace.Of(task.Objective, deviation, 1, task.Backend, task.Team, tolerance)).Message);
    }

    private static StructuralNullSpace Find(ToyTask task) =>
        StructuralNullSpace.Of(task.Objective, 0.6, seed: 9, task.Backend, task.Team);
}
