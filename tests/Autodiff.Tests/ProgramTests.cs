using System.Runtime.CompilerServices;
using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>Traces, their listings and their errors.</summary>
public class ProgramTests
{
    [Fact]
    public void A_listing_names_inputs_instructions_and_outputs() => Assert.Equal(
        """
        input w: f64(3,2)
        input x: f64(5,2)
        %0 = Contract(x, w): f64(5,3)
        %1 = Tanh(%0): f64(5,3)
        %2 = Sum(%1): f64()
        output value = %2: f64()

        """,
        Program.Trace(tracer =>
        {
            var w = tracer.Parameter("w", new Shape(3, 2));
            return Op.Sum(Op.Tanh(Op.MatMul(tracer.Data("x", new Shape(5, 2)), w, transposeRight: true)));
        }).ToString());

    [Fact]
    public void Derivatives_name_what_they_are_derivatives_of()
    {
        var program = Program.Trace(tracer =>
            Op.Sum(Op.Exp(tracer.Parameter("w", new Shape(3)) * tracer.Data("x", Shape.Scalar))));
        var hvp = program.Hvp(4);
        Assert.Equal(["w", "x", "tangent(w)"], hvp.Inputs.Select(input => input.Name));
        Assert.Equal(new Shape(3, 4), hvp.Input("tangent(w)").Type.Shape);
        Assert.Equal("tangent(grad(w))", Assert.Single(hvp.Outputs).Name);
        Assert.Contains("input tangent(w): f64(3,4)\n", hvp.ToString());
        Assert.Contains("output tangent(grad(w)) = ", hvp.ToString());
        Assert.Equal(["value", "grad(w)", "grad(x)"], program.ValueAndGradient("w", "x").Outputs.Select(o => o.Name));
        Assert.Contains("tangent(w)'", program.Hvp().Jvp().Inputs.Select(input => input.Name));
    }

    [Fact]
    public void Equal_subexpressions_are_computed_once()
    {
        var program = Program.Trace(tracer =>
        {
            var x = tracer.Data("x", new Shape(3));
            return Op.Sum(Op.Exp(2 * x) * Op.Exp(2 * x)) + Op.Sum(Op.Tanh(Op.Exp(2 * x)));
        });
        Assert.Equal(
            ["Scale", "Exp", "Multiply", "Sum", "Tanh", "Sum", "Add"],
            program.Instructions.Select(value => value.Operation.Name));
    }

    [Fact]
    public void Cotangents_of_the_slices_of_a_value_are_put_side_by_side()
    {
        var gradient = Program.Trace(tracer =>
        {
            var x = tracer.Parameter("x", new Shape(2, 6));
            return Op.Sum(Op.Sin(Op.Slice(x, 1, 0, 2)) * Op.Cos(Op.Slice(x, 1, 2, 2)) * Op.Exp(Op.Slice(x, 1, 4, 2)));
        }).Gradient();
        Assert.Equal("Concatenate", gradient.Output("grad(x)").Value.Operation.Name);
        Assert.DoesNotContain("Pad", gradient.Instructions.Select(value => value.Operation.Name));
    }

    [Fact]
    public void What_no_output_needs_is_not_computed()
    {
        var program = Program.Trace(tracer =>
        {
            var x = tracer.Data("x", new Shape(3));
            _ = Op.Log(Op.Exp(x));
            return Op.Sum(x);
        });
        Assert.Equal("Sum", Assert.Single(program.Instructions).Operation.Name);
    }

    [Fact]
    public void Zero_tangents_leave_no_trace()
    {
        // The first factor does not depend on b, so that its tangent never appears in the products with b alone.
        var program = Program.Trace(tracer =>
        {
            var a = Op.Tanh(tracer.Parameter("a", new Shape(3)));
            return Op.Sum(a * tracer.Parameter("b", new Shape(3)));
        });
        var names = program.Jvp(inputs: "b").Instructions.Select(value => value.Operation.Name);
        Assert.Equal(["Tanh", "Multiply", "Sum"], names);
    }

    [Fact]
    public void A_parameter_that_no_output_depends_on_is_named()
    {
        var error = Assert.Throws<ArgumentException>(() => Program.Trace(tracer =>
        {
            _ = tracer.Parameter("unused", new Shape(2, 3));
            return Op.Sum(tracer.Parameter("w", new Shape(2)));
        }));
        Assert.Equal(
            "no output depends on the parameter 'unused': leave it out, or declare it as data", error.Message);
    }

