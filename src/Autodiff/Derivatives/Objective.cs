using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>The values of a program's data inputs, by name, each row-major.</summary>
/// <param name="values">Those of float64.</param>
/// <param name="integers">Those of int32; none where null.</param>
public sealed class DataBlock(
    IReadOnlyDictionary<string, double[]> values, IReadOnlyDictionary<string, int[]>? integers = null)
{
    /// <summary>Value by name, of inputs of float64.</summary>
    public IReadOnlyDictionary<string, double[]> Values { get; } = values;

    /// <summary>Value by name, of inputs of int32.</summary>
    public IReadOnlyDictionary<string, int[]> Integers { get; } = integers ?? new Dictionary<string, int[]>();

    /// <summary>How often the values were changed in place.</summary>
    internal int Revision { get; private set; }

    /// <summary>Says that values were changed in place, so that evaluators read them again.</summary>
    public void Revise() => Revision++;

    /// <summary>How many numbers there are for an input; null where there are none of its name and type.</summary>
    internal int? Count(Port input) => input.Type.Element == ElementType.Int32
        ? Integers.GetValueOrDefault(input.Name)?.Length
        : Values.GetValueOrDefault(input.Name)?.Length;
}

/// <summary>
/// A scalar function of a flat parameter vector theta: the sum of a traced loss over blocks of data. Blocks keep the
/// memory of one run small and give threads work of their own; their results are added in order, so that bits do not
/// depend on the number of threads. All real numbers are float64; data may be integers.
/// </summary>
public sealed class Objective
{
    /// <summary>The sum of a loss over blocks.</summary>
    /// <param name="loss">A program whose first output is a scalar and whose inputs are parameters and data.</param>
    /// <param name="blocks">The data of each block; at least one.</param>
    /// <exception cref="ArgumentException">
    /// The loss is no scalar or has no parameters, or a block lacks an input or has one of wrong size.
    /// </exception>
    public Objective(Program loss, IReadOnlyList<DataBlock> blocks)
    {
        if (loss.Outputs[0].Type.Shape.Rank != 0)
        {
            throw new ArgumentException($"an objective needs a scalar loss, not {loss.Outputs[0].Type}");
        }

        if (blocks.Count == 0)
        {
            throw new ArgumentException("an objective needs at least one block of data");
        }

        foreach (var input in loss.Inputs)
        {
            var isIndex = input is { Role: InputRole.Data, Type.Element: ElementType.Int32 };
            if (input.Type.Element != ElementType.Float64 && !isIndex)
            {
                throw new ArgumentException(
                    $"input '{input.Name}' is {input.Type}; an objective is float64, and its data may be int32");
            }

            if (input.Role == InputRole.Data && blocks.Any(block => block.Count(input) != input.Type.Shape.Size))
            {
                throw new ArgumentException($"a block lacks {input.Type.Shape.Size} numbers for '{input.Name}', {input.Type}");
            }
        }

        Loss = loss;
        Blocks = blocks;
        Layout = new ParameterLayout(loss);
        if (Layout.Size == 0)
        {
            throw new ArgumentException("an objective needs a parameter to differentiate in");
        }
    }

    /// <summary>The loss of one block.</summary>
    public Program Loss { get; }

    /// <summary>The data.</summary>
    public IReadOnlyList<DataBlock> Blocks { get; }

    /// <summary>How theta is laid out.</summary>
    public ParameterLayout Layout { get; }
}

/// <summary>
/// A compiled program with theta, data and directions bound to its inputs: what the evaluators of derivatives share.
/// </summary>
internal sealed class BoundProgram : IDisposable
{
    private readonly Executable _executable;
    private readonly (Executable.Slot Slot, ParameterGroup Group)[] _parameters;
    private readonly (Executable.Slot Slot, string Name)[] _data;
    private (DataBlock? Block, int Revision) _written;

    public BoundProgram(Program program, ParameterLayout layout, IBackend backend)
    {
        _executable = program.Compile(backend);
        _parameters = [.. layout.Groups.Select(group => (_executable.Input(group.Name), group))];
        _data =
        [
            .. program.Inputs.Where(input => input.Role == InputRole.Data)
                .Select(input => (_executable.Input(input.Name), input.Name)),
        ];
    }

    public long Bytes => _executable.Bytes;

    public Executable.Slot Input(string name) => _executable.Input(name);

    public Executable.Slot Output(string name) => _executable.Output(name);

    public void WriteTheta(ReadOnlySpan<double> theta)
    {
        foreach (var (slot, group) in _parameters)
        {
            slot.Write(theta.Slice(group.Offset, group.Size));
        }
    }

    public void Execute(DataBlock block)
    {
        if (_written != (block, block.Revision))
        {
            foreach (var (slot, name) in _data)
            {
                Write(slot, block, name);
            }

            _written = (block, block.Revision);
        }

        _executable.Execute();
    }

    public void Dispose() => _executable.Dispose();

    /// <summary>Writes an input's values from a block of data.</summary>
    public static void Write(Executable.Slot slot, DataBlock block, string name)
    {
        if (slot.Type.Element == ElementType.Int32)
        {
            slot.Write<int>(block.Integers[name]);
        }
        else
        {
            slot.Write<double>(block.Values[name]);
        }
    }
}
