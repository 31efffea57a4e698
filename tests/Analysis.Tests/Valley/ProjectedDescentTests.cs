using Looped.Models.Attention;
using Looped.Models.Optimizers;
using Looped.Models.Training;

namespace Looped.Analysis.Tests;

/// <summary>Dom, Bulk and gradient descent (Song et al. 2024).</summary>
public class ProjectedDescentTests
{
    private const double Rate = 0.3;

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(9)]
    public void The_updates_of_Dom_and_Bulk_sum_to_that_of_gradient_descent(int dominant)
    {
        using var task = new ToyTask(ToyArchitecture.Looped, 3);
        var (whole, dom, bulk) =
            (Update(task, DescentPart.Whole), Update(task, DescentPart.Dominant), Update(task, DescentPart.Bulk));
        Assert.All(Enumerable.Range(0, task.Size), i => Assert.Equal(whole[i], dom[i] + bulk[i], 1e-15));

        var top = SymmetricEigen.Decompose(Matrices.Symmetrized(task.Hessian(task.Initial), task.Size), task.Size);
        for (var j = 0; j < task.Size; j++)
        {
            var (inside, outside) = (Dot(top.Vector(j), dom), Dot(top.Vector(j), bulk));
            Assert.Equal(0, j < task.Size - dominant ? inside : outside, 1e-12);
        }

        double[] Update(ToyTask of, DescentPart part)
        {
            using var descent = new ProjectedDescent(
                of.Objective, of.Initial, Rate, part, dominant, of.Backend, of.Team);
            descent.Step();
            return [.. descent.Theta.ToArray().Zip(of.Initial, (now, then) => now - then)];
        }
    }

    [Fact]
    public void Whole_Dom_of_all_directions_and_Bulk_of_none_are_gradient_descent()
    {
        using var task = new ToyTask(ToyArchitecture.Single, 3);
        using var trainer = new Trainer(
            task.Objective, new GradientDescent(Rate), task.Initial, task.Backend, task.Team);
        ProjectedDescent[] same =
        [
            new(task.Objective, task.Initial, Rate, DescentPart.Whole, 3, task.Backend, task.Team),
            new(task.Objective, task.Initial, Rate, DescentPart.Dominant, task.Size, task.Backend, task.Team),
            new(task.Objective, task.Initial, Rate, DescentPart.Bulk, 0, task.Backend, task.Team),
        ];
        for (var step = 0; step < 6; step++)
        {
            trainer.RunEpoch();
            foreach (var descent in same)
            {
                descent.Step();
                Assert.Equal(trainer.Loss, descent.Loss, 1e-13);
                Assert.Equal(step + 1, descent.Steps);
            }
        }

        foreach (var descent in same)
        {
            descent.Dispose();
        }
    }

    [Fact]
    public void A_step_beyond_the_finite_numbers_is_a_divergence()
    {
        using var task = new ToyTask(ToyArchitecture.Looped, 3);
        using var descent = new ProjectedDescent(
            task.Objective, task.Initial, 1e80, DescentPart.Whole, 3, task.Backend, task.Team);
        Assert.Throws<DivergenceException>(() =>
        {
            for (var step = 0; step < 3; step++)
            {
                descent.Step();
            }
        });
    }

    [Fact]
    public void A_dominant_subspace_larger_than_the_space_is_refused()
    {
        using var task = new ToyTask(ToyArchitecture.Looped, 3);
        Assert.Contains("0 to 36, not 37", Assert.Throws<ArgumentOutOfRangeException>(() => new ProjectedDescent(
            task.Objective, task.Initial, 1, DescentPart.Bulk, 37, task.Backend, task.Team)).Message);
    }

    private static double Dot(ReadOnlySpan<double> a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < b.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
