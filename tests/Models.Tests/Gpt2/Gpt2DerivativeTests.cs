using Looped.Kernels.Cpu;
using Looped.Models.Gpt2;

namespace Looped.Models.Tests.Gpt2;

public class Gpt2DerivativeTests
{
    /// <summary>
    /// Loss, and Euclidean norms of gradient and Hessian-vector product in a few weights, from PyTorch 1.13 in float64 on
    /// the case's weights, direction, tokens and targets (two layers, width 8, two heads), with layer_norm, gelu(tanh) and
    /// cross_entropy(ignore_index=-1) of its own and attention written out; the product by reverse mode twice.
    /// </summary>
    public static TheoryData<int, double, (string Weight, double Gradient, double Product)[]> PyTorch => new()
    {
        {
            1, 2.25221602397827,
            [
                ("h.0.ln_1.weight", 0.1216399137086613, 12.458583069566345),
                ("h.0.attn.c_attn.weight", 0.9441594174306075, 38.505463153216425),
                ("h.1.attn.c_proj.bias", 0.4404524831406912, 19.85430221287659),
                ("h.1.mlp.c_fc.weight", 3.378852510777638, 143.48284472974436),
                ("ln_f.bias", 0.6378277835855437, 2.473046270053993),
                ("read_in.weight", 0.8255857301796712, 46.138855057122875),
                ("read_out.weight", 2.1176005818876, 15.492828935800729),
            ]
        },
        {
            3, 2.2527305630419736,
            [
                ("h.0.ln_1.weight", 0.07580439631761218, 5.324224829341867),
                ("h.0.attn.c_attn.weight", 0.8259549033083126, 21.819031563549544),
                ("h.1.attn.c_proj.bias", 0.404511931514672, 13.744941220550702),
                ("h.1.mlp.c_fc.weight", 2.332957272801924, 82.24229252802671),
                ("ln_f.bias", 0.7055721356948211, 3.4057358511119595),
                ("read_in.weight", 0.524702910163058, 25.752209866167142),
                ("read_out.weight", 2.33207405043384, 6.296226933543092),
            ]
        },
    };

    [Theory]
    [MemberData(nameof(PyTorch))]
    public void Loss_gradient_and_Hessian_vector_product_are_PyTorchs(
        int loops, double loss, (string Weight, double Gradient, double Product)[] norms)
    {
        var model = new Gpt2Case(loops);
        var (ourLoss, gradient) = model.Gradient();
        var product = model.Hvp(model.Direction);
        Near(1e-10, loss, ourLoss);
        foreach (var (name, gradientNorm, productNorm) in norms)
        {
            var j = model.Layout.ToList().FindIndex(weight => weight.Name == name);
            Near(1e-10, gradientNorm, Norm(gradient[j]));
            Near(1e-10, productNorm, Norm(product[j]));
        }
    }

    /// <summary>Differences of the plain definition, of fourth order in a step of 1e-3.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_gradient_of_every_weight_is_the_slope_of_the_definition(int loops)
    {
        var model = new Gpt2Case(loops, layers: 1, width: 4);
        var (_, gradient) = model.Gradient();
        const double step = 1e-3;
        for (var j = 0; j < model.Layout.Count; j++)
        {
            var scale = gradient[j].Max(Math.Abs);
            for (var i = 0; i < gradient[j].Length; i++)
            {
                var (ahead, back) = (Loss(1) - Loss(-1), Loss(2) - Loss(-2));
                var slope = ((8 * ahead) - back) / (12 * step);
                Assert.True(
                    Math.Abs(slope - gradient[j][i]) <= 1e-7 * Math.Max(scale, 1e-2),
                    $"element {i} of {model.Layout[j].Name} is {gradient[j][i]:R}, differences give {slope:R}");

                double Loss(int steps)
                {
                    var value = model.Weights[j][i];
                    model.Weights[j][i] = value + (steps * step);
                    var loss = model.Plain.Loss(model.Tokens, model.Targets, Gpt2Case.Length);
                    model.Weights[j][i] = value;
                    return loss;
                }
            }
        }
    }

    [Fact]
    public void The_Hessian_is_symmetric()
    {
        var model = new Gpt2Case();
        var (u, v) = (model.RandomDirection(1), model.RandomDirection(2));
        Near(1e-11, Gpt2Case.Dot(u, model.Hvp(v)), Gpt2Case.Dot(v, model.Hvp(u)));
    }

