using Looped.Kernels;
using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>
/// The late stage of products for one block of data, with what the early stage left at the last theta in its memory.
/// </summary>
internal sealed class StagedProducts : IDisposable
{
    private readonly Executable _executable;
    private readonly (Executable.Slot Slot, ParameterGroup Group)[] _theta;
    private readonly (Executable.Slot Slot, string Name)[] _data;
    private readonly Executable.Slot[] _kept;

    public StagedProducts(StagedProgram staged, ParameterLayout layout, IBackend backend)
    {
        _executable = staged.Late.Compile(backend);
        var names = staged.Late.Inputs.Select(input => input.Name).ToHashSet();
        _theta =
        [
            .. layout.Groups.Where(group => names.Contains(group.Name))
                .Select(group => (_executable.Input(group.Name), group)),
        ];
        _kept = [.. staged.Kept.Select(_executable.Input)];
        _data =
        [
            .. staged.Late.Inputs.Where(input => input.Role == InputRole.Data && !staged.Kept.Contains(input.Name))
                .Select(input => (_executable.Input(input.Name), input.Name)),
        ];
        Slots = [.. layout.Groups.Select((group, g) => (
            _executable.Input($"tangent({group.Name})"), _executable.Output(staged.Late.Outputs[g].Name)))];
    }

    public long Bytes => _executable.Bytes;

    /// <summary>Directions and products of each parameter.</summary>
    public (Executable.Slot Tangent, Executable.Slot Product)[] Slots { get; }

    /// <summary>Takes in what depends on theta and data.</summary>
    /// <param name="theta">(P,).</param>
    /// <param name="block">The data.</param>
    /// <param name="kept">What the early stage made of both, in order.</param>
    public void Prepare(ReadOnlySpan<double> theta, DataBlock block, Executable.Slot[] kept)
    {
        foreach (var (slot, group) in _theta)
        {
            slot.Write(theta.Slice(group.Offset, group.Size));
        }

        foreach (var (slot, name) in _data)
        {
            BoundProgram.Write(slot, block, name);
        }

        for (var i = 0; i < _kept.Length; i++)
        {
            switch (kept[i].Type.Element)
            {
                case ElementType.Float32:
                    Copy<float>(kept[i], _kept[i]);
                    break;
                case ElementType.Int32:
                    Copy<int>(kept[i], _kept[i]);
                    break;
                default:
                    Copy<double>(kept[i], _kept[i]);
                    break;
            }
        }
    }

    public void Execute() => _executable.Execute();

    public void Dispose() => _executable.Dispose();

    /// <summary>Rarely done, when theta has moved; so it may allocate.</summary>
    private static void Copy<T>(Executable.Slot from, Executable.Slot to)
        where T : unmanaged
    {
        var elements = new T[from.Type.Shape.Size];
        from.Read<T>(elements);
        to.Write<T>(elements);
    }
}
