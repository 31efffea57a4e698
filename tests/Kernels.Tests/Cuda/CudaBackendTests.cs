using Looped.Kernels.Calls;
using Looped.Kernels.Cuda;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Cuda;

/// <summary>Memory, sequences and errors of the CUDA backend.</summary>
[Collection(nameof(CountsAllocations))]
public class CudaBackendTests
{
    [EmulatedCudaFact]
    public void The_emulated_device_takes_part_in_the_conformance_suite() =>
        Assert.Equal(4, Conformance.Backends.Map(MapFunction.Copy, [1, 2]).Count(result => result is [1, 2]));

    [EmulatedCudaFact]
    public void Memory_is_zeroed_and_used_again()
    {
        var backend = new CudaBackend(Emulated.Device);
        Assert.Equal((0, 0), (backend.LiveBytes, backend.ReservedBytes));
        var first = backend.Allocate(1000);
        first.Write(0, [1, 2, 3]);
        Assert.Equal((1024, 1024), (backend.LiveBytes, backend.ReservedBytes));
        first.Dispose();
        first.Dispose();
        Assert.Equal((0, 1024), (backend.LiveBytes, backend.ReservedBytes));
        using var second = backend.Allocate(700);
        Assert.Equal((1024, 1024), (backend.LiveBytes, backend.ReservedBytes));
        var bytes = new byte[700];
        second.Read(0, bytes);
        Assert.All(bytes, value => Assert.Equal(0, value));
        using var large = backend.Allocate(3_000_000);
        Assert.Equal(1024 + (3 << 20), backend.LiveBytes);
    }

    [EmulatedCudaFact]
    public void More_bytes_than_the_staging_memory_holds_go_there_and_back()
    {
        var bytes = new byte[2_500_000];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(i * 7 / 3);
        }

