using Looped.Autodiff;
using Looped.Models.Attention;
using Looped.Tensors;

namespace Looped.Analysis.Tests;

/// <summary>Slices against the loss at points that are written out, and directions of paths that are known.</summary>
public class LossSlicesTests
{
    [Fact]
    public void A_line_and_a_plane_are_the_losses_at_their_points()
    {
        using var task = new ToyTask(ToyArchitecture.Looped, 3);
        using var slices = new LossSlices(task.Objective, task.Backend, task.Team);
        using var evaluator = new GradientEvaluator(task.Objective, task.Backend, task.Team);
        var random = new Philox(3, "directions");
        var (first, second) = (new double[task.Size], new double[task.Size]);
        random.FillNormal(first, 0.1);
        random.FillNormal(second, 0.1);
        double[] x = [-0.5, 0, 0.25, 1];
        double[] y = [-1, 0.5, 2];

        var line = slices.Line(task.Initial, first, x);
        var plane = slices.Plane(task.Initial, first, second, x, y);
        for (var i = 0; i < x.Length; i++)
        {
            Assert.Equal(Loss(x[i], 0), line[i], 1e-12);
            for (var j = 0; j < y.Length; j++)
            {
                Assert.Equal(Loss(x[i], y[j]), plane[(j * x.Length) + i], 1e-12);
            }
        }

        double Loss(double a, double b) => evaluator.Evaluate(
            [.. Enumerable.Range(0, task.Size).Select(k => task.Initial[k] + (a * first[k]) + (b * second[k]))],
            new double[task.Size]);
    }

    [Fact]
    public void Along_an_eigenvector_the_loss_curves_as_its_eigenvalue()
    {
        using var task = new ToyTask(ToyArchitecture.Single, 3);
        using var slices = new LossSlices(task.Objective, task.Backend, task.Team);
        var hessian = SymmetricEigen.Decompose(Matrices.Symmetrized(task.Hessian(task.Initial), task.Size), task.Size);
        foreach (var j in new[] { 0, task.Size - 1 })
        {
            const double Step = 1e-3;
            var losses = slices.Line(task.Initial, hessian.Vector(j), [-Step, 0, Step]);
            Assert.Equal(hessian.Values[j], (losses[0] - (2 * losses[1]) + losses[2]) / (Step * Step), 1e-5);
        }
    }

    [Fact]
    public void The_principal_directions_of_a_path_in_a_plane_are_its_axes()
    {
        // An ellipse about (3,0,0), seen from its last point, would not have its axes as directions: a cross has.
        double[][] path = [[1, 5, 2], [1, 5, -4], [4, 5, -1], [-2, 5, -1], [1, 5, -1]];
        path = [.. path.Select(point => (double[])[point[0], point[1], 2 * point[2]])];
        var directions = new PathDirections(path, 2);
        Assert.Equal([0, 0, 1], directions.Direction(0).ToArray().Select(Math.Abs).Select(x => Math.Round(x, 12)));
        Assert.Equal([1, 0, 0], directions.Direction(1).ToArray().Select(Math.Abs).Select(x => Math.Round(x, 12)));
        Assert.Equal(72.0 / 90, directions.Shares[0], 1e-12);
        Assert.Equal(18.0 / 90, directions.Shares[1], 1e-12);
        Assert.Equal([6, 6, 0, 0, 0], directions.Coordinates[0].Select(c => Math.Round(Math.Abs(c), 12)));
        Assert.Equal([0, 0, 3, 3, 0], directions.Coordinates[1].Select(c => Math.Round(Math.Abs(c), 12)));
    }
}
