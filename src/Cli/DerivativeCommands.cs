using System.CommandLine;
using System.Globalization;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Cli;

/// <summary><c>looped hessian|gradient|hvp</c>: exact derivatives of a model with parameters and data from files.</summary>
internal static class DerivativeCommands
{
    /// <summary>Directions of one run of Hessian-vector products.</summary>
    private const int DirectionsOfRun = 24;

    /// <summary>A derivative of a model; the backend and threads that compute it, and the options of its command.</summary>
    private delegate (Shape Shape, double[] Values) Derivative(
        UserModel model, IBackend backend, WorkerTeam team, ParseResult parsed);

    public static Command Hessian() => Create(
        "hessian",
        "Writes the exact full Hessian, (P,P) float64, and prints the loss.",
        (model, backend, team, _) =>
        {
            var size = model.Objective.Layout.Size;
            if ((long)size * size > Array.MaxLength)
            {
                throw new UserException(
                    $"the Hessian in {size} parameters has more elements than an array may have; hvp multiplies it with vectors");
            }

            var hessian = new double[size * size];
            using var evaluator = new HessianEvaluator(model.Objective, backend, team);
            evaluator.Evaluate(model.Theta, hessian);
            return (new Shape(size, size), hessian);
        });

    public static Command Gradient() => Gpt2Command.Join(Create(
        "gradient",
        "Writes the gradient, (P,) float64, and prints the loss; of a gpt2 model a tensor a weight, in the computing type.",
        (model, backend, team, _) =>
        {
            var gradient = new double[model.Objective.Layout.Size];
            using var evaluator = new GradientEvaluator(model.Objective, backend, team);
            evaluator.Evaluate(model.Theta, gradient);
            return (new Shape(gradient.Length), gradient);
        }));

    public static Command Hvp()
    {
        var vectors = PathOption.Required("--vectors", "NPY file with one direction (P,) or several (K,P)");
        var command = Create(
            "hvp",
            "Writes Hessian-vector products, of the shape of the vectors, row k being H v_k, and prints the loss; of a gpt2 " +
            "model a tensor a weight.",
            (model, backend, team, parsed) =>
            {
                var path = parsed.GetValue(vectors)!;
                var array = Npy.Read(path);
                var size = model.Objective.Layout.Size;
                if (array.Shape.Rank is not (1 or 2) || array.Shape[array.Shape.Rank - 1] != size)
                {
                    throw new UserException($"the vectors in {path} must be ({size}) or (K,{size}), not {array.Shape}");
                }

                var directions = UserModel.Finite(array.ToDoubles(), path);
                return (array.Shape, Products(model, backend, team, directions));
            });
        command.Add(vectors);
        return Gpt2Command.Join(command);
    }

    private static double[] Products(UserModel model, IBackend backend, WorkerTeam team, double[] vectors)
    {
        var size = model.Objective.Layout.Size;
        var products = new double[vectors.Length];
        var count = vectors.Length / size;
        if (count == 0)
        {
            return products;
        }

        using var evaluator = new HvpEvaluator(model.Objective, Math.Min(count, DirectionsOfRun), backend, team);
        var chunk = evaluator.Directions * size;
        var (given, made) = (new double[chunk], new double[chunk]);
        for (var start = 0; start < vectors.Length; start += chunk)
        {
            // A last chunk that is not full is filled up with zero directions.
            var length = Math.Min(chunk, vectors.Length - start);
            Array.Clear(given);
            vectors.AsSpan(start, length).CopyTo(given);
            evaluator.Evaluate(model.Theta, given, made);
            made.AsSpan(0, length).CopyTo(products.AsSpan(start));
        }

        return products;
    }

    private static Command Create(string name, string description, Derivative derivative)
    {
        var options = new UserModel.Options();
        var output = PathOption.Required("--out", "NPY file to write");
        var command = new Command(name, description);
        options.AddTo(command);
        command.Add(output);
        command.Add(DeviceOption.Create());
        command.Add(NumericsOption.Create());
        command.SetAction(parsed => UserErrors.Guard(() =>
        {
            var path = PathOption.Writable(output.Name, parsed.GetValue(output)!);
            var model = options.Read(parsed);
            using var team = new WorkerTeam(Environment.ProcessorCount);
            var backend = NumericsOption.Backend(parsed, team);
            var loss = Loss(model, backend, team);
            var (shape, values) = derivative(model, backend, team, parsed);
            if (!double.IsFinite(loss) || !Array.TrueForAll(values, double.IsFinite))
            {
                throw new UserException($"loss or {name} at these parameters is beyond the range of float64");
            }

            Npy.Write<double>(path, shape, values);
            Console.WriteLine($"loss {loss.ToString("R", CultureInfo.InvariantCulture)}");
            return 0;
        }));
        return command;
    }

    private static double Loss(UserModel model, IBackend backend, WorkerTeam team)
    {
        using var evaluator = new GradientEvaluator(model.Objective, backend, team);
        return evaluator.Evaluate(model.Theta, new double[model.Objective.Layout.Size]);
    }
}
