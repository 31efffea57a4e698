using FsCheck;
using FsCheck.Fluent;
using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>The Hessian is a symmetric linear map, at any theta and for any vectors.</summary>
public sealed class HessianPropertyTests : IDisposable
{
    private const double Tolerance = 1e-12;

    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    private readonly Objective _objective = AttentionLoss.Objective(blocks: 2, contexts: 5);
    private readonly WorkerTeam _team = new(1);
    private readonly HvpEvaluator _one;
    private readonly HvpEvaluator _three;
    private readonly double[] _theta;

    public HessianPropertyTests()
    {
        _one = new HvpEvaluator(_objective, 1, PoisonedBackend.Cpu256, _team);
        _three = new HvpEvaluator(_objective, 3, PoisonedBackend.Cpu256, _team);
        _theta = AttentionLoss.Theta(_objective);
    }

    [Fact]
    public void It_is_linear() => Prop.ForAll(Seeds, Gen.Choose(-8, 8).Two().ToArbitrary(), (seed, factors) =>
    {
        var (a, b) = (factors.Item1 / 4.0, factors.Item2 / 4.0);
        var (theta, u, v) = Draw(seed);
        var (hu, hv) = (Product(theta, u), Product(theta, v));
        var expected = Combine(a, hu, b, hv);
        Agree.Within(
            Tolerance,
            expected,
            Product(theta, Combine(a, u, b, v)),
            $"H({a} u + {b} v)",
            (Math.Abs(a) * Agree.Largest(hu)) + (Math.Abs(b) * Agree.Largest(hv)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void It_is_symmetric() => Prop.ForAll(Seeds, seed =>
    {
        var (theta, u, v) = Draw(seed);
        var hv = Product(theta, v);
        Agree.Within(
            Tolerance, [Agree.Dot(u, hv)], [Agree.Dot(v, Product(theta, u))], "u'Hv = v'Hu", Agree.DotScale(u, hv));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Vectors_together_are_vectors_one_by_one() => Prop.ForAll(Seeds, seed =>
    {
        var (theta, u, v) = Draw(seed);
        double[][] vectors = [u, v, Combine(1, u, -2, v)];
        var products = new double[3 * theta.Length];
        _three.Evaluate(theta, [.. vectors.SelectMany(vector => vector)], products);
        Agree.Within(1e-13, [.. vectors.SelectMany(vector => Product(theta, vector))], products, "batch");
    }).QuickCheckThrowOnFailure();

    public void Dispose()
    {
        _one.Dispose();
        _three.Dispose();
        _team.Dispose();
    }

    private (double[] Theta, double[] U, double[] V) Draw(int seed)
    {
        var random = new Philox((ulong)seed, "vectors");
        var (u, v) = (new double[_theta.Length], new double[_theta.Length]);
        random.FillNormal(u, 1);
        random.FillNormal(v, 1);
        return (AttentionLoss.Theta(_objective, (ulong)seed), u, v);
    }

    private double[] Product(double[] theta, double[] vector)
    {
        var product = new double[vector.Length];
        _one.Evaluate(theta, vector, product);
        return product;
    }

    private static double[] Combine(double a, double[] u, double b, double[] v) =>
        [.. u.Zip(v, (x, y) => (a * x) + (b * y))];
}
