using Looped.Autodiff;

namespace Looped.Models.Optimizers;

/// <summary>From the parameters of one model to those of another that shares some of them.</summary>
internal static class Layouts
{
    /// <summary>
    /// The numbers of a vector at the groups that both layouts have, by name; at the others, those of
    /// <paramref name="otherwise"/>.
    /// </summary>
    /// <exception cref="ArgumentException">A vector is not of its layout, or a group has another size in the other.</exception>
    public static double[] Carry(
        ParameterLayout from, ReadOnlySpan<double> vector, ParameterLayout to, ReadOnlySpan<double> otherwise)
    {
        if (vector.Length != from.Size || otherwise.Length != to.Size)
        {
            throw new ArgumentException(
                $"{vector.Length} and {otherwise.Length} numbers are not of layouts of {from.Size} and {to.Size} parameters");
        }

        var carried = otherwise.ToArray();
        foreach (var group in from.Groups)
        {
            foreach (var target in to.Groups)
            {
                if (target.Name != group.Name)
                {
                    continue;
                }

                if (target.Size != group.Size)
                {
                    throw new ArgumentException(
                        $"parameter '{group.Name}' has {group.Size} numbers in one model and {target.Size} in the other");
                }

                vector.Slice(group.Offset, group.Size).CopyTo(carried.AsSpan(target.Offset));
            }
        }

        return carried;
    }
}
