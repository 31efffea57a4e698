using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>Whole matrices of derivatives as programs.</summary>
public static class Jacobians
{
    /// <summary>
    /// The program of a Jacobian: one output <c>jacobian(y,x)</c> of the shape of y followed by that of x. It runs forward
    /// where x has no more elements than y, and in reverse otherwise, all columns or rows at once.
    /// </summary>
    /// <param name="program">What is differentiated.</param>
    /// <param name="output">Name of y.</param>
    /// <param name="input">Name of x.</param>
    /// <exception cref="ArgumentException">A name is unknown, or y or x hold integers.</exception>
    public static Program Jacobian(this Program program, string output, string input)
    {
        var y = program.Output(output);
        var only = new Program(program.Inputs, [y]);
        var x = only.Differentiable([input])[0];
        var jacobian = x.Type.Shape.Size <= y.Type.Shape.Size ? Columns(only, x) : Rows(only, x);
        return new Program(program.Inputs, [new Port($"jacobian({output},{input})", jacobian)]);
    }

    /// <summary>
    /// The program of one block of the Hessian: <c>hessian(p,q)</c>, the derivative in q of the gradient in p, of the
    /// shape of p followed by that of q; forward over reverse.
    /// </summary>
    /// <param name="program">A program whose first output is a scalar.</param>
    /// <param name="row">Name of p.</param>
    /// <param name="column">Name of q.</param>
    /// <exception cref="ArgumentException">As <see cref="ReverseMode.Gradient"/>.</exception>
    public static Program HessianBlock(this Program program, string row, string column)
    {
        var gradient = program.Gradient(row);
        var block = Columns(gradient, gradient.Differentiable([column])[0]);
        return new Program(program.Inputs, [new Port($"hessian({row},{column})", block)]);
    }

    /// <summary>
    /// The program of the whole Hessian in the parameters, a block <c>hessian(p,q)</c> for each pair. For a flat matrix
    /// under a memory budget see <see cref="HessianEvaluator"/>.
    /// </summary>
    /// <param name="program">A program whose first output is a scalar.</param>
    /// <exception cref="ArgumentException">As <see cref="ReverseMode.Gradient"/>.</exception>
    public static Program Hessian(this Program program)
    {
        Port[] parameters = [.. program.Parameters];
        var blocks =
            from p in parameters
            from q in parameters
            select program.HessianBlock(p.Name, q.Name).Outputs[0];
        return new Program(program.Inputs, [.. blocks]);
    }

    /// <summary>Forward mode along every element of x: the directions, innermost, are x's own axes.</summary>
    private static Value Columns(Program program, Port x)
    {
        var size = checked((int)x.Type.Shape.Size);
        var axis = new Directions(size);
        var basis = Op.Reshape(Op.Identity(program.Graph, x.Type.Element, size), axis.Shape(x.Type.Shape));
        var tangent = ForwardMode.Tangents(program, new Dictionary<Value, Value> { [x.Value] = basis }, axis)[0].Value;
        return Op.Reshape(tangent, Join(program.Outputs[0].Type.Shape, x.Type.Shape));
    }

    /// <summary>Reverse mode from every element of y at once.</summary>
    private static Value Rows(Program program, Port x)
    {
        var y = program.Outputs[0];
        var size = checked((int)y.Type.Shape.Size);
        var axis = new Directions(size);
        var basis = Op.Reshape(Op.Identity(program.Graph, y.Type.Element, size), axis.Shape(y.Type.Shape));
        var vjp = program.Vjp(directions: null, x.Name);
        var cotangent = vjp.Inputs[^1];
        var products = ForwardMode.Tangents(
            vjp, new Dictionary<Value, Value> { [cotangent.Value] = basis }, axis)[0].Value;

        // The axis of y's elements comes out innermost and belongs first.
        var rank = x.Type.Shape.Rank;
        return Op.Reshape(
            Op.Transpose(products, [rank, .. Enumerable.Range(0, rank)]), Join(y.Type.Shape, x.Type.Shape));
    }

    private static Shape Join(Shape first, Shape second) => new([.. first, .. second]);
}
