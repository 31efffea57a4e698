using Looped.Kernels.Calls;
using Looped.Kernels.Cuda;
using Looped.Kernels.Reference;
using Looped.Tensors;

namespace Looped.Kernels.Tests.Cuda;

/// <summary>Calls on the emulated CUDA device and on the reference.</summary>
internal static class Emulated
{
    /// <summary>The device.</summary>
    public static CudaDevice Device => CudaDevice.All()[0];

    /// <summary>
    /// The same operands and call on both backends: they agree within a tolerance times the largest result, whatever the
    /// order of a block's threads.
    /// </summary>
    /// <param name="call">From operands made by <paramref name="arena"/>.</param>
    /// <param name="arena">The operands.</param>
    /// <param name="tolerance">For each element.</param>
    /// <param name="precision">What products may lose.</param>
    public static void Agrees(
        KernelCall call, Operands arena, double tolerance, CudaPrecision precision = CudaPrecision.Full)
    {
        var expected = arena.Run(new ReferenceBackend(), call);
        var bound = tolerance * expected.Max(Math.Abs);
        for (var order = 0; order < 4; order++)
        {
            EmulatedCuda.SetOrder(order);
            var actual = arena.Run(new CudaBackend(Device, precision), call);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, bound));
        }
    }
}

/// <summary>Contiguous operands filled with normal numbers, one behind the other.</summary>
internal sealed class Operands(ulong seed)
{
    private readonly List<double> _values = [];
    private readonly Philox _random = new(seed, "operands");
    private ElementType _type;

    /// <summary>A new operand.</summary>
    public Operand Normal(ElementType type, params int[] extents)
    {
        _type = type;
        var operand = new Operand(_values.Count * type.Size(), type, new Shape(extents));
        _values.AddRange(Enumerable.Range(0, (int)operand.Shape.Size).Select(_ => _random.NextNormal()));

        // The next one begins where a vector may.
        _values.AddRange(new double[(4 - (_values.Count % 4)) % 4]);
        return operand;
    }

    /// <summary>The results of a call.</summary>
    public double[] Run(IBackend backend, KernelCall call)
    {
        using var memory = backend.Allocate(_values.Count * _type.Size());
        using var sequence = backend.Prepare([call], memory);
        var bytes = new byte[memory.Bytes];
        for (var i = 0; i < _values.Count; i++)
        {
            Convert(_values[i]).CopyTo(bytes, i * _type.Size());
        }

        memory.Write(0, bytes);
        sequence.Run();
        memory.Read(0, bytes);
        return
        [
            .. Enumerable.Range(0, (int)call.Output.Shape.Size).Select(i => (int)call.Output.Offset + (i * _type.Size()))
                .Select(at => _type == ElementType.Float64 ? BitConverter.ToDouble(bytes, at) : BitConverter.ToSingle(bytes, at)),
        ];

        byte[] Convert(double value) =>
            _type == ElementType.Float64 ? BitConverter.GetBytes(value) : BitConverter.GetBytes((float)value);
    }
}
