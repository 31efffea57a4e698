using System.Numerics;
using Looped.Kernels.Calls;

namespace Looped.Kernels.Cpu;

/// <summary>Counts along one axis.</summary>
internal sealed unsafe class IotaKernel<T>(IotaCall call, HostMemory arena) : CpuKernel
    where T : unmanaged, INumber<T>
{
    private readonly T* _output = (T*)(arena.Pointer + call.Output.Offset);
    private readonly int _count = call.Output.Shape[0];
    private readonly long _step = call.Output.Strides[0];

    public override void Run(int worker)
    {
        for (var i = 0; i < _count; i++)
        {
            _output[i * _step] = T.CreateTruncating(i);
        }
    }
}
