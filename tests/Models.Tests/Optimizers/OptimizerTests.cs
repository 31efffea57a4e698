using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Kernels.Reference;
using Looped.Models.Optimizers;
using Looped.Tensors;

namespace Looped.Models.Tests.Optimizers;

public class OptimizerTests
{
    private const int Size = 37;
    private const int Steps = 60;

    /// <summary>From a gradient that vanishes to one that is large, so that Adam's epsilon weighs in some elements.</summary>
    private static readonly double[] Magnitudes =
        [.. Enumerable.Range(0, Size).Select(i => i == 0 ? 0 : Math.Pow(10, -12 + (i % 15)))];

    public static TheoryData<bool> Backends => [true, false];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Gradient_descent_takes_eta_g_off_theta(bool reference) => AgreesWith(
        new GradientDescent(0.3),
        reference,
        (theta, gradient, _) =>
        {
            for (var i = 0; i < Size; i++)
            {
                theta[i] -= 0.3 * gradient[i];
            }
        });

    [Theory]
    [MemberData(nameof(Backends))]
    public void Momentum_takes_eta_times_the_velocity_off_theta(bool reference)
    {
        var velocity = new double[Size];
        AgreesWith(
            new Momentum(0.02, Beta: 0.8),
            reference,
            (theta, gradient, _) =>
            {
                for (var i = 0; i < Size; i++)
                {
                    velocity[i] = (0.8 * velocity[i]) + gradient[i];
                    theta[i] -= 0.02 * velocity[i];
                }
            });
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Adam_divides_the_corrected_moments_with_epsilon_outside_the_root(bool reference)
    {
        var (first, second) = (new double[Size], new double[Size]);
        AgreesWith(
            new Adam(0.05, Beta1: 0.85, Beta2: 0.98, Epsilon: 1e-6),
            reference,
            (theta, gradient, step) =>
            {
                for (var i = 0; i < Size; i++)
                {
                    first[i] = (0.85 * first[i]) + (0.15 * gradient[i]);
                    second[i] = (0.98 * second[i]) + (0.02 * gradient[i] * gradient[i]);
                    var mean = first[i] / (1 - Math.Pow(0.85, step));
                    var square = second[i] / (1 - Math.Pow(0.98, step));
                    theta[i] -= 0.05 * mean / (Math.Sqrt(square) + 1e-6);
                }
            });
    }

    /// <summary>Five steps on <c>1/2 sum a_i theta_i^2</c> by PyTorch 1.13 in float64, with its defaults, rate 0.1 and, for AdamW, decay 0.3.</summary>
    [Theory]
    [InlineData("sgd", new[] { 0.16806999999999997, -1.547561875, 0.49999999750000007, 0.62208 })]
    [InlineData("momentum", new[] { -0.7782800000000001, -0.8343118749999999, 0.49999999342795, 1.272105 })]
    [InlineData("adam", new[] { 0.5079636583767156, -1.5029557851889337, 0.3419425845207555, 0.7480930727277597 })]
    [InlineData("adamw", new[] { 0.3992638064965658, -1.2518651956655884, 0.28449165301484625, 0.6846128617404749 })]
    public void Updates_are_those_of_PyTorch(string name, double[] expected)
    {
        OptimizerSettings settings = name switch
        {
            "sgd" => new GradientDescent(0.1),
            "momentum" => new Momentum(0.1),
            "adamw" => new AdamW(0.1, WeightDecay: 0.3),
            _ => new Adam(0.1),
        };
        double[] curvature = [3, 0.5, 1e-8, -2];
        double[] theta = [1, -2, 0.5, 0.25];
        using var optimizer = new Optimizer(settings, theta.Length, new CpuBackend());
        for (var step = 0; step < 5; step++)
        {
            optimizer.Step(theta, curvature.Zip(theta, (a, t) => a * t).ToArray());
        }

        Assert.All(theta.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-14));
        Assert.Equal(5, optimizer.Steps);
    }

