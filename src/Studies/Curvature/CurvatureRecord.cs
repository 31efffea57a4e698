using System.Globalization;
using Looped.Analysis.Estimators;
using Looped.Studies.Settings;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Studies.Curvature;

/// <summary>The curvature of one checkpoint.</summary>
/// <param name="Step">Updates made.</param>
/// <param name="Loops">The greatest loop of any row: 1 before a shift and for a model that does not loop.</param>
/// <param name="Parameters">P, the order of the Hessian.</param>
/// <param name="Loss">Loss on the fixed batch, in nats.</param>
/// <param name="GradientNorm">Euclidean norm of its gradient.</param>
/// <param name="GradientShare">Share of the gradient's squared length in the space of the top eigenvectors.</param>
/// <param name="Top">The largest eigenvalues, descending.</param>
/// <param name="Residuals">The residual of each: an eigenvalue lies within so much of it.</param>
/// <param name="Converged">Whether all residuals are within the tolerance.</param>
/// <param name="Estimates">The estimates, in the order of <see cref="Names"/>.</param>
/// <param name="Density">The spectral density.</param>
/// <param name="Traces">The trace of each parameter's diagonal block.</param>
/// <param name="Products">Hessian-vector products that it took.</param>
public sealed record CurvatureRecord(
    long Step,
    int Loops,
    int Parameters,
    double Loss,
    double GradientNorm,
    double GradientShare,
    double[] Top,
    double[] Residuals,
    bool Converged,
    Estimate[] Estimates,
    SpectralDensity Density,
    IReadOnlyList<(string Name, Estimate Trace)> Traces,
    int Products)
{
    /// <summary>Thresholds of condition numbers, relative to the largest eigenvalue.</summary>
    public static IReadOnlyList<double> Epsilons { get; } = [1e-4, 1e-3, 1e-2];

    /// <summary>Eigenvalues of at most this share of the largest magnitude are near zero.</summary>
    public const double NearZero = 1e-3;

    /// <summary>Names of the estimates, as in files.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["entropy", "trace", "frobenius", "negative_mass", "near_zero_share", "kappa_1e-4", "kappa_1e-3", "kappa_1e-2"];

    /// <summary>Name of the trace of a parameter in files.</summary>
    private const string TracePrefix = "trace/";

    /// <summary>The columns of a table of records with so many top eigenvalues.</summary>
    public static string Header(int top) => string.Join(
        ',',
        (string[])
        [
            "step", "loops", "parameters", "products", "loss", "gradient_norm", "gradient_share", "converged",
            .. Enumerable.Range(1, top).Select(i => $"lambda_{i}"),
            .. Names.SelectMany(name => (string[])[name, $"{name}_error", $"{name}_bias"]),
        ]);

    /// <summary>An estimate by its name.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public Estimate this[string name] => Names.ToList().IndexOf(name) is var index and >= 0
        ? Estimates[index]
        : throw new ArgumentException($"'{name}' is no estimate; there are {string.Join(", ", Names)}");

    /// <summary>The condition number of the valley above a threshold of <see cref="Epsilons"/>, by its index.</summary>
    public Estimate Condition(int epsilon) => Estimates[Names.Count - Epsilons.Count + epsilon];

    /// <summary>The record as a row under <see cref="Header"/>.</summary>
    public string Row() => string.Join(
        ',',
        (string[])
        [
            Whole(Step), Whole(Loops), Whole(Parameters), Whole(Products), StudyOptions.Text(Loss),
            StudyOptions.Text(GradientNorm), StudyOptions.Text(GradientShare), Converged ? "1" : "0",
            .. Top.Select(StudyOptions.Text),
            .. Estimates.SelectMany(estimate => (string[])
            [
                StudyOptions.Text(estimate.Value), StudyOptions.Text(estimate.StandardError), StudyOptions.Text(estimate.Bias),
            ]),
        ]);

    /// <summary>Writes the whole record as an <c>.npz</c> file, or nothing.</summary>
    public void Write(string path)
    {
        Npz.Write(path, new Dictionary<string, NpyArray>
        {
            ["counts"] = NpyArray.Create<long>(
                new Shape(6), [Step, Loops, Parameters, Products, Converged ? 1 : 0, Density.Steps]),
            ["numbers"] = Array(Loss, GradientNorm, GradientShare, Density.KernelWidth),
            ["top"] = Array(Top),
            ["residuals"] = Array(Residuals),
            ["grid"] = Array(Density.Grid),
            ["density"] = Array(Density.Density),
            ["density_error"] = Array(Density.StandardError),
        }
        .Concat(Names.Zip(Estimates, (name, estimate) => KeyValuePair.Create(name, Numbers(estimate))))
        .Concat(Traces.Select(trace => KeyValuePair.Create(TracePrefix + trace.Name, Numbers(trace.Trace)))));

        static NpyArray Array(params double[] numbers) => NpyArray.Create<double>(new Shape(numbers.Length), numbers);
    }

    /// <summary>Reads a record.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or holds no record.</exception>
    public static CurvatureRecord Read(string path)
    {
        var file = Npz.Read(path);
        try
        {
            var counts = file["counts"].ToIntegers();
            var numbers = file["numbers"].ToDoubles();
            var estimates = Names.Select(name => Of(file[name].ToDoubles())).ToArray();
            return new CurvatureRecord(
                counts[0],
                (int)counts[1],
                (int)counts[2],
                numbers[0],
                numbers[1],
                numbers[2],
                file["top"].ToDoubles(),
                file["residuals"].ToDoubles(),
                counts[4] == 1,
                estimates,
                new SpectralDensity(
                    file["grid"].ToDoubles(),
                    file["density"].ToDoubles(),
                    file["density_error"].ToDoubles(),
                    numbers[3],
                    estimates[0].Samples,
                    (int)counts[5]),
                [
                    .. file.Where(entry => entry.Key.StartsWith(TracePrefix, StringComparison.Ordinal))
                        .Select(entry => (entry.Key[TracePrefix.Length..], Of(entry.Value.ToDoubles()))),
                ],
                (int)counts[3]);
        }
        catch (Exception failure) when (failure is KeyNotFoundException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{path} holds no measurement of curvature: {failure.Message}", failure);
        }

        static Estimate Of(double[] numbers) => new(numbers[0], numbers[1], numbers[2], (int)numbers[3]);
    }

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static NpyArray Numbers(Estimate estimate) => NpyArray.Create<double>(
        new Shape(4), [estimate.Value, estimate.StandardError, estimate.Bias, estimate.Samples]);
}
