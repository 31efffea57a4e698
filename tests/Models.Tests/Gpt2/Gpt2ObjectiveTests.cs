using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;

namespace Looped.Models.Tests.Gpt2;

public class Gpt2ObjectiveTests
{
    /// <summary>Three sequences: blocks of two leave one to be filled up; the second counts no target at all.</summary>
    private static readonly int[] Tokens = [0, 3, 4, 1, 2, 2, 5, 0, 3];

    private static readonly int[] Targets = [2, -1, 0, -1, -1, -1, 1, 3, -1];

    private static readonly Gpt2Settings Settings = new(Width: 4, Layers: 1, Heads: 2, Vocabulary: 6, Outputs: 4, Loops: 2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Value_and_gradient_over_blocks_are_those_of_all_sequences_at_once(int block)
    {
        var objective = Gpt2Objective.Of(Settings, Tokens, Targets, length: 3, block);
        var theta = Theta();
        using var team = new WorkerTeam(2);
        using var evaluator = new GradientEvaluator(objective, new CpuBackend(), team);
        var gradient = new double[theta.Length];
        var value = evaluator.Evaluate(theta, gradient);

        using var whole = Gpt2Derivatives<double>.Gradient(Settings, 3, 3, new CpuBackend());
        whole.WriteData(Tokens, Targets);
        whole.WriteWeights([.. objective.Layout.Groups.Select(group => theta[group.Offset..][..group.Size])]);
        Assert.Equal(whole.Execute(), value, 1e-13);
        Assert.All(whole.Results().SelectMany(tensor => tensor).Zip(gradient), pair =>
            Assert.Equal(pair.First, pair.Second, 1e-13));
    }

    [Fact]
    public void The_full_Hessian_has_the_Hessian_vector_products_as_columns()
    {
        var objective = Gpt2Objective.Of(Settings, Tokens, Targets, length: 3, block: 2);
        var theta = Theta();
        var size = theta.Length;
        using var team = new WorkerTeam(2);
        var hessian = new double[size * size];
        using (var evaluator = new HessianEvaluator(objective, new CpuBackend(), team))
        {
            evaluator.Evaluate(theta, hessian);
        }

        using var products = new HvpEvaluator(objective, 1, new CpuBackend(), team);
        var scale = hessian.Max(Math.Abs);
        foreach (var column in (int[])[0, 17, 61, size / 2, size - 1])
        {
            var (unit, product) = (new double[size], new double[size]);
            unit[column] = 1;
            products.Evaluate(theta, unit, product);
            for (var row = 0; row < size; row++)
            {
                Assert.Equal(product[row], hessian[(row * size) + column], 1e-12 * scale);
                Assert.Equal(hessian[(column * size) + row], hessian[(row * size) + column], 1e-11 * scale);
            }
        }
    }

    [Fact]
    public void Data_that_are_no_sequences_with_targets_are_refused()
    {
        Refuse(Tokens[1..], Targets, "8 tokens");
        Refuse(Tokens[1..], Targets[1..], "sequences of 3");
        Refuse([.. Tokens[1..], 6], Targets, "token 6 is not from 0 to 5");
        Refuse(Tokens, [.. Targets[1..], 4], "target 4 is not from -1 to 3");
        Refuse(Tokens, [.. Targets.Select(_ => -1)], "not ignored");

        static void Refuse(int[] tokens, int[] targets, string complaint)
        {
            var error = Assert.Throws<ArgumentException>(() => Gpt2Objective.Of(Settings, tokens, targets, 3, 2));
            Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        }
    }

    private static double[] Theta()
    {
        var theta = Gpt2Weights.Initialize(Settings, 3).SelectMany(weights => weights).ToArray();
        var random = new Looped.Tensors.Philox(3, "moved");
        return Array.ConvertAll(theta, value => value + (0.3 * random.NextNormal()));
    }
}
