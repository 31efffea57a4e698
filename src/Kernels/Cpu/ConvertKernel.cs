using System.Numerics;
using Looped.Tensors;

namespace Looped.Kernels.Cpu;

/// <summary>Copies elements of any type to elements of another.</summary>
internal sealed unsafe class ConvertKernel<T> : CpuKernel
    where T : unmanaged, INumber<T>
{
    private readonly byte* _input;
    private readonly T* _output;
    private readonly ElementType _type;
    private readonly Odometer _elements;

    public ConvertKernel(Operand input, Operand output, HostMemory arena)
    {
        _input = arena.Pointer + input.Offset;
        _output = (T*)(arena.Pointer + output.Offset);
        _type = input.Type;
        var nest = LoopNest.Over(output.Shape, input, output);
        _elements = new Odometer(nest.Extents, nest.Strides);
    }

    public override void Run(int worker)
    {
        switch (_type)
        {
            case ElementType.Float32:
                Run((float*)_input);
                break;
            case ElementType.Int32:
                Run((int*)_input);
                break;
            default:
                Run((double*)_input);
                break;
        }
    }

    private void Run<F>(F* input)
        where F : unmanaged, INumber<F>
    {
        _elements.Reset();
        for (var i = 0L; i < _elements.Count; i++, _elements.Next())
        {
            _output[_elements.Offsets[1]] = T.CreateTruncating(input[_elements.Offsets[0]]);
        }
    }
}
