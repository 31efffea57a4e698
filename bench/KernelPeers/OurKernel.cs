using Looped.Autodiff;
using Looped.Benchmarks.Roofline;
using Looped.Kernels;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Benchmarks.KernelPeers;

/// <summary>Our side of a case, compiled, with its inputs written.</summary>
public sealed class OurKernel : IDisposable
{
    private readonly Executable _executable;

    /// <summary>Compiles a case and leaves its inputs as <c>0.npy</c>, <c>1.npy</c>, .. in a folder for the other side.</summary>
    public OurKernel(PeerCase kernel, IBackend backend, string folder)
    {
        var program = kernel.Program();
        _executable = program.Compile(backend, [.. kernel.Carried.Select(name => (name, name))]);
        Cost = KernelCost.Of(_executable);
        Run = _executable.Execute;
        Inputs = program.Inputs.Count;
        for (var i = 0; i < Inputs; i++)
        {
            var input = program.Inputs[i];
            var random = new Philox(1, input.Name);
            switch (input.Type.Element)
            {
                case ElementType.Int32:
                    Write(i, input, Numbers(input, () => random.NextInt(kernel.Classes)));
                    break;
                case ElementType.Float32:
                    Write(i, input, Numbers(input, () => (float)kernel.Fill(input.Name, random.NextNormal())));
                    break;
                default:
                    Write(i, input, Numbers(input, () => kernel.Fill(input.Name, random.NextNormal())));
                    break;
            }
        }

        void Write<T>(int number, Port input, T[] values)
            where T : unmanaged
        {
            _executable.Input(input.Name).Write<T>(values);
            Npy.Write<T>(Path.Combine(folder, $"{number}.npy"), input.Type.Shape, values);
        }
    }

    /// <summary>What it has to do.</summary>
    public KernelCost Cost { get; }

    /// <summary>Computes it.</summary>
    public Action Run { get; }

    /// <summary>Number of inputs.</summary>
    public int Inputs { get; }

    /// <summary>Runs it and gives the first result.</summary>
    public double[] Result()
    {
        Run();
        var slot = _executable.Output(_executable.Program.Outputs[0].Name);
        if (slot.Type.Element == ElementType.Float64)
        {
            var numbers = new double[slot.Type.Shape.Size];
            slot.Read<double>(numbers);
            return numbers;
        }

        var narrow = new float[slot.Type.Shape.Size];
        slot.Read<float>(narrow);
        return Array.ConvertAll(narrow, number => (double)number);
    }

    /// <inheritdoc/>
    public void Dispose() => _executable.Dispose();

    private static T[] Numbers<T>(Port input, Func<T> next)
    {
        var numbers = new T[input.Type.Shape.Size];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = next();
        }

        return numbers;
    }
}
