using Looped.Tensors;

namespace Looped.Autodiff.Tests;

/// <summary>Compiled programs: their slots, their memory and what is carried from run to run.</summary>
public class ExecutableTests
{
    [Fact]
    public void Outputs_survive_until_the_next_run_whatever_is_written_to_inputs()
    {
        // Outputs that are inputs, or other views of their memory, are copies.
        var program = Program.Trace(tracer =>
        {
            var x = tracer.Data("x", new Shape(2, 3));
            return
            [
                new Port("itself", x), new Port("reshaped", Op.Reshape(x, new(6))), new Port("row", Op.Slice(x, 0, 1, 1)),
                new Port("transposed", Op.Transpose(x, [1, 0])), new Port("repeated", Op.BroadcastTo(x, new(2, 2, 3))),
                new Port("doubled", 2 * x), new Port("doubled and reshaped", Op.Reshape(2 * x, new(3, 2))),
            ];
        });
        foreach (var backend in PoisonedBackend.All)
        {
            using var executable = program.Compile(backend);
            executable.Input("x").Write<double>([1, 2, 3, 4, 5, 6]);
            executable.Execute();
            executable.Input("x").Write<double>([9, 9, 9, 9, 9, 9]);
            Assert.Equal([1, 2, 3, 4, 5, 6], Read(executable, "itself"));
            Assert.Equal([1, 2, 3, 4, 5, 6], Read(executable, "reshaped"));
            Assert.Equal([4, 5, 6], Read(executable, "row"));
            Assert.Equal([1, 4, 2, 5, 3, 6], Read(executable, "transposed"));
            Assert.Equal([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6], Read(executable, "repeated"));
            Assert.Equal([2, 4, 6, 8, 10, 12], Read(executable, "doubled"));
            Assert.Equal([2, 4, 6, 8, 10, 12], Read(executable, "doubled and reshaped"));
        }
    }

    [Fact]
    public void Carried_outputs_are_the_inputs_of_the_next_run()
    {
        // Fibonacci numbers: (a, b) becomes (b, a + b); both are read before either is written.
        var program = Program.Trace(tracer =>
        {
            var (a, b) = (tracer.Data("a", Shape.Scalar), tracer.Data("b", Shape.Scalar));
            return [new Port("next a", Op.Reshape(Op.Reshape(b, new(1)), new())), new Port("next b", a + b)];
        });
        using var executable = program.Compile(PoisonedBackend.Cpu256, ("next b", "b"), ("next a", "a"));
        executable.Input("a").Write<double>([0]);
        executable.Input("b").Write<double>([1]);
        for (var run = 0; run < 10; run++)
        {
            executable.Execute();
        }

        Assert.Equal([55], Read(executable, "next a"));
        Assert.Equal([89], Read(executable, "next b"));
    }

    [Fact]
    public void A_chain_that_reads_a_carried_input_last_writes_over_it()
    {
        // An exponential mean m of x, and what is left of x without it: nothing is copied.
        var program = Program.Trace(tracer =>
        {
            var (x, m) = (tracer.Data("x", new Shape(3)), tracer.Data("m", new Shape(3)));
            var next = (0.5 * m) + (0.5 * x);
            return [new Port("m", next), new Port("rest", x - next)];
        });
        using var executable = program.Compile(PoisonedBackend.Cpu256, ("m", "m"));
        Assert.Equal(2, executable.Calls.Count);
        executable.Input("m").Write<double>([0, 0, 8]);
        executable.Input("x").Write<double>([4, 8, 0]);
        executable.Execute();
        executable.Execute();
        Assert.Equal([3, 6, 2], Read(executable, "m"));
        Assert.Equal([1, 2, -2], Read(executable, "rest"));
    }

    [Fact]
    public void A_carried_input_that_is_read_later_is_not_written_over_before()
    {
        var program = Program.Trace(tracer =>
        {
            var (x, w) = (tracer.Data("x", new Shape(2)), tracer.Data("w", new Shape(2, 2)));
            var next = x + 1;
            return [new Port("x", next), new Port("both", Op.Contract("ab,b->a", w, x) + next)];
        });
        using var executable = program.Compile(PoisonedBackend.Cpu256, ("x", "x"));
        executable.Input("x").Write<double>([1, 2]);
        executable.Input("w").Write<double>([1, 10, 100, 1000]);
        executable.Execute();
        Assert.Equal([23, 2103], Read(executable, "both"));
        executable.Execute();
        Assert.Equal([35, 3204], Read(executable, "both"));
        Assert.Equal([3, 4], Read(executable, "x"));
    }

    [Fact]
    public void Views_of_inputs_are_carried_as_they_were_before_any_input_changed()
    {
        var program = Program.Trace(tracer =>
        {
            var (x, y) = (tracer.Data("x", new Shape(2)), tracer.Data("y", new Shape(2, 1)));
            return [new Port("next x", x + 1), new Port("next y", Op.Reshape(x, new(2, 1))), new Port("y", y)];
        });
        using var executable = program.Compile(PoisonedBackend.Cpu256, ("next x", "x"), ("next y", "y"));
        executable.Input("x").Write<double>([5, 6]);
        executable.Input("y").Write<double>([0, 0]);
        executable.Execute();
        executable.Execute();
        Assert.Equal([5, 6], Read(executable, "y"));
        Assert.Equal([7, 8], Read(executable, "next x"));
    }

