using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>Named arrays: a point in the space of a program's inputs.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, double[]> _values = [];

    public double[] this[string name]
    {
        get => _values[name];
        set => _values[name] = value;
    }

    /// <summary>Numbers for some inputs of a program.</summary>
    public static Arguments Draw(IEnumerable<Port> inputs, Func<double> draw)
    {
        var arguments = new Arguments();
        foreach (var input in inputs)
        {
            arguments[input.Name] = [.. Enumerable.Range(0, (int)input.Type.Shape.Size).Select(_ => draw())];
        }

        return arguments;
    }

    /// <summary>Normal numbers for some inputs of a program; for whole numbers 0 and 1.</summary>
    public static Arguments Normal(IEnumerable<Port> inputs, Philox random)
    {
        var arguments = new Arguments();
        foreach (var input in inputs)
        {
            var isReal = input.Type.Element.IsFloat();
            arguments[input.Name] =
            [
                .. Enumerable.Range(0, (int)input.Type.Shape.Size)
                    .Select(_ => isReal ? random.NextNormal() : random.NextInt(2)),
            ];
        }

        return arguments;
    }

    /// <summary>These with others beside them.</summary>
    public Arguments With(Arguments others)
    {
        var all = new Arguments();
        foreach (var (name, values) in _values.Concat(others._values))
        {
            all[name] = values;
        }

        return all;
    }

    /// <summary>These in float32.</summary>
    public Arguments Rounded()
    {
        var rounded = new Arguments();
        foreach (var (name, values) in _values)
        {
            rounded[name] = [.. values.Select(x => (double)(float)x)];
        }

        return rounded;
    }

    /// <summary>The same arrays as tangents.</summary>
    public Arguments AsTangents()
    {
        var tangents = new Arguments();
        foreach (var (name, values) in _values)
        {
            tangents[$"tangent({name})"] = values;
        }

        return tangents;
    }

    /// <summary>This point moved by a step along a direction.</summary>
    public Arguments Move(double step, Arguments direction)
    {
        var moved = With(new Arguments());
        foreach (var (name, values) in direction._values)
        {
            moved[name] = [.. _values[name].Zip(values, (x, v) => x + (step * v))];
        }

        return moved;
    }

    /// <summary>Several points with their index as the innermost axis.</summary>
    public static Arguments Interleave(IReadOnlyList<Arguments> points)
    {
        var all = new Arguments();
        foreach (var (name, first) in points[0]._values)
        {
            all[name] = [.. Enumerable.Range(0, first.Length).SelectMany(i => points.Select(point => point[name][i]))];
        }

        return all;
    }

    /// <summary>The arrays of these names, one after the other.</summary>
    public double[] Flat(IEnumerable<string> names) => [.. names.SelectMany(name => _values[name])];
}
