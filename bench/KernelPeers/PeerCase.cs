using Looped.Autodiff;
using Looped.Tensors;

namespace Looped.Benchmarks.KernelPeers;

/// <summary>A kernel that both sides run on the same numbers: ours as a traced and compiled program.</summary>
/// <param name="Kernel">What it computes.</param>
/// <param name="Size">Of its operands.</param>
/// <param name="Element">Type that it computes in.</param>
/// <param name="Work">The name that the other side knows it by.</param>
/// <param name="Trace">Our side. What is compared is its first result.</param>
public sealed record PeerCase(
    string Kernel, string Size, ElementType Element, string Work, Func<Tracer, IReadOnlyList<Port>> Trace)
{
    /// <summary>Whether it is told in floating-point operations a second, not in bytes.</summary>
    public bool IsArithmetic { get; init; }

    /// <summary>Whether what runs is the gradient of what is traced.</summary>
    public bool IsGradient { get; init; }

    /// <summary>What an element of an input is, of the input's name and a normal number.</summary>
    public Func<string, double, double> Fill { get; init; } = (_, normal) => normal;

    /// <summary>Whole numbers among the inputs are below this.</summary>
    public int Classes { get; init; } = 1;

    /// <summary>Results that become inputs of the next run, of the same name.</summary>
    public IReadOnlyList<string> Carried { get; init; } = [];

    /// <summary>A kernel with one result.</summary>
    public static PeerCase Of(string kernel, string size, ElementType element, string work, Func<Tracer, Value> trace) =>
        new(kernel, size, element, work, tracer => [new Port("result", trace(tracer))]);

    /// <summary>What runs.</summary>
    public Autodiff.Program Program()
    {
        var program = Autodiff.Program.Trace(Trace);
        return IsGradient ? program.Gradient() : program;
    }
}
