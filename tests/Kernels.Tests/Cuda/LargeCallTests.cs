using Looped.Kernels.Calls;
using Looped.Kernels.Cuda;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Cuda;

/// <summary>What only large calls do on a device: whole blocks a row, parts of sums, splits of products, large tiles.</summary>
public class LargeCallTests
{
    [EmulatedCudaTheory]
    [InlineData(ElementType.Float32, 1e-5)]
    [InlineData(ElementType.Float64, 1e-13)]
    public void Long_rows_take_whole_blocks(ElementType type, double tolerance)
    {
        var operands = new Operands(1);
        var (rows, targets) = (operands.Normal(type, 3, 5000), operands.Normal(type, 3));
        var same = operands.Normal(type, 3, 5000);
        Emulated.Agrees(new SumCall(rows, [1], targets), operands, 10 * tolerance);
        Emulated.Agrees(new ReduceCall(rows, [1], Reduction.LogSumExp, targets), operands, tolerance);
        Emulated.Agrees(new SoftmaxCall(rows, 1, false, same), operands, tolerance);
        Emulated.Agrees(new NormalizeCall(rows, 1, 1e-5, true, false, same), operands, tolerance);
        Emulated.Agrees(new SoftmaxJacobianProductCall(rows, same, 1, same), operands, tolerance);
        Emulated.Agrees(new NormalizeJacobianProductCall(rows, same, 1, 1e-5, true, same), operands, tolerance);
    }

    [EmulatedCudaTheory]
    [InlineData(ElementType.Float32, 1e-5)]
    [InlineData(ElementType.Float64, 1e-13)]
    public void Cotangents_of_attention_pass_through_several_tiles(ElementType type, double tolerance)
    {
        foreach (var (positions, width) in new[] { (150, 2), (64, 40), (33, 65) })
        {
            var operands = new Operands(7);
            Operand[] inputs = [.. Enumerable.Range(0, 4).Select(_ => operands.Normal(type, 1, 2, positions, width))];
            var output = operands.Normal(type, 3, 1, 2, positions, width);
            var call = new CausalAttentionPullbackCall(inputs[0], inputs[1], inputs[2], inputs[3], 0.3, output);
            Emulated.Agrees(call, operands, tolerance);
        }
    }

    [EmulatedCudaFact]
    public void Long_sums_are_made_in_parts()
    {
        var operands = new Operands(2);
        var type = ElementType.Float64;
        var (matrix, total) = (operands.Normal(type, 2, 900, 12), operands.Normal(type));
        var (columns, middle) = (operands.Normal(type, 12), operands.Normal(type, 12, 2));
        Emulated.Agrees(new SumCall(matrix, [0, 1, 2], total), operands, 1e-12);
        Emulated.Agrees(new SumCall(matrix, [0, 1], columns), operands, 1e-12);
        Emulated.Agrees(
            new SumCall(matrix, [1], new Operand(middle.Offset, type, new Shape(2, 12), [1, 2])), operands, 1e-12);
    }

    [EmulatedCudaTheory]
    [InlineData(ElementType.Float32, 1e-5)]
    [InlineData(ElementType.Float64, 1e-13)]
    public void Deep_products_are_split_along_their_depth(ElementType type, double tolerance)
    {
        foreach (var (rows, columns) in new[] { (16, 16), (12, 40), (64, 70), (3, 5) })
        {
            var operands = new Operands(3);
            var (left, right) = (operands.Normal(type, 1000, rows), operands.Normal(type, 1000, columns));
            var output = operands.Normal(type, rows, columns);
            Emulated.Agrees(new ContractCall(left, [0, 1], right, [0, 2], output, [1, 2], 0.5, true), operands, tolerance);
        }
    }

    [EmulatedCudaTheory]
    [InlineData(264, 256)]
    [InlineData(300, 270)]
    public void Large_products_take_large_tiles(int rows, int columns)
    {
        var operands = new Operands(4);
        var type = ElementType.Float32;
        var (left, right) = (operands.Normal(type, rows, 40), operands.Normal(type, 40, columns));
        var output = operands.Normal(type, rows, columns);
        Emulated.Agrees(new ContractCall(left, [0, 1], right, [1, 2], output, [0, 2], 1, false), operands, 1e-5);
    }

    /// <summary>TF32 keeps 11 significant bits of a factor and BF16 8; a product's error is at most twice half a last bit.</summary>
    [EmulatedCudaTheory]
    [InlineData(CudaPrecision.Tf32, 1e-3)]
    [InlineData(CudaPrecision.Bf16, 8e-3)]
    public void Tensor_cores_round_factors_and_nothing_else(CudaPrecision precision, double tolerance)
    {
        foreach (var (rows, columns, depth) in new[] { (64, 64, 16), (50, 70, 33), (17, 130, 100) })
        {
            var operands = new Operands(5);
            var type = ElementType.Float32;
            var (left, right) = (operands.Normal(type, rows, depth), operands.Normal(type, columns, depth));
            var output = operands.Normal(type, rows, columns);
            var call = new ContractCall(left, [0, 1], right, [2, 1], output, [0, 2], 1, false);
            Emulated.Agrees(call, operands, tolerance, precision);

            // And they do round: full precision is much closer.
            Assert.ThrowsAny<Exception>(() => Emulated.Agrees(call, operands, tolerance / 100, precision));
        }
    }

    [EmulatedCudaFact]
    public void Chains_beyond_the_parameters_of_a_launch()
    {
        var operands = new Operands(6);
        var type = ElementType.Float64;
        Operand[] inputs = [.. Enumerable.Range(0, 40).Select(_ => operands.Normal(type, 7, 5))];
        var output = operands.Normal(type, 7, 5);
        MapStep[] steps =
        [
            .. Enumerable.Range(0, 40).Select(i => new MapStep(MapFunction.Tanh, i)),
            .. Enumerable.Range(0, 39).Select(i => new MapStep(
                i % 2 == 0 ? MapFunction.Add : MapFunction.Multiply, i == 0 ? 40 : 79 + i, 41 + i)),
        ];
        Emulated.Agrees(new MapCall(inputs, steps, output), operands, 1e-13);
    }
}