    [Fact]
    public void The_state_is_the_optimizers_own()
    {
        double[] one = [1], other = [1], gradient = [1];
        using var travelled = new Optimizer(new Momentum(0.1), 1, new CpuBackend());
        using var fresh = new Optimizer(new Momentum(0.1), 1, new CpuBackend());
        travelled.Step(one, gradient);
        travelled.Step(one, gradient);
        fresh.Step(other, gradient);
        Assert.Equal(1 - 0.1 - 0.19, one[0], 1e-15);
        Assert.Equal(0.9, other[0], 1e-15);
    }

    [Fact]
    public void A_state_that_is_exported_and_imported_goes_on_with_the_same_bits()
    {
        OptimizerSettings[] rules = [new GradientDescent(0.1), new Momentum(0.1), new Adam(0.1), new AdamW(0.1)];
        foreach (var rule in rules)
        {
            var random = new Philox(8, "states");
            var gradients = new double[12][];
            for (var step = 0; step < gradients.Length; step++)
            {
                gradients[step] = new double[Size];
                random.FillNormal(gradients[step], 1);
            }

            using var straight = new Optimizer(rule, Size, new CpuBackend());
            var theta = new double[Size];
            var (half, state) = (new double[Size], (OptimizerState?)null);
            for (var step = 0; step < gradients.Length; step++)
            {
                if (step == 5)
                {
                    (half, state) = (theta.ToArray(), straight.Export());
                }

                straight.Step(theta, gradients[step]);
            }

            using var resumed = new Optimizer(rule, Size, new CpuBackend());
            resumed.Import(state!);
            Assert.Equal(5, resumed.Steps);
            foreach (var gradient in gradients[5..])
            {
                resumed.Step(half, gradient);
            }

            Assert.Equal(theta, half);
        }
    }

    [Fact]
    public void A_state_of_another_rule_or_length_is_refused()
    {
        using var adam = new Optimizer(new Adam(0.1), 3, new CpuBackend());
        using var momentum = new Optimizer(new Momentum(0.1), 3, new CpuBackend());
        using var longer = new Optimizer(new Adam(0.1), 4, new CpuBackend());
        Assert.Throws<ArgumentException>(() => momentum.Import(adam.Export()));
        Assert.Throws<ArgumentException>(() => longer.Import(adam.Export()));
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        OptimizerSettings[] rules = [new GradientDescent(0.1), new Momentum(0.1), new Adam(0.1), new AdamW(0.1)];
        foreach (var rule in rules)
        {
            var (theta, gradient) = (new double[Size], Magnitudes);
            using var optimizer = new Optimizer(rule, Size, new CpuBackend());
            optimizer.Step(theta, gradient);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var step = 0; step < 100; step++)
            {
                optimizer.Step(theta, gradient);
            }

            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    /// <summary>Makes the same steps with an optimizer and with a plain loop (theta, gradient, step counted from 1).</summary>
    private static void AgreesWith(OptimizerSettings settings, bool reference, Action<double[], double[], int> loop)
    {
        var random = new Philox(7, "optimizers");
        var (theta, gradient) = (new double[Size], new double[Size]);
        random.FillNormal(theta, 1);
        var expected = theta.ToArray();
        IBackend backend = reference ? new ReferenceBackend() : new CpuBackend();
        using var optimizer = new Optimizer(settings, Size, backend);
        for (var step = 1; step <= Steps; step++)
        {
            random.FillNormal(gradient, 1);
            for (var i = 0; i < Size; i++)
            {
                gradient[i] *= Magnitudes[i];
            }

            optimizer.Step(theta, gradient);
            loop(expected, gradient, step);
            Assert.All(theta.Zip(expected), pair =>
                Assert.Equal(pair.Second, pair.First, 1e-13 * Math.Max(1, Math.Abs(pair.Second))));
        }
    }
}
