using Looped.Analysis;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;

namespace Looped.Benchmarks.Comparison;

/// <summary>Something that both sides compute.</summary>
/// <param name="Name">The name that both sides know it by.</param>
/// <param name="Run">Computes it.</param>
/// <param name="Result">The numbers that it comes to.</param>
public sealed record Work(string Name, Action Run, Func<double[]> Result);

/// <summary>Our side: what a study of the toy models does, at one theta.</summary>
public sealed class OurWorks : IDisposable
{
    private readonly ToyProblem _problem;
    private readonly WorkerTeam _team;
    private readonly CpuBackend _backend = new();
    private readonly List<IDisposable> _owned = [];

    /// <summary>Works on a problem.</summary>
    public OurWorks(ToyProblem problem, WorkerTeam team) => (_problem, _team) = (problem, team);

    /// <summary>A training step; its result is theta after the first.</summary>
    public Work Step(Objective objective)
    {
        var step = Own(new TrainingStep(objective, _problem.Theta, _backend, _team));
        return new Work("step", () => step.Run(), () =>
        {
            using var fresh = new TrainingStep(objective, _problem.Theta, _backend, _team);
            fresh.Run();
            return fresh.Theta;
        });
    }

    /// <summary>Loss and gradient; the result is the one before the other.</summary>
    public Work Gradient(Objective objective)
    {
        var evaluator = Own(new GradientEvaluator(objective, _backend, _team));
        var gradient = new double[_problem.Theta.Length];
        return new Work(
            "gradient",
            () => evaluator.Evaluate(_problem.Theta, gradient),
            () => [evaluator.Evaluate(_problem.Theta, gradient), .. gradient]);
    }

    /// <summary>One Hessian-vector product.</summary>
    public Work Hvp(Objective objective, double[] vector)
    {
        var evaluator = Own(new HvpEvaluator(objective, 1, _backend, _team));
        var product = new double[vector.Length];
        return new Work("hvp", () => evaluator.Evaluate(_problem.Theta, vector, product), () => product);
    }

    /// <summary>The full Hessian.</summary>
    public Work Hessian(Objective objective)
    {
        var evaluator = Own(new HessianEvaluator(objective, _backend, _team));
        var hessian = new double[_problem.Theta.Length * _problem.Theta.Length];
        return new Work("hessian", () => evaluator.Evaluate(_problem.Theta, hessian), () => hessian);
    }

    /// <summary>The eigenvalues of a symmetric matrix, alone.</summary>
    public Work Eigenvalues(double[] matrix)
    {
        var values = new double[_problem.Theta.Length];
        var solver = new SymmetricEigensolver(values.Length, _team);
        return new Work("eigenvalues", () => solver.Values(matrix, values), () => values);
    }

    /// <summary>Eigenvalues and eigenvectors of a symmetric matrix; the result is the eigenvalues.</summary>
    public Work Eigenvectors(double[] matrix)
    {
        var values = new double[_problem.Theta.Length];
        var vectors = new double[matrix.Length];
        var solver = new SymmetricEigensolver(values.Length, _team);
        return new Work("eigenvectors", () => solver.Decompose(matrix, values, vectors), () => values);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var evaluator in _owned)
        {
            evaluator.Dispose();
        }
    }

    private T Own<T>(T evaluator)
        where T : IDisposable
    {
        _owned.Add(evaluator);
        return evaluator;
    }
}
