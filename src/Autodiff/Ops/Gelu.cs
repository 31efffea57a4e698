using Looped.Kernels.Calls;

namespace Looped.Autodiff;

/// <summary>The two functions that are called GELU.</summary>
public enum GeluForm
{
    /// <summary><c>x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2</c>, as in GPT-2.</summary>
    Tanh,

    /// <summary><c>x (1 + erf(x / sqrt 2)) / 2</c>: x times the normal distribution function.</summary>
    Exact,
}

/// <summary>
/// GELU, <c>y = x (1 + t) / 2</c> (Hendrycks and Gimpel, 2016), or a derivative of it in x. The second operand is <c>t
/// = tanh u</c>, <c>u = s (x + c x^3)</c>, or <c>t = erf(x / sqrt 2)</c>: a value that all orders share, since it costs
/// more than all the rest. As t is a function of x, the rules for x are of the whole derivative, and t passes nothing
/// on. With <c>q = 1 - t^2</c>, <c>t' = q u'</c>, <c>t'' = q (u'' - 2 t u'^2)</c>, <c>t''' = q (u''' - 2 t' u'^2 - 4 t
/// u' u'') - 2 t t' t'' / q</c>: <c>y' = (1 + t + x t') / 2</c>, <c>y'' = t' + x t'' / 2</c>, <c>y''' = (3 t'' + x
/// t''') / 2</c>; in the exact form <c>y' = (1 + t) / 2 + x phi</c>, <c>y'' = phi (2 - x^2)</c>, <c>y''' = phi (x^3 - 4
/// x)</c>, phi being the normal density. The third derivative is written in other operations, and so has all further
/// ones.
/// </summary>
public sealed record Gelu(GeluForm Form, int Order) : ElementwiseOperation
{
    internal const double Slope = 0.79788456080286536;
    internal const double Cubic = 0.044715;
    private const double Density = 0.3989422804014327;

    /// <inheritdoc/>
    public override MapStep Step => new(
        (Form, Order) switch
        {
            (_, 0) => MapFunction.Gelu,
            (GeluForm.Tanh, 1) => MapFunction.GeluTanhSlope,
            (GeluForm.Tanh, _) => MapFunction.GeluTanhCurvature,
            (_, 1) => MapFunction.GeluErfSlope,
            _ => MapFunction.GeluErfCurvature,
        },
        0,
        1);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> operands) => Broadcasting.Infer(this, operands);

    /// <inheritdoc/>
    public override Value? Jvp(Value result, int operand, Value tangent, Directions directions) =>
        operand == 0 ? directions.Lift(Derivative(result)) * tangent : null;

    /// <inheritdoc/>
    public override Value? Vjp(Value result, int operand, Value cotangent) =>
        operand == 0 ? Derivative(result) * cotangent : null;

    /// <inheritdoc/>
    public override long Flops(IReadOnlyList<TensorType> operands, TensorType result) =>
        (Order + 1) * 4 * result.Shape.Size;

    private Value Derivative(Value result)
    {
        var (x, t) = (result.Operands[0], result.Operands[1]);
        return (Order, Form) switch
        {
            ( < 2, _) => x.Graph.Apply(this with { Order = Order + 1 }, x, t),
            (_, GeluForm.Tanh) => ThirdOfTanh(x, t),
            _ => Density * Op.Exp(-0.5 * (x * x)) * ((x * x * x) - (4 * x)),
        };
    }

    private static Value ThirdOfTanh(Value x, Value t)
    {
        var u1 = (3 * Slope * Cubic * (x * x)) + Slope;
        var u2 = 6 * Slope * Cubic * x;
        var q = 1 - (t * t);
        var t1 = q * u1;
        var bend = u2 - (2 * t * u1 * u1);
        var t3 = (q * ((6 * Slope * Cubic) - (2 * t1 * u1 * u1) - (4 * t * u1 * u2))) - (2 * t * t1 * bend);
        return 0.5 * ((3 * q * bend) + (x * t3));
    }
}

/// <summary>The operations as functions of values.</summary>
public static partial class Op
{
    /// <summary>The Gaussian error linear unit of each element.</summary>
    /// <exception cref="ShapeException">The elements are no real numbers.</exception>
    public static Value Gelu(Value operand, GeluForm form)
    {
        var bounded = form == GeluForm.Tanh
            ? Tanh(operand * ((Autodiff.Gelu.Slope * Autodiff.Gelu.Cubic * (operand * operand)) + Autodiff.Gelu.Slope))
            : Erf(Math.Sqrt(0.5) * operand);
        return operand.Graph.Apply(new Gelu(form, 0), operand, bounded);
    }
}
