using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Attention;

namespace Looped.Models.Tests.Attention;

/// <summary>The toy models against their definition, their derivatives against differences and closed forms.</summary>
public class ToyModelTests
{
    /// <summary>Settings and lengths of contexts: architectures, loops, scales, gates, widths and lengths.</summary>
    private static readonly (ToyModelSettings Settings, int Length)[] Cases =
    [
        .. from loops in Enumerable.Range(0, 5)
           from length in Enumerable.Range(2, 4)
           let settings = loops == 0
               ? new ToyModelSettings(ToyArchitecture.Single, Width: 3)
               : new ToyModelSettings(ToyArchitecture.Looped, Width: 3, Loops: loops, Gate: 0.7)
           select (settings, length),
        (new(ToyArchitecture.Single, 4, Scale: AttentionScale.None), 3),
        (new(ToyArchitecture.Looped, 4, Scale: AttentionScale.None, Gate: 0.2), 3),
        (new(ToyArchitecture.Looped, 3), 3),
        (new(ToyArchitecture.Looped, 3, LearnsGate: true), 3),
        (new(ToyArchitecture.Looped, 3, Loops: 2, Scale: AttentionScale.None, LearnsGate: true), 4),
        (new(ToyArchitecture.Looped, 5, Symbols: 4, Loops: 2), 2),
        (new(ToyArchitecture.Single, 8, Symbols: 2), 3),
        (new(ToyArchitecture.Single, 1, Symbols: 1), 1),
    ];

    [Fact]
    public void Logits_and_loss_are_those_of_the_definition() => ForEach((test, what) =>
    {
        double[] expected =
            [.. Enumerable.Range(0, test.Count).SelectMany(n => test.Plain.Logits(test.Theta, test.Context(n)))];
        Agree(1e-13, expected, test.Logits(test.Theta), what);
        Agree(1e-13, [test.PlainLoss(test.Theta)], [ToyCase.Gradient(test.Whole, test.Theta).Value], what);
    });

    [Fact]
    public void Parameters_lie_in_theta_as_documented()
    {
        var settings = new ToyModelSettings(ToyArchitecture.Looped, 8, LearnsGate: true);
        var layout = new ToyCase(settings, 1, 3).Whole.Layout;
        Assert.Equal(["W_Q", "W_K", "W_V", "W_h", "gate"], layout.Groups.Select(group => group.Name));
        Assert.Equal([0, 64, 128, 192, 216], layout.Groups.Select(group => group.Offset));
        foreach (var (width, size) in new[] { (8, 216), (16, 816), (32, 3168) })
        {
            Assert.Equal(size, new ToyCase(new(ToyArchitecture.Single, width), 1, 3).Theta.Length);
        }
    }

    [Fact]
    public void The_gradient_is_central_differences_of_the_definition() => ForEach((test, what) => Agree(
        1e-8,
        [
            .. Enumerable.Range(0, test.Theta.Length)
                .SelectMany(i => Difference(theta => [test.PlainLoss(theta)], test.Theta, i)),
        ],
        ToyCase.Gradient(test.Whole, test.Theta).Gradient,
        what));

    [Fact]
    public void The_Hessian_is_symmetric_central_differences_of_the_gradient() => ForEach((test, what) =>
    {
        using var team = new WorkerTeam(1);
        using var evaluator = new GradientEvaluator(test.Whole, new CpuBackend(), team);
        var size = test.Theta.Length;
        double[] differences =
            [.. Enumerable.Range(0, size).SelectMany(i => Difference(Gradient, test.Theta, i))];
        var hessian = ToyCase.Hessian(test.Whole, test.Theta);
        Agree(1e-8, differences, hessian, what);
        double[] transposed = [.. Enumerable.Range(0, size * size).Select(k => hessian[(k % size * size) + (k / size)])];
        Agree(1e-12, hessian, transposed, what);

        double[] Gradient(double[] theta)
        {
            var gradient = new double[size];
            evaluator.Evaluate(theta, gradient);
            return gradient;
        }
    });

