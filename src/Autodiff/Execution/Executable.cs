using System.Runtime.InteropServices;
using Looped.Autodiff.Execution;
using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// A program with its memory on a backend, ready to run: write the inputs, execute, read the outputs. A run allocates
/// nothing. One thread at a time may use it.
/// </summary>
public sealed class Executable : IDisposable
{
    private readonly IDeviceMemory _arena;
    private readonly IKernelSequence _sequence;
    private readonly Dictionary<string, Slot> _slots = [];

    internal Executable(Program program, IBackend backend, IReadOnlyList<(string Output, string Input)> carries)
    {
        Program = program;
        var plan = MemoryPlan.Of(
            program,
            [.. carries.Select(carry => (program.Output(carry.Output).Value, program.Input(carry.Input).Value))]);
        var calls = new List<KernelCall>(Lowering.Calls(plan));
        var bytes = plan.Bytes;
        foreach (var output in program.Outputs)
        {
            var place = plan.Locate(output.Value);
            if (!place.IsContiguous || plan.LiesInInput(output.Value))
            {
                // Reading is a plain copy of bytes, and writing an input must not change an output, unless they are one.
                var target = new Operand(bytes, place.Type, place.Shape);
                bytes += (output.Type.Bytes + 63) / 64 * 64;
                calls.Add(Lowering.Copy(place, target));
                place = target;
            }

            _slots.Add(Key(isInput: false, output.Name), new Slot(this, place.Offset, output.Type));
        }

        foreach (var input in program.Inputs)
        {
            _slots.Add(Key(isInput: true, input.Name), new Slot(this, plan.Locate(input.Value).Offset, input.Type));
        }

        foreach (var (output, input) in carries)
        {
            var (source, target) = (Output(output), Input(input));
            if (source.Type != target.Type)
            {
                throw new ArgumentException(
                    $"output '{output}' {source.Type} cannot be carried to input '{input}' {target.Type}");
            }

            if (source.Offset != target.Offset)
            {
                calls.Add(Lowering.Copy(
                    new Operand(source.Offset, source.Type.Element, source.Type.Shape),
                    new Operand(target.Offset, target.Type.Element, target.Type.Shape)));
            }
        }

        Calls = calls;
        _arena = backend.Allocate(bytes);
        _sequence = backend.Prepare(calls, _arena);
    }

    /// <summary>What runs.</summary>
    public Program Program { get; }

    /// <summary>Bytes of all values of a run: inputs, outputs and what lies between.</summary>
    public long Bytes => _arena.Bytes;

    /// <summary>The kernel calls, for listings.</summary>
    public IReadOnlyList<KernelCall> Calls { get; }

    /// <summary>The place of an input. Find it once and keep it: looking it up builds a string.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public Slot Input(string name)
    {
        _ = Program.Input(name);
        return _slots[Key(isInput: true, name)];
    }

    /// <summary>The place of an output. Find it once and keep it: looking it up builds a string.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public Slot Output(string name)
    {
        _ = Program.Output(name);
        return _slots[Key(isInput: false, name)];
    }

    /// <summary>Runs the program on the inputs as they are.</summary>
    public void Execute() => _sequence.Run();

    /// <inheritdoc/>
    public void Dispose()
    {
        _sequence.Dispose();
        _arena.Dispose();
    }

    private static string Key(bool isInput, string name) => (isInput ? "<" : ">") + name;

    /// <summary>The memory of one input or output.</summary>
    public readonly struct Slot
    {
        private readonly Executable _owner;

        internal Slot(Executable owner, long offset, TensorType type)
        {
            _owner = owner;
            Offset = offset;
            Type = type;
        }

        /// <summary>Element type and shape.</summary>
        public TensorType Type { get; }

        internal long Offset { get; }

        /// <summary>Copies all elements in, row-major.</summary>
        /// <exception cref="ArgumentException">Type or number of the elements is not the slot's.</exception>
        public void Write<T>(ReadOnlySpan<T> elements)
            where T : unmanaged
        {
            Check<T>(elements.Length);
            _owner._arena.Write(Offset, MemoryMarshal.AsBytes(elements));
        }

        /// <summary>Copies all elements out, row-major.</summary>
        /// <exception cref="ArgumentException">Type or number of the elements is not the slot's.</exception>
        public void Read<T>(Span<T> elements)
            where T : unmanaged
        {
            Check<T>(elements.Length);
            _owner._arena.Read(Offset, MemoryMarshal.AsBytes(elements));
        }

        private void Check<T>(int count)
        {
            var element = Type.Element switch
            {
                ElementType.Float32 => typeof(float),
                ElementType.Int32 => typeof(int),
                _ => typeof(double),
            };
            if (typeof(T) != element || count != Type.Shape.Size)
            {
                throw new ArgumentException($"{count} elements of type {typeof(T).Name} are not a tensor {Type}");
            }
        }
    }
}

/// <summary>From programs to what runs.</summary>
public static class Compilation
{
    /// <summary>Plans memory, fuses operations and binds a program to a backend.</summary>
    /// <param name="program">What is to run.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="carries">
    /// Outputs that become inputs of the next run, such as a trained parameter: they are copied when a run is over.
    /// </param>
    /// <exception cref="ArgumentException">A carried output has another type than its input, or a name is unknown.</exception>
    public static Executable Compile(
        this Program program, IBackend backend, params IReadOnlyList<(string Output, string Input)> carries) =>
        new(program, backend, carries);
}
