using FsCheck;
using FsCheck.Fluent;

namespace Looped.Tensors.Tests;

public class ShapeTests
{
    private static readonly Arbitrary<int[]> Extents =
        Gen.Choose(0, 4).SelectMany(rank => Gen.Choose(0, 4).ArrayOf(rank)).ToArbitrary();

    [Fact]
    public void A_scalar_has_one_element_and_no_axis()
    {
        Assert.Equal(0, Shape.Scalar.Rank);
        Assert.Equal(1, Shape.Scalar.Size);
        Assert.Equal("()", Shape.Scalar.ToString());
    }

    [Fact]
    public void Shapes_are_written_as_the_field_writes_them() =>
        Assert.Equal("(27,3,8)", new Shape(27, 3, 8).ToString());

    [Fact]
    public void Negative_extents_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, -1));

    [Fact]
    public void Size_is_the_product_of_the_extents_beyond_32_bits() =>
        Assert.Equal(1L << 40, new Shape(1 << 20, 1 << 20).Size);

    [Fact]
    public void Size_is_the_product_of_the_extents() =>
        Prop.ForAll(
                Extents,
                extents => new Shape(extents).Size == extents.Aggregate(1, (product, extent) => product * extent))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Strides_count_the_elements_in_row_major_order() =>
        Prop.ForAll(Extents, extents =>
        {
            var shape = new Shape(extents);
            var strides = shape.Strides();
            return RowMajor(extents).Select((index, position) =>
                index.Zip(strides, (i, stride) => i * stride).Sum() == position).All(equal => equal);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Shapes_are_equal_by_value() =>
        Prop.ForAll(Extents, Extents, (left, right) =>
        {
            var (a, b) = (new Shape(left), new Shape(right));
            return a.Equals(b) == left.SequenceEqual(right)
                && a.Equals(new Shape(left))
                && a.GetHashCode() == new Shape(left).GetHashCode();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Appending_an_axis_is_undone_by_dropping_it() =>
        Prop.ForAll(Extents, extents =>
        {
            var shape = new Shape(extents);
            var longer = shape.Append(5);
            return longer.Rank == shape.Rank + 1 && longer[shape.Rank] == 5 && longer.DropLast().Equals(shape);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(new[] { 4, 1, 3 }, new[] { 2, 3 }, new[] { 4, 2, 3 })]
    [InlineData(new int[0], new[] { 2, 3 }, new[] { 2, 3 })]
    [InlineData(new[] { 0, 3 }, new[] { 1, 3 }, new[] { 0, 3 })]
    public void Broadcasting_stretches_extents_of_one(int[] left, int[] right, int[] expected)
    {
        Assert.Equal(new Shape(expected), Shape.Broadcast(new Shape(left), new Shape(right)));
        Assert.Equal(new Shape(expected), Shape.Broadcast(new Shape(right), new Shape(left)));
    }

    [Theory]
    [InlineData(new[] { 2 }, new[] { 3 })]
    [InlineData(new[] { 0 }, new[] { 3 })]
    [InlineData(new[] { 2, 3 }, new[] { 3, 2 })]
    public void Extents_that_differ_and_are_not_one_do_not_broadcast(int[] left, int[] right) =>
        Assert.Null(Shape.Broadcast(new Shape(left), new Shape(right)));

    private static IEnumerable<int[]> RowMajor(int[] extents) =>
        extents.Aggregate(
            (IEnumerable<int[]>)[[]],
            (indices, extent) => indices.SelectMany(
                index => Enumerable.Range(0, extent).Select(i => (int[])[.. index, i])));
}
