using Looped.Tensors;

namespace Looped.Kernels.Tests;

public class OperandTests
{
    private static readonly Operand Matrix = new(64, ElementType.Float64, new Shape(3, 4));

    [Fact]
    public void A_transposed_operand_exchanges_strides()
    {
        var transposed = Matrix.Transpose([1, 0]);
        Assert.Equal(new Shape(4, 3), transposed.Shape);
        Assert.Equal([1, 4], transposed.Strides.ToArray());
        Assert.False(transposed.IsContiguous);
        Assert.Null(transposed.Reshape(new Shape(12)));
    }

    [Fact]
    public void A_slice_starts_at_its_first_element()
    {
        Assert.Equal(64 + (8 * 4), Matrix.Slice(0, 1, 2).Offset);
        Assert.True(Matrix.Slice(0, 1, 2).IsContiguous);
        Assert.Equal(64 + (8 * 2), Matrix.Slice(1, 2, 1).Offset);
        Assert.False(Matrix.Slice(1, 2, 1).IsContiguous);
    }

    [Fact]
    public void A_broadcast_repeats_by_strides_of_zero()
    {
        var row = new Operand(0, ElementType.Float32, new Shape(1, 4)).Broadcast(new Shape(2, 3, 4));
        Assert.Equal([0, 0, 1], row.Strides.ToArray());
        Assert.False(row.IsContiguous);
    }

    [Fact]
    public void Strides_of_axes_of_extent_one_do_not_matter() =>
        Assert.True(new Operand(0, ElementType.Float32, new Shape(2, 1, 3), [3, 99, 1]).IsContiguous);

    [Fact]
    public void Strides_must_fit_the_shape() =>
        Assert.Contains("(2,3)", Assert.Throws<ArgumentException>(
            () => new Operand(0, ElementType.Float32, new Shape(2, 3), [1])).Message);
}
