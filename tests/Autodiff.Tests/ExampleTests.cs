using Looped.Kernels;
using Looped.Kernels.Cpu;
using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>
/// The examples of docs/differentiation.md, one test each, on <c>f(w) = sum_i c_i w_i^3</c>: every derivative is known.
/// </summary>
public class ExampleTests
{
    private static readonly double[] C = [1, 2, 3];
    private static readonly double[] W = [0.5, -1, 2];

    private static readonly Program Cubes = Program.Trace(tracer =>
    {
        var c = tracer.Data("c", new Shape(3));
        var w = tracer.Parameter("w", new Shape(3));
        return Op.Sum(c * w * w * w);
    });

    private static double[] Run(Program program, string output, params (string Name, double[] Values)[] inputs)
    {
        using var run = program.Compile(new CpuBackend());
        run.Input("c").Write<double>(C);
        run.Input("w").Write<double>(W);
        foreach (var (name, values) in inputs)
        {
            run.Input(name).Write<double>(values);
        }

        run.Execute();
        var result = new double[run.Output(output).Type.Shape.Size];
        run.Output(output).Read<double>(result);
        return result;
    }

    [Fact]
    public void Gradient() => Agree.Within(
        1e-15, [.. W.Select((w, i) => 3 * C[i] * w * w)], Run(Cubes.Gradient(), "grad(w)"));

    [Fact]
    public void ValueAndGradient() => Agree.Within(
        1e-15, [W.Select((w, i) => C[i] * w * w * w).Sum()], Run(Cubes.ValueAndGradient(), "value"));

    [Fact]
    public void Jvp() => Agree.Within(
        1e-15,
        [W.Select((w, i) => 3 * C[i] * w * w * (i + 1)).Sum()],
        Run(Cubes.Jvp(), "tangent(value)", ("tangent(w)", [1, 2, 3])));

    [Fact]
    public void Vjp() => Agree.Within(
        1e-15,
        [.. W.Select((w, i) => 3 * C[i] * w * w * 10)],
        Run(Cubes.Vjp(), "grad(w)", ("cotangent(value)", [10])));

    [Fact]
    public void Hvp() => Agree.Within(
        1e-15,
        [.. W.Select((w, i) => 6 * C[i] * w * (i + 1))],
        Run(Cubes.Hvp(), "tangent(grad(w))", ("tangent(w)", [1, 2, 3])));

    [Fact]
    public void HvpBatch()
    {
        // Directions are the innermost axis: (3,2) holds two directions side by side.
        var products = Run(Cubes.HvpBatch(2), "tangent(grad(w))", ("tangent(w)", [1, 10, 1, 20, 1, 30]));
        Agree.Within(
            1e-15, [.. W.SelectMany((w, i) => new[] { 6 * C[i] * w, 6 * C[i] * w * 10 * (i + 1) })], products);
    }

    [Fact]
    public void Hessian() => Agree.Within(
        1e-15,
        [6 * C[0] * W[0], 0, 0, 0, 6 * C[1] * W[1], 0, 0, 0, 6 * C[2] * W[2]],
        Run(Cubes.Hessian(), "hessian(w,w)"));

    [Fact]
    public void HessianBlock() => Agree.Within(
        1e-15, Run(Cubes.Hessian(), "hessian(w,w)"), Run(Cubes.HessianBlock("w", "w"), "hessian(w,w)"));

    [Fact]
    public void Jacobian()
    {
        var squares = Program.Trace(tracer =>
        {
            var c = tracer.Data("c", new Shape(3));
            var w = tracer.Parameter("w", new Shape(3));
            return c * w * w;
        });
        Agree.Within(
            1e-15,
            [2 * C[0] * W[0], 0, 0, 0, 2 * C[1] * W[1], 0, 0, 0, 2 * C[2] * W[2]],
            Run(squares.Jacobian("value", "w"), "jacobian(value,w)"));
    }

    [Fact]
    public void GgnProduct()
    {
        // A square of a linear map z = c w: the Gauss-Newton matrix 2 c^2 is the Hessian.
        var squares = Program.Trace(tracer =>
        {
            var z = tracer.Data("c", new Shape(3)) * tracer.Parameter("w", new Shape(3));
            return [new Port("loss", Op.Sum(z * z)), new Port("z", z)];
        });
        Agree.Within(
            1e-15,
            [.. C.Select((c, i) => 2 * c * c * (i + 1))],
            Run(squares.GgnProduct("z"), "ggn(w)", ("tangent(w)", [1, 2, 3])));
    }

    [Fact]
    public void PerSampleGradient()
    {
        var sample = Program.Trace(tracer =>
        {
            var c = tracer.Data("c", Shape.Scalar);
            var w = tracer.Parameter("w", Shape.Scalar);
            return c * w * w;
        });
        var objective = new Objective(
            sample, [.. C.Select(c => new DataBlock(new Dictionary<string, double[]> { ["c"] = [c] }))]);
        using var team = new WorkerTeam(1);
        using var evaluator = new GradientEvaluator(objective, new CpuBackend(), team);
        var (values, gradients) = (new double[3], new double[3]);
        evaluator.EvaluatePerBlock([0.5], values, gradients);
        Agree.Within(1e-15, C, gradients);
    }

    [Fact]
    public void ThirdOrder()
    {
        // The gradient of v'Hv = 6 sum c w v^2 is 6 c v^2.
        var hvp = Cubes.Hvp();
        var v = hvp.Input("tangent(w)").Value;
        var form = new Program(hvp.Inputs, [new Port("vHv", Op.Sum(v * hvp.Output("tangent(grad(w))").Value))]);
        Agree.Within(
            1e-15,
            [.. C.Select((c, i) => 6 * c * (i + 1) * (i + 1))],
            Run(form.Gradient("w"), "grad(w)", ("tangent(w)", [1, 2, 3])));
    }
}
