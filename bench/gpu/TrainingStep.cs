using Looped.Autodiff;
using Looped.Tensors;

namespace Looped.GpuBenchmarks;

using Program = Looped.Autodiff.Program;

/// <summary>A whole training step as one program: gradient, Adam, and what is carried to the next step.</summary>
/// <param name="Program">The step.</param>
/// <param name="Carries">Outputs that become inputs.</param>
internal sealed record TrainingStep(Program Program, IReadOnlyList<(string Output, string Input)> Carries)
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;
    private const string Mean = "mean ";
    private const string Square = "square ";
    private const string Power = "power ";
    private const string Next = "next ";

    /// <summary>The step of Adam on a loss, with the parameters in place.</summary>
    public static TrainingStep Adam(Program loss, double rate)
    {
        var gradient = loss.Gradient();
        var graph = gradient.Outputs[0].Value.Graph;
        List<Port> inputs = [.. gradient.Inputs];
        List<Port> outputs = [];
        List<(string, string)> carries = [];
        List<Port> parameters = [.. gradient.Parameters];
        var one = new TensorType(parameters[0].Type.Element, Shape.Scalar);
        var (p1, p2) = (Beta1 * State(Power + "1", one), Beta2 * State(Power + "2", one));
        Carry(Power + "1", p1);
        Carry(Power + "2", p2);
        foreach (var parameter in parameters)
        {
            var (type, g) = (parameter.Type, gradient.Output($"grad({parameter.Name})").Value);
            var m = (Beta1 * State(Mean + parameter.Name, type)) + ((1 - Beta1) * g);
            var v = (Beta2 * State(Square + parameter.Name, type)) + ((1 - Beta2) * (g * g));
            var corrected = Op.Sqrt(v / (1 - p2)) + Epsilon;
            Carry(Mean + parameter.Name, m);
            Carry(Square + parameter.Name, v);
            Carry(parameter.Name, parameter.Value - (rate * (m / (1 - p1)) / corrected));
        }

        return new TrainingStep(new Program(inputs, outputs), carries);

        Value State(string name, TensorType type)
        {
            var value = graph.Apply(new Input(name, InputRole.Data, type));
            inputs.Add(new Port(name, value));
            return value;
        }

        void Carry(string name, Value value)
        {
            outputs.Add(new Port(Next + name, value));
            carries.Add((Next + name, name));
        }
    }

    /// <summary>What an input of the step begins with; null where that is not the step's to say.</summary>
    public static double? Start(string input) =>
        input.StartsWith(Power, StringComparison.Ordinal) ? 1
        : input.StartsWith(Mean, StringComparison.Ordinal) || input.StartsWith(Square, StringComparison.Ordinal) ? 0
        : null;
}
