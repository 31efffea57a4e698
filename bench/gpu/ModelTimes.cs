using Looped.Analysis;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Kernels.Cuda;
using Looped.Models.Attention;
using Looped.Models.Gpt2;
using Looped.Tensors;

namespace Looped.GpuBenchmarks;

/// <summary>The toy models' training step and full Hessian, eigenvalues, and the training step of a GPT-2 block.</summary>
internal sealed class ModelTimes(CudaDevice device, Options options)
{
    private const int Contexts = 27;
    private const int Length = 3;

    private readonly CudaBackend _backend = new(device);

    /// <summary>Runs all.</summary>
    public IEnumerable<Row> Run()
    {
        List<(string Name, Func<(double Time, string Note)> Run)> works = [];
        foreach (var width in options.IsSmall ? (int[])[4] : [8, 16])
        {
            foreach (var architecture in (ToyArchitecture[])[ToyArchitecture.Single, ToyArchitecture.Looped])
            {
                var model = $"{architecture} {width}".ToLowerInvariant();
                works.Add(($"toystep {model}", () => ToyStep(architecture, width)));
                works.Add(($"toyhessian {model}", () => ToyHessian(architecture, width)));
            }
        }

        foreach (var n in options.IsSmall ? (int[])[40] : [216, 816, 2048, 4096])
        {
            works.Add(($"eigvalsh {n}", () => Eigenvalues(n)));
        }

        foreach (var width in options.IsSmall ? (int[])[16] : [256])
        {
            works.Add(($"gpt2step {width}", () => BlockStep(width)));
        }

        var theirs = Peer.Time(options.Python, works.Select(work => work.Name));
        foreach (var (name, run) in works)
        {
            var (ours, note) = run();
            Console.WriteLine($"{name}: {ours:F1} us {note}");
            yield return new Row(
                name,
                ours,
                theirs.GetValueOrDefault(name, double.NaN),
                Note: note + (theirs.TryGetValue($"{name} compiled", out var compiled) ? $"; compiled {compiled:F1} us"
                    : theirs.TryGetValue($"{name} jax", out var jax) ? $"; jax {jax:F1} us" : string.Empty));
        }
    }

    /// <summary>Gradient and Adam in one graph; weights and moments stay on the device.</summary>
    private (double Time, string Note) ToyStep(ToyArchitecture architecture, int width)
    {
        var step = TrainingStep.Adam(ToyModel.Loss(new ToyModelSettings(architecture, width), Contexts, Length), 1e-2);
        using var run = step.Program.Compile(_backend, [.. step.Carries]);
        FillInputs(run);
        return (Timing.Of(run.Execute, options.IsSmall), $"{run.Calls.Count} calls in one graph");
    }

    private (double Time, string Note) ToyHessian(ToyArchitecture architecture, int width)
    {
        var program = ToyModel.Loss(new ToyModelSettings(architecture, width), Contexts, Length);
        var random = new Philox(1, "hessian");
        var data = program.Inputs.Where(input => input.Role == InputRole.Data).ToDictionary(
            input => input.Name,
            input => input.Name == ToyModel.Weights
                ? [.. Enumerable.Repeat(1.0 / input.Type.Shape.Size, (int)input.Type.Shape.Size)]
                : Normal(random, (int)input.Type.Shape.Size));
        var objective = new Objective(program, [new DataBlock(data)]);
        var size = objective.Layout.Size;
        using var team = new WorkerTeam(1);
        using var evaluator = new HessianEvaluator(objective, _backend, team);
        var (theta, hessian) = (Normal(random, size), new double[size * size]);
        return (Timing.Of(() => evaluator.Evaluate(theta, hessian), options.IsSmall), $"{size} parameters");
    }

    /// <summary>Reduction on the device, the tridiagonal matrix's eigenvalues on the processor.</summary>
    private (double Time, string Note) Eigenvalues(int n)
    {
        var random = new Philox(1, "symmetric");
        var elements = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                elements[(i * n) + j] = elements[(j * n) + i] = random.NextNormal();
            }
        }

        using var solver = new CudaEigensolver(n, _backend);
        var values = new double[n];
        return (Timing.Of(() => solver.Values(elements, values), options.IsSmall), "tridiagonal problem on the processor");
    }

    private (double Time, string Note) BlockStep(int width)
    {
        var (sequences, length) = options.IsSmall ? (1, 8) : (8, 256);
        var settings = new Gpt2Settings(width, Layers: 1, Heads: Math.Max(1, width / 64), Vocabulary: 256, Outputs: 256);
        var step = TrainingStep.Adam(Gpt2Model.Loss(settings, sequences, length, ElementType.Float32), 1e-3);
        using var run = step.Program.Compile(_backend, [.. step.Carries]);
        FillInputs(run);
        return (Timing.Of(run.Execute, options.IsSmall), $"{run.Calls.Count} calls in one graph");
    }

    /// <summary>Small normal numbers; class numbers count round; moments are zero and powers one.</summary>
    private static void FillInputs(Executable run)
    {
        var random = new Philox(1, "inputs");
        foreach (var input in run.Program.Inputs)
        {
            var (slot, count) = (run.Input(input.Name), (int)input.Type.Shape.Size);
            double Element() => TrainingStep.Start(input.Name) ?? (0.1 * random.NextNormal());
            switch (input.Type.Element)
            {
                case ElementType.Int32:
                    slot.Write<int>([.. Enumerable.Range(0, count).Select(i => i % 256)]);
                    break;
                case ElementType.Float32:
                    slot.Write<float>([.. Enumerable.Range(0, count).Select(_ => (float)Element())]);
                    break;
                default:
                    slot.Write<double>([.. Enumerable.Range(0, count).Select(_ => Element())]);
                    break;
            }
        }
    }

    private static double[] Normal(Philox random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => 0.3 * random.NextNormal())];
}
