using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>The operation table on the emulated CUDA device.</summary>
public class CudaTests
{
    public static TheoryData<string> Operations => OperationTable.Operations;

    /// <summary>Rounded float32 results are held to float64 by the table's own test, on all backends.</summary>
    [EmulatedCudaTheory]
    [MemberData(nameof(Operations))]
    public void Values_gradients_and_products_with_the_Hessian_are_those_of_the_reference(string operation)
    {
        foreach (var entry in OperationTable.Cases[operation])
        {
            foreach (var program in new[]
            {
                entry.Program(), entry.Weighted().ValueAndGradient(), entry.Weighted().Hvp(),
            })
            {
                var random = new Philox(31, "cuda");
                var point = entry.Point(program, random)
                    .With(Arguments.Normal(
                        program.Inputs.Where(input => input.Role == InputRole.Tangent || input.Name == "w"), random));
                var expected = Function.Run(program, PoisonedBackend.Reference, point);
                var actual = Function.Run(program, PoisonedBackend.Cuda!, point);

                // Where the reference makes no number, neither does the device.
                Assert.Equal(expected.Select(double.IsNaN), actual.Select(double.IsNaN));
                Agree.Within(
                    1e-12,
                    [.. expected.Where(element => !double.IsNaN(element))],
                    [.. actual.Where(element => !double.IsNaN(element))],
                    $"{entry}",
                    1);
            }
        }
    }
}