    [Fact]
    public void A_derivative_that_is_zero_is_zero_of_the_right_shape()
    {
        var hvp = Program.Trace(tracer => Op.Sum(tracer.Parameter("w", new Shape(2, 3)))).Hvp(2);
        Assert.Equal(new double[12], Function.Run(hvp, PoisonedBackend.Cpu256, Arguments.Draw(hvp.Inputs, () => 7)));
    }

    [Fact]
    public void Operations_count_their_floating_point_operations()
    {
        var program = Program.Trace(tracer =>
        {
            var x = tracer.Parameter("x", new Shape(4, 5));
            return Op.Sum(Op.Tanh(Op.MatMul(x, tracer.Parameter("y", new Shape(5, 6)))));
        });
        Assert.Equal((2 * 4 * 5 * 6) + 24 + 24, program.Flops);
        Assert.Equal(20 + 30, program.ParameterCount);
    }

    [Fact]
    public void Shape_errors_name_the_operation_the_shapes_and_the_line_that_asked()
    {
        var line = 0;
        var error = Assert.Throws<ShapeException>(() => Program.Trace(tracer =>
        {
            var (a, b) = (tracer.Data("a", new Shape(2, 3)), tracer.Data("b", new Shape(4)));
            line = Line() + 1;
            return a + b;
        }));
        Assert.Contains("Add of f64(2,3) and f64(4)", error.Message);
        Assert.Contains($"ProgramTests.cs, line {line}", error.Message);
    }

