namespace Looped.Kernels.Tests;

public unsafe class HostMemoryTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(4097)]
    public void Memory_is_zeroed_and_aligned(int bytes)
    {
        using var memory = new HostMemory(bytes);
        var content = new byte[bytes];
        memory.Read(0, content);
        Assert.Equal(bytes, memory.Bytes);
        Assert.All(content, element => Assert.Equal(0, element));
        Assert.Equal(0, (nint)memory.Pointer % Environment.SystemPageSize);
    }

    [Theory]
    [InlineData(4 << 20)]
    [InlineData((6 << 20) + 1)]
    public void Large_memory_is_zeroed_and_begins_a_large_page(int bytes)
    {
        using var memory = new HostMemory(bytes);
        Assert.Equal(-1, new ReadOnlySpan<byte>(memory.Pointer, bytes).IndexOfAnyExcept((byte)0));
        Assert.Equal(0, (nint)memory.Pointer % (2 << 20));
    }

    [Fact]
    public void What_is_written_is_read()
    {
        using var memory = new HostMemory(10);
        memory.Write(3, [1, 2, 3]);
        var content = new byte[10];
        memory.Read(0, content);
        Assert.Equal([0, 0, 0, 1, 2, 3, 0, 0, 0, 0], content);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(8, 3)]
    [InlineData(11, 0)]
    [InlineData(0, 11)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(long.MaxValue - 4, 10)]
    [InlineData(long.MinValue, 1)]
    public void Bytes_outside_are_refused(long offset, int length)
    {
        using var memory = new HostMemory(10);
        var bytes = new byte[length];
        foreach (var access in (Action[])[() => memory.Write(offset, bytes), () => memory.Read(offset, bytes)])
        {
            Assert.Contains("10 bytes", Assert.Throws<ArgumentOutOfRangeException>(access).Message);
        }
    }

    [Fact]
    public void The_end_may_be_touched_by_nothing()
    {
        using var memory = new HostMemory(10);
        memory.Write(10, []);
        memory.Read(10, []);
    }

    [Fact]
    public void Negative_sizes_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HostMemory(-1));

    [Fact]
    public void Disposed_memory_is_refused()
    {
        var memory = new HostMemory(10);
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory.Write(0, [1]));
        Assert.Throws<ObjectDisposedException>(() => memory.Read(0, new byte[1]));
    }
}
