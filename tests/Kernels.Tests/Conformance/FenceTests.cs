using Looped.Tensors;

namespace Looped.Kernels.Tests.Conformance;

public unsafe class FenceTests
{
    [Fact]
    public void A_raised_fence_lets_nobody_read_and_a_lowered_one_does()
    {
        if (OperatingSystem.IsWindows())
        {
            // There the system call below would end the process, like any other touch.
            return;
        }

        var image = new ArenaImage(ElementType.Float64, new Philox(1, "fences"));
        image.Output(new Shape(3), Layout.Contiguous);
        using var memory = new HostMemory(image.Bytes.Length);
        var path = Path.GetTempFileName();
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
            foreach (var fence in image.Fences)
            {
                // The system reads for us, and returns an error where we would crash.
                void Save(int from) => RandomAccess.Write(file, new ReadOnlySpan<byte>(memory.Pointer + from, 8), 0);
                Fences.Raise(memory, image, () => Assert.ThrowsAny<IOException>(() => Save(fence)));
                Fences.Raise(memory, image, () => Assert.ThrowsAny<IOException>(() => Save(fence + ArenaImage.Page - 8)));
                Save(fence);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Operands_touch_a_fence_on_one_side_and_never_lie_in_one()
    {
        var (before, after) = (0, 0);
        for (var seed = 0UL; seed < 20; seed++)
        {
            var image = new ArenaImage(ElementType.Float32, new Philox(seed, "fences"));
            foreach (var layout in Enum.GetValues<Layout>())
            {
                var positions = ArenaImage.Positions(image.Output(new Shape(5, 7), layout));
                Assert.All(positions, position => Assert.DoesNotContain(
                    image.Fences, fence => position > fence - 4 && position < fence + ArenaImage.Page));
                before += image.Fences.Contains((int)positions.Min() - ArenaImage.Page) ? 1 : 0;
                after += image.Fences.Contains((int)positions.Max() + 4) ? 1 : 0;
            }
        }

        Assert.True(before > 20 && after > 20 && before + after == 20 * Enum.GetValues<Layout>().Length);
    }
}
