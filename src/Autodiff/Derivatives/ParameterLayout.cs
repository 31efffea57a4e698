using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>A parameter's place in the flat vector theta.</summary>
public readonly record struct ParameterGroup(string Name, Shape Shape, int Offset)
{
    /// <summary>Number of elements.</summary>
    public int Size => checked((int)Shape.Size);
}

/// <summary>How a program's parameters make one vector: one after the other as declared, each row-major.</summary>
public sealed class ParameterLayout
{
    /// <summary>The layout of a program's parameters.</summary>
    public ParameterLayout(Program program)
    {
        var groups = new List<ParameterGroup>();
        var offset = 0;
        foreach (var parameter in program.Parameters)
        {
            groups.Add(new ParameterGroup(parameter.Name, parameter.Type.Shape, offset));
            offset = checked(offset + groups[^1].Size);
        }

        Groups = groups;
        Size = offset;
    }

    /// <summary>The parameters, in order.</summary>
    public IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>P: the length of theta.</summary>
    public int Size { get; }

    /// <summary>Refuses anything but so many vectors of P numbers, one after the other.</summary>
    internal void Require(int numbers, int vectors, string name)
    {
        if (numbers != (long)vectors * Size)
        {
            throw new ArgumentException($"{name} has {numbers} numbers, not {vectors} times {Size}");
        }
    }
}
