using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Looped.Models.Data;
using Looped.Studies.Figures;
using Looped.Studies.Ledger;
using Looped.Studies.Settings;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Studies.Toy;

/// <summary>The files of a toy run. Each is written whole or not at all.</summary>
public static class ToyFiles
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes all files of a run.</summary>
    /// <returns>The path of the report.</returns>
    public static string Write(ToyResult result, RunFolder folder)
    {
        AtomicFile.WriteText(folder.PathOf("config.json"), Configuration(result));
        AtomicFile.WriteText(folder.PathOf("metrics.csv"), Metrics(result));
        Npz.Write(folder.PathOf("spectra.npz"), Spectra(result));
        var ledger = ToyLedger.Judge(result);
        AtomicFile.WriteText(folder.PathOf("ledger.json"), LedgerJson.Write(ledger));
        var figures = ToyFigures.Of(result);
        Directory.CreateDirectory(folder.PathOf("figures"));
        foreach (var (name, figure, _) in figures)
        {
            AtomicFile.WriteText(FigurePath(name), SvgRenderer.Render(figure, name));
        }

        // An earlier run in this folder may have had figures that this one has not.
        foreach (var name in ToyFigures.Names.Except(figures.Select(figure => figure.Name)))
        {
            File.Delete(FigurePath(name));
        }

        var report = folder.PathOf("report.html");
        AtomicFile.WriteText(report, ToyReport.Build(result, figures, ledger));
        return report;

        string FigurePath(string name) => folder.PathOf(Path.Combine("figures", $"{name}.svg"));
    }

    /// <summary>Everything needed to repeat the run: <c>--config</c> reads it back.</summary>
    private static string Configuration(ToyResult result) => new JsonObject
    {
        ["study"] = "toy",
        ["settings"] = SettingsFile.Write(result.Settings, ToySettings.Options),
        ["about"] = new JsonObject
        {
            ["version"] = Version,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["system"] = $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
            ["backend"] = result.Backend,
            ["complete"] = result.IsComplete,
        },
    }.ToJsonString(Indented) + "\n";

    /// <summary>Version of the program.</summary>
    internal static string Version =>
        typeof(ToyFiles).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    /// <summary>One line a model and epoch; what was not measured is empty.</summary>
    private static string Metrics(ToyResult result)
    {
        var text = new StringBuilder(
            "model,epoch,loss,accuracy,accuracy_low,accuracy_high," +
            "ceiling_last,ceiling_bag,ceiling_full,ceiling_last_low,ceiling_bag_low,ceiling_full_low," +
            "ceiling_last_high,ceiling_bag_high,ceiling_full_high," +
            "gradient_norm,entropy,mutual_information,valley_size,condition\n");
        var views = (Accuracies[])[result.Ceilings.LastToken, result.Ceilings.Bag, result.Ceilings.Full];
        var ceilings = string.Join(',', Numbers(
        [
            .. views.Select(view => view.Total), .. views.Select(view => view.Low), .. views.Select(view => view.High),
        ]));
        foreach (var model in result.Models)
        {
            foreach (var row in model.Rows)
            {
                text.Append(CultureInfo.InvariantCulture, $"{model.Name},{row.Epoch},");
                text.AppendJoin(',', Numbers([row.Loss, row.Accuracy.Total, row.Accuracy.Low, row.Accuracy.High]));
                text.Append(CultureInfo.InvariantCulture, $",{ceilings},");
                text.AppendJoin(',', Numbers(
                [
                    row.GradientNorm,
                    row.Spectrum?.Entropy,
                    row.Spectrum?.Information,
                    row.Spectrum?.Valley.Size,
                    row.Spectrum?.Valley.ConditionNumber,
                ]));
                text.Append('\n');
            }
        }

        return text.ToString();

        static IEnumerable<string> Numbers(double?[] values) =>
            values.Select(value => value is { } number && !double.IsNaN(number) ? StudyOptions.Text(number) : string.Empty);
    }

    /// <summary>The spectra: for each model rows x P, ascending, and the epochs of the rows.</summary>
    private static IEnumerable<NpzMember> Spectra(ToyResult result)
    {
        // A model that was stopped has the first of these epochs.
        var epochs = result.Models.Select(model => model.SpectrumRows.Select(row => (long)row.Epoch).ToArray())
            .MaxBy(list => list.Length) ?? [];
        foreach (var model in result.Models)
        {
            double[][] rows = [.. model.SpectrumRows.Select(row => row.Spectrum!.Values)];
            yield return new NpzMember(model.Name, stream => Npy.WriteRows(stream, rows, model.ParameterCount));
        }

        yield return new NpzMember("epochs", stream => Npy.Write<long>(stream, new Shape(epochs.Length), epochs));
    }
}