    [Fact]
    public void The_Hessian_is_the_products_with_unit_vectors() => ForEach((test, what) =>
    {
        var size = test.Theta.Length;
        using var team = new WorkerTeam(1);
        using var evaluator = new HvpEvaluator(test.Whole, size, new CpuBackend(), team);
        double[] identity = [.. Enumerable.Range(0, size * size).Select(k => k / size == k % size ? 1.0 : 0)];
        var products = new double[size * size];
        evaluator.Evaluate(test.Theta, identity, products);
        Agree(1e-12, products, ToyCase.Hessian(test.Whole, test.Theta), what);
    });

    [Fact]
    public void The_head_block_of_the_Hessian_is_that_of_softmax_regression_on_the_features() => ForEach((test, what) =>
    {
        var (d, v, size) = (test.Settings.Width, test.Settings.Symbols, test.Theta.Length);
        var (head, heads) = (3 * d * d, v * d);
        var expected = new double[heads * heads];
        for (var n = 0; n < test.Count; n++)
        {
            var z = test.Plain.Features(test.Theta, test.Context(n));
            var p = test.Plain.LogProbabilities(test.Theta, test.Context(n)).Select(Math.Exp).ToArray();
            var mass = test.Weights(n).Sum();
            for (var k = 0; k < expected.Length; k++)
            {
                var (c, i, e, j) = (k / heads / d, k / heads % d, k % heads / d, k % heads % d);
                expected[k] += mass * ((c == e ? p[c] : 0) - (p[c] * p[e])) * z[i] * z[j];
            }
        }

        var hessian = ToyCase.Hessian(test.Whole, test.Theta);
        Agree(
            1e-12,
            expected,
            [
                .. Enumerable.Range(0, heads * heads)
                    .Select(k => hessian[((head + (k / heads)) * size) + head + (k % heads)]),
            ],
            what);
    });

    [Fact]
    public void Blocks_of_contexts_the_last_filled_up_give_what_one_block_gives() => ForEach((test, what) =>
    {
        var (whole, blocks) = (test.Whole, test.Blocks(4));
        Assert.Equal(3, blocks.Blocks.Count);
        Agree(1e-12, [ToyCase.Gradient(whole, test.Theta).Value], [ToyCase.Gradient(blocks, test.Theta).Value], what);
        Agree(1e-12, ToyCase.Gradient(whole, test.Theta).Gradient, ToyCase.Gradient(blocks, test.Theta).Gradient, what);
        Agree(1e-12, ToyCase.Hessian(whole, test.Theta), ToyCase.Hessian(blocks, test.Theta), what);
    });

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Bits_do_not_depend_on_the_number_of_threads(int threads) => ForEach((test, _) =>
    {
        var blocks = test.Blocks(2);
        var (one, several) = (ToyCase.Gradient(blocks, test.Theta), ToyCase.Gradient(blocks, test.Theta, threads));
        Assert.Equal(one.Value, several.Value);
        Assert.Equal(one.Gradient, several.Gradient);
        Assert.Equal(ToyCase.Hessian(blocks, test.Theta), ToyCase.Hessian(blocks, test.Theta, threads));
    });

    [Fact]
    public void The_Hessian_is_the_same_in_smaller_memory_and_too_little_is_refused()
    {
        var test = new ToyCase(new(ToyArchitecture.Looped, 8), 27, 3);
        using var team = new WorkerTeam(1);
        using var ample = new HessianEvaluator(test.Whole, new CpuBackend(), team);
        var expected = ToyCase.Hessian(test.Whole, test.Theta);
        var directions = ample.Directions;
        var bytes = ample.Bytes;
        while (directions > 8)
        {
            using var tight = new HessianEvaluator(test.Whole, new CpuBackend(), team, bytes - 1);
            Assert.True(tight.Directions < directions);
            Agree(1e-12, expected, ToyCase.Hessian(test.Whole, test.Theta, 1, bytes - 1), $"{tight.Directions} directions");
            (directions, bytes) = (tight.Directions, tight.Bytes);
        }

        var refusal = Assert.Throws<InvalidOperationException>(
            () => new HessianEvaluator(test.Whole, new CpuBackend(), team, bytes - 1));
        Assert.Contains($"need {bytes} bytes, more than the budget of {bytes - 1}", refusal.Message);
    }