    [Fact]
    public void The_Hessian_vector_product_is_the_slope_of_the_gradient()
    {
        var model = new Gpt2Case();
        var product = model.Hvp(model.Direction);
        const double step = 1e-5;
        var (ahead, back) = (Gradient(step), Gradient(-step));
        for (var j = 0; j < product.Length; j++)
        {
            var scale = product[j].Max(Math.Abs);
            for (var i = 0; i < product[j].Length; i++)
            {
                Assert.Equal(product[j][i], (ahead[j][i] - back[j][i]) / (2 * step), 1e-5 * scale);
            }
        }

        double[][] Gradient(double distance)
        {
            var moved = new Gpt2Case();
            foreach (var (weights, direction) in moved.Weights.Zip(moved.Direction))
            {
                for (var i = 0; i < weights.Length; i++)
                {
                    weights[i] += distance * direction[i];
                }
            }

            return moved.Gradient().Gradient;
        }
    }

    [Fact]
    public void Several_directions_at_once_give_the_products_of_each()
    {
        var model = new Gpt2Case();
        const int count = 3;
        var directions = Enumerable.Range(0, count).Select(k => model.RandomDirection((ulong)k)).ToArray();
        using var batch = Gpt2Derivatives<double>.Hvp(
            model.Settings, Gpt2Case.Sequences, Gpt2Case.Length, new CpuBackend(), count);
        batch.WriteData(model.Tokens, model.Targets);
        batch.WriteWeights(model.Weights);
        batch.WriteDirections(
        [
            .. model.Layout.Select((weight, j) => Enumerable.Range(0, (int)weight.Shape.Size * count)
                .Select(i => directions[i % count][j][i / count]).ToArray()),
        ]);
        Near(1e-12, model.Gradient().Loss, batch.Execute());
        var products = batch.Results();
        for (var k = 0; k < count; k++)
        {
            foreach (var (one, all) in model.Hvp(directions[k]).Zip(products))
            {
                var scale = one.Max(Math.Abs);
                Assert.All(one.Select((value, i) => (value, all[(i * count) + k])), pair =>
                    Assert.Equal(pair.value, pair.Item2, 1e-11 * scale));
            }
        }
    }

    [Fact]
    public void Float32_agrees_with_float64()
    {
        var model = new Gpt2Case();
        var single = new[]
        {
            Gpt2Derivatives<float>.Gradient(model.Settings, Gpt2Case.Sequences, Gpt2Case.Length, new CpuBackend()),
            Gpt2Derivatives<float>.Hvp(model.Settings, Gpt2Case.Sequences, Gpt2Case.Length, new CpuBackend()),
        };
        var (loss, gradient) = model.Gradient();
        foreach (var (derivatives, expected) in single.Zip([gradient, model.Hvp(model.Direction)]))
        {
            using (derivatives)
            {
                derivatives.WriteData(model.Tokens, model.Targets);
                derivatives.WriteWeights(Narrow(model.Weights));
                derivatives.WriteDirections(derivatives == single[1] ? Narrow(model.Direction) : []);
                Near(1e-4, loss, derivatives.Execute());
                foreach (var (wide, narrow) in expected.Zip(derivatives.Results()))
                {
                    var scale = wide.Max(Math.Abs);
                    Assert.All(wide.Zip(narrow), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * Math.Max(scale, 1)));
                }
            }
        }

        static float[][] Narrow(double[][] tensors) =>
            [.. tensors.Select(tensor => Array.ConvertAll(tensor, value => (float)value))];
    }

    [Fact]
    public void Tensors_that_are_not_the_models_are_refused()
    {
        var model = new Gpt2Case();
        using var derivatives = Gpt2Derivatives<double>.Gradient(
            model.Settings, Gpt2Case.Sequences, Gpt2Case.Length, new CpuBackend());
        Assert.Throws<ArgumentException>(() => derivatives.WriteWeights(model.Weights[1..]));
        Assert.Throws<ArgumentException>(() => derivatives.WriteWeights([.. model.Weights.Reverse()]));
        Assert.Throws<ArgumentException>(() => derivatives.WriteDirections(model.Direction));
        Assert.Throws<ArgumentException>(() => derivatives.WriteData(model.Tokens[1..], model.Targets));
    }

    private static void Near(double tolerance, double expected, double actual) => Assert.True(
        Math.Abs(expected - actual) <= tolerance * Math.Abs(expected), $"{actual:R} is not {expected:R}");

    private static double Norm(double[] tensor) => Math.Sqrt(tensor.Sum(value => value * value));
}