    [Fact]
    public void Carries_need_equal_types_and_known_names()
    {
        var program = Program.Trace(tracer =>
        {
            var x = tracer.Data("x", new Shape(2, 3));
            return [new Port("y", Op.Reshape(x, new(3, 2))), new Port("z", 2 * x)];
        });
        Assert.Contains("'y' f64(3,2) cannot be carried to input 'x' f64(2,3)", Assert.Throws<ArgumentException>(
            () => program.Compile(PoisonedBackend.Cpu256, ("y", "x"))).Message);
        Assert.Contains("no output 'w'", Assert.Throws<ArgumentException>(
            () => program.Compile(PoisonedBackend.Cpu256, ("w", "x"))).Message);
        Assert.Contains("no input 'w'", Assert.Throws<ArgumentException>(
            () => program.Compile(PoisonedBackend.Cpu256, ("z", "w"))).Message);
    }

    [Fact]
    public void Slots_take_and_give_exactly_their_elements()
    {
        var program = Program.Trace(tracer => 2 * tracer.Data("x", new Shape(2, 3)));
        using var executable = program.Compile(PoisonedBackend.Cpu256);
        foreach (var misuse in (Action[])
        [
            () => executable.Input("x").Write<double>(new double[5]),
            () => executable.Input("x").Write<double>(new double[7]),
            () => executable.Input("x").Write<float>(new float[6]),
            () => executable.Input("x").Write<long>(new long[6]),
            () => executable.Output("value").Read<double>(new double[7]),
            () => executable.Output("value").Read<float>(new float[6]),
        ])
        {
            Assert.Contains("f64(2,3)", Assert.Throws<ArgumentException>(misuse).Message);
        }

        Assert.Contains("no input 'y'", Assert.Throws<ArgumentException>(() => executable.Input("y")).Message);
        Assert.Contains("no output 'x'", Assert.Throws<ArgumentException>(() => executable.Output("x")).Message);
    }

    [Fact]
    public void Memory_of_values_that_are_past_is_used_again()
    {
        var matrix = new Shape(16, 16);
        var program = Program.Trace(tracer =>
        {
            var x = tracer.Data("x", matrix);
            var y = x;
            for (var i = 0; i < 50; i++)
            {
                y = Op.Softmax(Op.MatMul(y, x), 1);
            }

            return y;
        });
        using var executable = program.Compile(PoisonedBackend.Cpu256);
        Assert.InRange(executable.Bytes, 3 * matrix.Size * sizeof(double), 5 * matrix.Size * sizeof(double));
    }

    [Fact]
    public void Chains_of_elementwise_operations_run_as_one_kernel()
    {
        var program = Program.Trace(tracer =>
        {
            var x = tracer.Data("x", new Shape(5));
            return Op.Tanh((x * x) + Op.Exp(-x));
        });
        using var executable = program.Compile(PoisonedBackend.Cpu256);
        Assert.Single(executable.Calls);
    }

    [Fact]
    public void Sums_of_products_accumulate_without_storing_a_product()
    {
        var program = Program.Trace(tracer =>
        {
            var (x, y) = (tracer.Data("x", new Shape(4, 4)), tracer.Data("y", new Shape(4, 4)));
            return Op.MatMul(x, y) - Op.MatMul(y, x) + x;
        });
        using var executable = program.Compile(PoisonedBackend.Cpu256);
        Assert.Equal(["Copy", "Contract", "Contract"], executable.Calls.Select(call => call.Name));
        Assert.Equal(3 * 16 * sizeof(double), executable.Bytes);
    }

    [Fact]
    public void Long_chains_are_cut()
    {
        // The registers of a chain live in the first-level cache, so that a chain of any length may not be one kernel.
        var program = Program.Trace(tracer =>
        {
            var x = tracer.Data("x", new Shape(5));
            for (var i = 0; i < 5000; i++)
            {
                x = Op.Tanh(x + 0.1);
            }

            return x;
        });
        using var function = new Function(program, PoisonedBackend.Cpu256);
        using var executable = program.Compile(PoisonedBackend.Cpu256);
        Assert.All(executable.Calls.OfType<Kernels.Calls.MapCall>(), call => Assert.InRange(call.Steps.Count, 1, 32));
        var expected = 0.3;
        for (var i = 0; i < 5000; i++)
        {
            expected = Math.Tanh(expected + 0.1);
        }

        var point = Arguments.Draw(program.Inputs, () => 0.3);
        Agree.Within(1e-13, [.. Enumerable.Repeat(expected, 5)], function.All(point), "chain");
    }

    private static double[] Read(Executable executable, string output)
    {
        var slot = executable.Output(output);
        var values = new double[slot.Type.Shape.Size];
        slot.Read<double>(values);
        return values;
    }
}