    [Fact]
    public void Every_operation_refuses_operands_that_do_not_fit()
    {
        (string Name, Func<Value, Value> Misuse)[] misuses =
        [
            ("Add", x => x + Op.Reshape(x, new(3, 2))),
            ("Subtract", x => x - Op.Sum(x, [1])),
            ("Multiply", x => x * Op.Sum(x, [1])),
            ("Divide", x => x / Op.Sum(x, [1])),
            ("Sum", x => Op.Sum(x, [2])),
            ("Sum", x => Op.Sum(x, [1, 0])),
            ("Sum", x => Op.Sum(x, [-1])),
            ("Reshape", x => Op.Reshape(x, new(5))),
            ("Reshape", x => Op.Reshape(Op.Reshape(x, new(6)), new(5))),
            ("Transpose", x => Op.Transpose(x, [0])),
            ("Transpose", x => Op.Transpose(x, [0, 0])),
            ("Transpose", x => Op.Transpose(x, [0, 1, 2])),
            ("Transpose", x => Op.Transpose(Op.Transpose(x, [1, 0]), [2, 0])),
            ("Slice", x => Op.Slice(x, 2, 0, 1)),
            ("Slice", x => Op.Slice(x, -1, 0, 1)),
            ("Slice", x => Op.Slice(x, 1, 1, 3)),
            ("Slice", x => Op.Slice(x, 1, -1, 2)),
            ("Slice", x => Op.Index(x, 1, 3)),
            ("Slice", x => Op.Index(x, 2, 0)),
            ("Pad", x => Op.Pad(x, 2, 0, 0)),
            ("Pad", x => Op.Pad(x, 0, -1, 2)),
            ("BroadcastTo", x => Op.BroadcastTo(x, new(3, 3))),
            ("BroadcastTo", x => Op.BroadcastTo(x, new(3))),
            ("Softmax", x => Op.Softmax(x, 2)),
            ("LogSoftmax", x => Op.LogSoftmax(x, -1)),
            ("Contract", x => Op.MatMul(x, x)),
            ("Contract", x => Op.MatMul(x, Op.Sum(x, [0]))),
            ("Contract", x => Op.Contract("ab,bc->ac", x, 2 * x)),
            ("Contract", x => Op.Contract("ab,ab->c", x, x)),
            ("Contract", x => Op.Contract("ab,cd->ac", x, x)),
            ("Contract", x => Op.Contract("aa,ab->b", x, x)),
            ("Contract", x => Op.Contract("ab,ab->aa", x, x)),
            ("Contract", x => Op.Contract("a,ab->b", x, x)),
            ("Max", x => Op.Max(x, Op.Sum(x, [1]))),
            ("Min", x => Op.Min(x, Op.Sum(x, [1]))),
            ("Greater", x => Op.Greater(x, Op.Sum(x, [1]))),
            ("Equal", x => Op.Equal(x, Op.Sum(x, [1]))),
            ("Where", x => Op.Where(x, x, Op.Sum(x, [1]))),
            ("Where", x => Op.Where(Op.Sum(x, [1]), x, x)),
            ("Sum", x => Op.Mean(x, [2])),
            ("MaxOver", x => Op.Max(x, [1, 0])),
            ("LogSumExp", x => Op.LogSumExp(x, [-1])),
            ("Softmax", x => Op.Softmax(x, 1, Op.Sum(x, [1]))),
            ("Softmax", x => Op.Softmax(Op.Sum(x, [0]), 0, x)),
            ("LogSoftmax", x => Op.LogSoftmax(x, 1, Op.Reshape(x, new(3, 2)))),
            ("Concatenate", x => Op.Concatenate(0, x, Op.Reshape(x, new(3, 2)))),
            ("Concatenate", x => Op.Concatenate(0, x, Op.Sum(x, [0]))),
            ("Concatenate", x => Op.Concatenate(2, x, x)),
            ("Gather", x => Op.Gather(x, x)),
            ("Gather", x => Op.Gather(Op.Sum(x), Op.Iota(x.Graph, 2, ElementType.Int32))),
            ("ScatterAdd", x => Op.ScatterAdd(x, Op.Iota(x.Graph, 3, ElementType.Int32), 4)),
            ("ScatterAdd", x => Op.ScatterAdd(x, Op.Iota(x.Graph, 2, ElementType.Int32), -1)),
            ("OneHot", x => Op.OneHot(x, 3)),
            ("CrossEntropy", x => Op.CrossEntropy(x, Op.Iota(x.Graph, 3, ElementType.Int32))),
            ("CrossEntropy", x => Op.CrossEntropy(x, Op.Iota(x.Graph, 2, ElementType.Int32), x)),
            ("CrossEntropy", x => Op.CrossEntropy(x, x, x)),
            ("Normalize", x => Op.Normalize(x, 2, 1e-5, centered: true)),
            ("Normalize", x => Op.LayerNorm(Op.Sum(x), x, x, 1e-5)),
            ("Multiply", x => Op.LayerNorm(x, Op.Sum(x, [1]), x, 1e-5)),
            ("Multiply", x => Op.RmsNorm(x, Op.Sum(x, [1]), 1e-5)),
            ("CausalAttention", x => Op.CausalAttention(x, x, x)),
            ("CausalAttention", x => Op.CausalAttentionComposite(x, x, x)),
        ];
        foreach (var (name, misuse) in misuses)
        {
            foreach (var simplify in (bool[])[true, false])
            {
                var error = Assert.Throws<ShapeException>(
                    () => Program.Trace(tracer => misuse(tracer.Data("x", new Shape(2, 3))), simplify));
                Assert.StartsWith($"{name} of f64(", error.Message);
                Assert.Contains("ProgramTests.cs", error.Message);
            }
        }
    }

    [Fact]
    public void Element_types_do_not_mix()
    {
        foreach (var mix in (Func<Value, Value, Value>[])[Op.Add, Op.Divide, (a, b) => Op.MatMul(a, b)])
        {
            var error = Assert.Throws<ShapeException>(() => Program.Trace(tracer => mix(
                tracer.Data("a", new Shape(2, 2)), tracer.Data("b", new Shape(2, 2), ElementType.Float32))));
            Assert.Contains("f64(2,2) and f32(2,2)", error.Message);
        }
    }

    [Fact]
    public void Operations_on_real_numbers_refuse_whole_numbers()
    {
        foreach (var misuse in (Func<Value, Value>[])
        [
            i => i + i, i => 2 * i, i => Op.Sum(i), i => Op.Exp(i), i => Op.Relu(i), i => Op.Gelu(i, GeluForm.Exact),
            i => Op.Softmax(i, 0), i => Op.Gather(i, i), i => Op.Max(i, [0]), i => Op.Normalize(i, 0, 1, centered: false),
            i => Op.Concatenate(0, i, i), i => Op.Pad(i, 0, 1, 1), i => Op.Contract("a,a->", i, i),
        ])
        {
            var error = Assert.Throws<ShapeException>(
                () => Program.Trace(tracer => misuse(tracer.Data("i", new Shape(2), ElementType.Int32))));
            Assert.Contains("of i32(2)", error.Message);
            Assert.Contains("real numbers", error.Message);
            Assert.Contains("ProgramTests.cs", error.Message);
        }
    }

