namespace Looped.Autodiff;

/// <summary>The Gauss-Newton matrix as a program.</summary>
public static class GaussNewton
{
    /// <summary>
    /// Generalised Gauss-Newton products <c>J' H J v</c>: J is the Jacobian of an intermediate output z (the logits) in
    /// the parameters, H the Hessian of the first output in z. Given <c>tangent(p)</c>, the outputs are <c>ggn(p)</c>.
    /// Only what reaches the first output through z counts (Schraudolph, <i>Fast curvature matrix-vector products</i>,
    /// 2002).
    /// </summary>
    /// <param name="program">A program whose first output is a scalar and which has z among its outputs.</param>
    /// <param name="through">Name of z.</param>
    /// <param name="directions">How many directions one run takes, the innermost axis; null for one without an axis.</param>
    /// <exception cref="ArgumentException">The first output is no scalar or does not depend on z, or a name is unknown.</exception>
    public static Program GgnProduct(this Program program, string through, int? directions = null)
    {
        program = program.Expand();
        var axis = new Directions(directions);
        var z = program.Output(through);
        var upstream = new Program(program.Inputs, [z]);

        // J v, forward from the parameters to z.
        var jvp = upstream.Jvp(directions);
        var tangent = jvp.Outputs[0].Value;

        // The gradient in z, as a function of z: what lies before z is not looked at.
        var downstream = new Program([.. program.Inputs, z], [program.Outputs[0]]);
        var gradient = ReverseMode.Pull(downstream, ReverseMode.UnitSeed(program), [z])
            .GetValueOrDefault(z.Value) ?? throw new ArgumentException(
                $"the output '{program.Outputs[0].Name}' does not depend on '{through}'");

        // H (J v), forward through that gradient.
        var curved = ForwardMode.Tangents(
            new Program([.. program.Inputs, z], [new Port("gradient", gradient)]),
            new Dictionary<Value, Value> { [z.Value] = tangent },
            axis)[0].Value;

        // J' (H J v), in reverse from z. The map is linear in its cotangent, so it is its own tangent there, for one
        // direction as for several.
        var vjp = upstream.Vjp();
        var products = ForwardMode.Tangents(
            vjp, new Dictionary<Value, Value> { [vjp.Inputs[^1].Value] = curved }, axis);
        return new Program(
            jvp.Inputs, [.. program.Parameters.Select((p, i) => new Port($"ggn({p.Name})", products[i].Value))]);
    }
}
