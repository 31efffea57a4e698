using System.Globalization;
using Looped.Tensors;

namespace Looped.Analysis.Operators;

/// <summary>
/// Whether an operator is one: two products with the same vector must agree to the bit. A model with dropout, data that
/// change between runs or sums of no fixed order have no Hessian that an iteration could speak of, and every method here
/// would go on with it in silence.
/// </summary>
public static class DeterminismProbe
{
    /// <summary>Compares two products with one random vector.</summary>
    /// <param name="matrix">The operator.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="forget">Makes the operator forget what it keeps between products; nothing where null.</param>
    /// <exception cref="InvalidOperationException">The products differ.</exception>
    public static void Require(ICurvatureOperator matrix, string name, Action? forget = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        var vector = new double[matrix.Size];
        var (first, second) = (new double[matrix.Size], new double[matrix.Size]);
        new Philox(0, "determinism probe").FillNormal(vector, 1);
        matrix.Apply(vector, first);
        forget?.Invoke();
        matrix.Apply(vector, second);
        for (var i = 0; i < first.Length; i++)
        {
            if (BitConverter.DoubleToInt64Bits(first[i]) != BitConverter.DoubleToInt64Bits(second[i]))
            {
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"two products of the {name} with one vector differ: element {i} is {first[i]:R} and then {second[i]:R}, " +
                    $"so the model or its data change between runs"));
            }
        }
    }
}