    [Fact]
    public void Nothing_is_differentiated_in_whole_numbers()
    {
        var program = Program.Trace(tracer => Op.Sum(Op.Gather(
            tracer.Parameter("table", new Shape(3, 2)), tracer.Data("tokens", new Shape(4), ElementType.Int32))));
        foreach (var misuse in (Action[])
            [() => program.Gradient("tokens"), () => program.Jvp(null, "tokens"), () => program.ValueAndGradient("tokens")])
        {
            var message = Assert.Throws<ArgumentException>(misuse).Message;
            Assert.Contains("'tokens' is i32(4)", message);
            Assert.Contains("real numbers", message);
        }

        var count = Program.Trace(tracer => Op.Convert(Op.Sum(tracer.Parameter("w", new Shape(3))), ElementType.Int32));
        Assert.Contains("real scalar", Assert.Throws<ArgumentException>(() => count.Gradient()).Message);
    }

    [Fact]
    public void A_concatenation_has_parts() => Assert.Contains(
        "at least one part", Assert.Throws<ArgumentException>(() => Program.Trace(_ => Op.Concatenate(0))).Message);

    [Fact]
    public void Values_of_two_traces_do_not_mix()
    {
        Value? stranger = null;
        _ = Program.Trace(tracer => stranger = tracer.Data("x", new Shape(2)));
        Func<Value, Value>[] mixes =
        [
            x => x + stranger!, x => stranger! * x, x => Op.Contract("a,a->", 2 * stranger!, x),
            x => Op.Divide(x, stranger!),
        ];
        foreach (var mix in mixes)
        {
            var error = Assert.Throws<ArgumentException>(
                () => Program.Trace(tracer => mix(tracer.Data("x", new Shape(2)))));
            Assert.Contains("two traces", error.Message);
        }

        Assert.Contains("'x'", Assert.Throws<ArgumentException>(() => Program.Trace(
            tracer => [new Port("a", tracer.Data("x", new Shape(2))), new Port("b", stranger!)])).Message);
    }

    [Fact]
    public void Names_are_known_and_stand_for_one_value()
    {
        var program = Program.Trace(tracer => Op.Sum(tracer.Parameter("w", new Shape(2)) * tracer.Data("x", new Shape(2))));
        foreach (var misuse in (Action[])
        [
            () => program.Input("v"), () => program.Gradient("v"), () => program.Jvp(1, "v"),
        ])
        {
            Assert.Contains("no input 'v'; there are w, x", Assert.Throws<ArgumentException>(misuse).Message);
        }

        Assert.Contains(
            "no output 'w'; there are value", Assert.Throws<ArgumentException>(() => program.Output("w")).Message);
        Assert.Contains("'x' stands for two", Assert.Throws<ArgumentException>(() => Program.Trace(tracer =>
            tracer.Data("x", new Shape(2)) + tracer.Data("x", new Shape(1)))).Message);
        Assert.Contains("'y' stands for two", Assert.Throws<ArgumentException>(() => Program.Trace(tracer =>
        {
            var x = tracer.Data("x", new Shape(2));
            return [new Port("y", x), new Port("y", 2 * x)];
        })).Message);
    }

    [Fact]
    public void Gradients_are_of_scalars()
    {
        var vector = Program.Trace(tracer => 2 * tracer.Parameter("w", new Shape(2)));
        foreach (var misuse in (Action[])[() => vector.Gradient(), () => vector.Hvp(), () => vector.ValueAndGradient()])
        {
            Assert.Contains("'value' is f64(2)", Assert.Throws<ArgumentException>(misuse).Message);
        }
    }

    [Fact]
    public void A_program_has_an_output() => Assert.Contains(
        "output", Assert.Throws<ArgumentException>(() => Program.Trace(_ => (IReadOnlyList<Port>)[])).Message);

    [Theory]
    [InlineData("ab,bc")]
    [InlineData("ab->a")]
    [InlineData("ab,bc,cd->ad")]
    public void Contractions_are_written_with_two_operands_and_an_arrow(string notation) =>
        Assert.Contains(notation, Assert.Throws<FormatException>(() => Program.Trace(tracer =>
        {
            var x = tracer.Data("x", new Shape(2, 2));
            return Op.Contract(notation, x, x);
        })).Message);

    private static int Line([CallerLineNumber] int line = 0) => line;
}
