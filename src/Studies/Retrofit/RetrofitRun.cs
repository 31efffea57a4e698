using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Looped.Autodiff;
using Looped.Kernels;
using Looped.Models.Retrofit;
using Looped.Models.Training;
using Looped.Studies.Records;
using Looped.Studies.Settings;
using Looped.Studies.Toy;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Studies.Retrofit;

/// <summary>What a step of retrofitting did.</summary>
/// <param name="Step">Steps made.</param>
/// <param name="Loss">Loss before it, in nats a token.</param>
/// <param name="GradientNorm">Norm of the gradient before it was clipped.</param>
public readonly record struct RetrofitStep(long Step, double Loss, double GradientNorm);

/// <summary>
/// Makes blocks of a public GPT-2 recursive and goes on training it; leaves config, metrics and weights, by the names that
/// they came with, in a folder.
/// </summary>
public sealed class RetrofitRun
{
    /// <summary>The weights at the end.</summary>
    public const string FinalName = "final.safetensors";

    private const string MetricsName = "metrics.csv";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly RetrofitSettings _settings;
    private readonly PublicGpt2 _model;
    private readonly int[] _tokens;
    private readonly int _length;
    private readonly IBackend _backend;

    /// <summary>A run.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="model">The public model.</param>
    /// <param name="tokens">Tokens (rows,L), row-major.</param>
    /// <param name="length">L.</param>
    /// <param name="backend">What runs it.</param>
    /// <exception cref="ArgumentException">A looped block does not exist.</exception>
    public RetrofitRun(RetrofitSettings settings, PublicGpt2 model, int[] tokens, int length, IBackend backend)
    {
        _ = settings.Looped.Order(model.Settings.Layers).Count();
        (_settings, _model, _tokens, _length, _backend) = (settings, model, tokens, length, backend);
    }

    /// <summary>Trains and writes the files. A run that is stopped leaves its weights so far.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="progress">Is shown each step.</param>
    /// <param name="cancellation">Stops training between steps.</param>
    /// <returns>Steps made.</returns>
    /// <exception cref="ArgumentException">As for <see cref="RetrofitTrainer"/>.</exception>
    /// <exception cref="DivergenceException">Loss or gradient is not finite.</exception>
    public long Train(RunFolder folder, Action<RetrofitStep> progress, CancellationToken cancellation)
    {
        using var trainer = new RetrofitTrainer(
            _model, _settings.Looped, _tokens, _length, _settings.Rows, _settings.Update, _settings.Rate, _settings.Seed, _backend);
        AtomicFile.WriteText(folder.PathOf("config.json"), Configuration());
        using (var table = GrowingTable.Open(folder.PathOf(MetricsName), "step,loss,gradient_norm", lastStep: 0))
        {
            while (trainer.State.Step < _settings.Steps && !cancellation.IsCancellationRequested)
            {
                var (loss, norm) = trainer.Step();
                var step = new RetrofitStep(trainer.State.Step, loss, norm);
                table.Append(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{step.Step},{StudyOptions.Text(step.Loss)},{StudyOptions.Text(step.GradientNorm)}"));
                progress(step);
            }
        }

        trainer.Store();
        (_model with { Weights = trainer.State.Weights }).Write(
            folder.PathOf(FinalName),
            new Dictionary<string, string>
            {
                ["format"] = "pt",
                ["loop_layers"] = _settings.LoopLayers,
                ["loops"] = _settings.Loops.ToString(CultureInfo.InvariantCulture),
                ["steps"] = trainer.State.Step.ToString(CultureInfo.InvariantCulture),
            });
        return trainer.State.Step;
    }

    /// <summary>The logits of rows under the model's weights as they came, (rows,L,vocabulary), one row at a time.</summary>
    /// <param name="rows">How many of the rows, from the first.</param>
    public NpyArray Logits(int rows)
    {
        var settings = _model.Settings;
        var loss = RetrofitModel.Loss(settings, _settings.Looped, rows: 1, _length, ElementType.Float32);
        using var executable = new Program(
            [.. loss.Inputs.Where(input => input.Name != RetrofitModel.Targets)], [loss.Output(RetrofitModel.Logits)])
            .Compile(_backend);
        foreach (var (weight, values) in PublicGpt2.Layout(settings).Zip(_model.Weights))
        {
            executable.Input(weight.Name).Write<float>(values);
        }

        var (input, output) = (executable.Input(RetrofitModel.Tokens), executable.Output(RetrofitModel.Logits));
        var size = _length * settings.Vocabulary;
        var logits = new float[rows * size];
        for (var row = 0; row < rows; row++)
        {
            input.Write<int>(_tokens.AsSpan(row * _length, _length));
            executable.Execute();
            output.Read(logits.AsSpan(row * size, size));
        }

        return NpyArray.Create<float>(new Shape(rows, _length, settings.Vocabulary), logits);
    }

    private string Configuration() => new JsonObject
    {
        ["study"] = "retrofit",
        ["settings"] = SettingsFile.Write(_settings, RetrofitSettings.Options),
        ["about"] = new JsonObject { ["version"] = ToyFiles.Version, ["backend"] = _backend.Name },
    }.ToJsonString(Indented) + "\n";
}
