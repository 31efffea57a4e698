using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cuda;
using Looped.Kernels.Reference;
using Looped.Models.Attention;
using Looped.Models.Gpt2;
using Looped.Models.Tests.Attention;
using Looped.Models.Tests.Gpt2;

namespace Looped.Models.Tests;

/// <summary>Models on the emulated CUDA device against the reference.</summary>
public class CudaTests
{
    private static IBackend Cuda => new CudaBackend(CudaDevice.All()[0]);

    [EmulatedCudaTheory]
    [InlineData(ToyArchitecture.Single)]
    [InlineData(ToyArchitecture.Looped)]
    public void Gradients_and_Hessians_of_toy_models(ToyArchitecture architecture)
    {
        var test = new ToyCase(new ToyModelSettings(architecture, 6, 3, 3, AttentionScale.Mean, 1), count: 27, length: 4);
        var (gradient, hessian) = Derivatives(new ReferenceBackend());
        for (var order = 0; order < 4; order++)
        {
            EmulatedCuda.SetOrder(order);
            var (onDevice, hessianOnDevice) = Derivatives(Cuda);
            Agree(1e-12, gradient, onDevice);
            Agree(1e-12, hessian, hessianOnDevice);
        }

        (double[] Gradient, double[] Hessian) Derivatives(IBackend backend)
        {
            using var team = new WorkerTeam(2);
            var size = test.Theta.Length;
            var (first, second) = (new double[size], new double[size * size]);
            using var gradients = new GradientEvaluator(test.Blocks(9), backend, team);
            gradients.Evaluate(test.Theta, first);
            using var hessians = new HessianEvaluator(test.Blocks(9), backend, team);
            hessians.Evaluate(test.Theta, second);
            return (first, second);
        }
    }

    [EmulatedCudaFact]
    public void Gradients_and_products_of_a_block_in_float64()
    {
        var model = new Gpt2Case(loops: 2, layers: 1, width: 16, heads: 2);
        Agree(1e-12, Run(new ReferenceBackend(), products: false), Run(Cuda, products: false));
        var expected = Run(new ReferenceBackend(), products: true);
        for (var order = 0; order < 4; order++)
        {
            EmulatedCuda.SetOrder(order);
            Agree(1e-12, expected, Run(Cuda, products: true));
        }

        double[] Run(IBackend backend, bool products)
        {
            using var derivatives = products
                ? Gpt2Derivatives<double>.Hvp(model.Settings, Gpt2Case.Sequences, Gpt2Case.Length, backend)
                : Gpt2Derivatives<double>.Gradient(model.Settings, Gpt2Case.Sequences, Gpt2Case.Length, backend);
            derivatives.WriteData(model.Tokens, model.Targets);
            derivatives.WriteWeights(model.Weights);
            if (products)
            {
                derivatives.WriteDirections(model.Direction);
            }

            return [derivatives.Execute(), .. derivatives.Results().SelectMany(tensor => tensor)];
        }
    }

    [EmulatedCudaFact]
    public void A_step_of_a_block_in_float32()
    {
        var model = new Gpt2Case(loops: 1, layers: 1, width: 32, heads: 2);
        float[][] weights = [.. model.Weights.Select(tensor => Array.ConvertAll(tensor, x => (float)x))];
        Agree(1e-5, Run(new ReferenceBackend()), Run(Cuda));

        double[] Run(IBackend backend)
        {
            using var derivatives =
                Gpt2Derivatives<float>.Gradient(model.Settings, Gpt2Case.Sequences, Gpt2Case.Length, backend);
            derivatives.WriteData(model.Tokens, model.Targets);
            derivatives.WriteWeights(weights);
            return [derivatives.Execute(), .. derivatives.Results().SelectMany(tensor => tensor.Select(x => (double)x))];
        }
    }

    /// <summary>In the Frobenius norm.</summary>
    private static void Agree(double tolerance, double[] expected, double[] actual)
    {
        var difference = expected.Zip(actual, (a, b) => (a - b) * (a - b)).Sum();
        var norm = expected.Sum(a => a * a);
        Assert.True(
            Math.Sqrt(difference) <= tolerance * Math.Sqrt(norm), $"off by {Math.Sqrt(difference / norm):E2} relative");
    }
}