        using var memory = new CudaBackend(Emulated.Device).Allocate(bytes.Length + 5);
        memory.Write(5, bytes);
        var read = new byte[bytes.Length];
        memory.Read(5, read);
        Assert.Equal(bytes, read);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Write(6, bytes));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Read(-1, new byte[1]));
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory.Read(0, new byte[1]));
    }

    [EmulatedCudaFact]
    public void Scratch_memory_lives_as_long_as_its_sequence_and_a_run_allocates_nothing()
    {
        var backend = new CudaBackend(Emulated.Device);
        var type = ElementType.Float64;
        var (left, output) = (new Operand(0, type, new Shape(600, 12)), new Operand(1 << 16, type, new Shape(12, 12)));
        using var arena = backend.Allocate(1 << 17);
        var before = backend.LiveBytes;
        var sequence = backend.Prepare(
            [
                new FillCall(0.5, left),
                new ContractCall(left, [0, 1], left, [0, 2], output, [1, 2], 1, false),
                new SoftmaxCall(output, 1, false, output),
                new MapCall([output], [new MapStep(MapFunction.Tanh, 0)], output),
            ],
            arena);
        Assert.True(backend.LiveBytes > before);
        Assert.Equal(0, Allocations.OfProcess(sequence.Run));
        sequence.Dispose();
        Assert.Equal(before, backend.LiveBytes);
    }

    /// <summary>
    /// Independent chains of calls wait for nothing of each other; what reads or overwrites another's memory does. The emulated
    /// device runs what may run in four orders.
    /// </summary>
    [EmulatedCudaFact]
    public void Calls_wait_for_those_whose_memory_they_touch()
    {
        Operand At(int place) => new(place * 64, ElementType.Float64, new Shape(8));
        KernelCall Sum(int a, int b, int to) => new MapCall([At(a), At(b)], [new MapStep(MapFunction.Add, 0, 1)], At(to));
        KernelCall[] calls =
        [
            new FillCall(1, At(0)), new FillCall(2, At(1)), Sum(0, 0, 2), Sum(1, 1, 3), Sum(2, 3, 4), new FillCall(5, At(0)),
            Sum(0, 4, 4),
        ];
        var backend = new CudaBackend(Emulated.Device);
        using var arena = backend.Allocate(512);
        var list = new LaunchList(((CudaMemory)arena).Address, 0, 0, CudaPrecision.Full);
        list.AddRange(calls);
        Assert.Equal(
            ["", "", "0", "1", "3 2", "2", "5 4"], list.Launches.Select(launch => string.Join(' ', launch.Waits)));
        using var sequence = backend.Prepare(calls, arena);
        for (var order = 0; order < 4; order++)
        {
            EmulatedCuda.SetOrder(order);
            sequence.Run();
            var bytes = new byte[8];
            arena.Read(4 * 64, bytes);
            Assert.Equal(11, BitConverter.ToDouble(bytes));
        }
    }

    [EmulatedCudaFact]
    public void What_kernels_cannot_number_is_refused_before_a_launch()
    {
        var backend = new CudaBackend(Emulated.Device);
        using var arena = backend.Allocate(64);
        var huge = new Operand(0, ElementType.Float32, new Shape(1 << 16, 1 << 16), [0, 0]);
        Assert.Throws<NotSupportedException>(() => backend.Prepare([new FillCall(0, huge)], arena));
    }

    [EmulatedCudaFact]
    public void Errors_name_the_call_the_code_and_the_kernel()
    {
        var context = new CudaContext(Emulated.Device);
        var failure = Assert.Throws<CudaException>(() => context.Function("fill", "fill_f16"));
        Assert.Equal("cuModuleGetFunction returned CUDA_ERROR_NOT_FOUND (500), kernel fill_f16", failure.Message);
        Assert.Equal(500, failure.Code);
    }

    /// <summary>A launch with a block that no kernel takes, and one whose vectors do not lie where vectors may.</summary>
    [EmulatedCudaFact(MakesFaults = true)]
    public void Faulty_launches_are_refused_or_fail_with_their_kernels_name()
    {
        const int addressOfOutput = 112;
        var context = new CudaContext(Emulated.Device);
        var lanes = new CudaLanes(context);
        using var memory = new CudaMemory(4096, new CudaMemoryPool(context), lanes);
        var operand = new Operand(0, ElementType.Float64, new Shape(64));
        var list = new LaunchList(memory.Address, 0, 0, CudaPrecision.Full);
        list.AddRange([new MapCall([operand], [new MapStep(MapFunction.Exp, 0)], operand)]);
        var sound = Assert.Single(list.Launches);

        var refused = Assert.Throws<CudaException>(
            () => new CudaSequence([sound with { Threads = 48 }], memory, null, context, lanes));
        Assert.Equal("cuGraphAddKernelNode returned CUDA_ERROR_INVALID_VALUE (1), kernel map_flat_f64", refused.Message);

        byte[] shifted = [.. sound.Arguments];
        BitConverter.TryWriteBytes(shifted.AsSpan(addressOfOutput), memory.Address + 8);
        using var sequence = new CudaSequence([sound with { Arguments = shifted }], memory, null, context, lanes);
        Assert.Equal(
            "cuGraphLaunch returned CUDA_ERROR_LAUNCH_FAILED (719), kernel map_flat_f64",
            Assert.Throws<CudaException>(sequence.Run).Message);

        // The device goes on.
        using var repaired = new CudaSequence([sound], memory, null, context, lanes);
        repaired.Run();
        var ones = new byte[8];
        memory.Read(8 * 63, ones);
        Assert.Equal(1, BitConverter.ToDouble(ones));
    }

    [EmulatedCudaFact]
    public void Devices_that_are_too_old_are_refused_with_the_reason()
    {
        var old = Emulated.Device with { Capability = new(7, 0), Problem = "its compute capability 7.0 is below 7.5" };
        Assert.Contains("7.0 is below 7.5", Assert.Throws<CudaException>(() => new CudaBackend(old)).Message);
        var turing = Emulated.Device with { Capability = new(7, 5) };
        Assert.Throws<CudaException>(() => new CudaBackend(turing, CudaPrecision.Tf32));
    }
}
