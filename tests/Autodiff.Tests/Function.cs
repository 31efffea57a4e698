using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>
/// A compiled program as a function of named arrays; other element types are converted on the way in and out.
/// </summary>
internal sealed class Function(Program program, IBackend backend) : IDisposable
{
    private readonly Executable _executable = program.Compile(backend);

    public Program Program { get; } = program;

    /// <summary>The outputs in order, one after the other, of one run.</summary>
    public static double[] Run(Program program, IBackend backend, Arguments arguments)
    {
        using var function = new Function(program, backend);
        return function.All(arguments);
    }

    /// <summary>All outputs, one after the other.</summary>
    public double[] All(Arguments arguments)
    {
        Execute(arguments);
        return [.. Program.Outputs.SelectMany(output => Read(output.Name))];
    }

    /// <summary>All outputs by name.</summary>
    public Dictionary<string, double[]> ByName(Arguments arguments)
    {
        Execute(arguments);
        return Program.Outputs.ToDictionary(output => output.Name, output => Read(output.Name));
    }

    public void Dispose() => _executable.Dispose();

    private void Execute(Arguments arguments)
    {
        foreach (var input in Program.Inputs)
        {
            var values = arguments[input.Name];
            var slot = _executable.Input(input.Name);
            switch (input.Type.Element)
            {
                case ElementType.Float64:
                    slot.Write<double>(values);
                    break;
                case ElementType.Float32:
                    slot.Write<float>([.. values.Select(value => (float)value)]);
                    break;
                default:
                    slot.Write<int>([.. values.Select(value => (int)value)]);
                    break;
            }
        }

        _executable.Execute();
    }

    private double[] Read(string output)
    {
        var slot = _executable.Output(output);
        var values = new double[slot.Type.Shape.Size];
        switch (slot.Type.Element)
        {
            case ElementType.Float64:
                slot.Read<double>(values);
                return values;
            case ElementType.Float32:
                var singles = new float[values.Length];
                slot.Read<float>(singles);
                return [.. singles.Select(single => (double)single)];
            default:
                var integers = new int[values.Length];
                slot.Read<int>(integers);
                return [.. integers.Select(integer => (double)integer)];
        }
    }
}