    [Fact]
    public void Without_values_or_with_a_closed_gate_the_loops_pass_the_last_token_on()
    {
        foreach (var (settings, values) in new (ToyModelSettings, double)[]
        {
            (new(ToyArchitecture.Looped, 3, Loops: 3), 0), (new(ToyArchitecture.Looped, 3, Loops: 4, Gate: 0), 1),
        })
        {
            var test = new ToyCase(settings, 6, 3);
            var theta = ScaleValues(test.Theta, 3, values);
            Agree(1e-15, LastTokens(test, theta), test.Logits(theta), $"{settings}");
        }
    }

    [Fact]
    public void Without_values_the_single_pass_knows_nothing()
    {
        var test = new ToyCase(new(ToyArchitecture.Single, 3), 6, 3);
        Assert.Equal(new double[6 * 3], test.Logits(ScaleValues(test.Theta, 3, 0)));
    }

    [Fact]
    public void One_loop_adds_the_gated_single_pass_to_the_last_token()
    {
        var single = new ToyCase(new(ToyArchitecture.Single, 3), 6, 4);
        var looped = new ToyCase(new(ToyArchitecture.Looped, 3, Loops: 1, Gate: 0.3), 6, 4);
        Assert.Equal(single.Theta, looped.Theta);
        Agree(
            1e-14,
            [.. LastTokens(single, single.Theta).Zip(single.Logits(single.Theta), (last, pass) => last + (0.3 * pass))],
            looped.Logits(looped.Theta),
            "one loop");
    }

    [Fact]
    public void The_mean_over_tokens_is_a_smaller_value_matrix()
    {
        var mean = new ToyCase(new(ToyArchitecture.Looped, 3), 6, 4);
        var sum = new ToyCase(new(ToyArchitecture.Looped, 3, Scale: AttentionScale.None), 6, 4);
        Agree(1e-13, mean.Logits(mean.Theta), sum.Logits(ScaleValues(mean.Theta, 3, 0.25)), "scale");
    }

    [Fact]
    public void A_learned_gate_is_the_last_parameter()
    {
        var learned = new ToyCase(new(ToyArchitecture.Looped, 3, LearnsGate: true), 6, 3);
        var set = new ToyCase(new(ToyArchitecture.Looped, 3, Gate: learned.Theta[^1]), 6, 3);
        Agree(1e-14, set.Logits(learned.Theta[..^1]), learned.Logits(learned.Theta), "gate");
    }

    private static double[] LastTokens(ToyCase test, double[] theta)
    {
        var (d, head) = (test.Settings.Width, 3 * test.Settings.Width * test.Settings.Width);
        return
        [
            .. from n in Enumerable.Range(0, test.Count)
               from c in Enumerable.Range(0, test.Settings.Symbols)
               select Enumerable.Range(0, d).Sum(i => theta[head + (c * d) + i] * test.Context(n)[^(d - i)]),
        ];
    }

    private static double[] ScaleValues(double[] theta, int width, double factor) =>
        [.. theta.Select((x, i) => i / (width * width) == 2 ? factor * x : x)];

    /// <summary>The derivative in one parameter by central differences of fourth order.</summary>
    private static double[] Difference(Func<double[], double[]> function, double[] theta, int parameter)
    {
        const double Step = 2e-4;
        var (back2, back1, ahead1, ahead2) = (At(-2), At(-1), At(1), At(2));
        return
        [
            .. Enumerable.Range(0, back1.Length)
                .Select(k => ((8 * (ahead1[k] - back1[k])) - (ahead2[k] - back2[k])) / (12 * Step)),
        ];

        double[] At(int steps)
        {
            var moved = theta.ToArray();
            moved[parameter] += steps * Step;
            return function(moved);
        }
    }

    private static void Agree(double tolerance, double[] expected, double[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var bound = tolerance * expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
        {
            var error = Math.Abs(actual[i] - expected[i]);
            Assert.True(
                error <= bound, $"element {i} is {actual[i]:R} for {expected[i]:R}, off by {error:E2} > {bound:E2}: {what}");
        }
    }

    private static void ForEach(Action<ToyCase, string> test)
    {
        foreach (var (settings, length) in Cases)
        {
            test(new ToyCase(settings, 10, length), $"{settings}, {length} tokens");
        }
    }
}
