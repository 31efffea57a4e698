using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Looped.Studies.Figures;
using Looped.Studies.Ledger;
using Looped.Studies.Settings;
using Looped.Studies.Toy;
using Looped.Tensors.IO;

namespace Looped.Studies.Theory;

/// <summary>The files of a check of the theory. Each is written whole or not at all.</summary>
public static class TheoryFiles
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes all files of a run.</summary>
    /// <returns>The path of the report.</returns>
    public static string Write(TheoryResult result, RunFolder folder)
    {
        var checks = TheoryLedger.Checks(result);
        var ledger = TheoryLedger.Judge(checks, result.Settings);
        AtomicFile.WriteText(folder.PathOf("config.json"), Configuration(result));
        AtomicFile.WriteText(folder.PathOf("ledger.json"), LedgerJson.Write(ledger));
        AtomicFile.WriteText(folder.PathOf("checks.csv"), Table(checks));
        AtomicFile.WriteText(folder.PathOf("forces.csv"), Forces(result));
        AtomicFile.WriteText(folder.PathOf("alignments.csv"), Alignments(result));
        AtomicFile.WriteText(folder.PathOf("rivers.csv"), Rivers(result));
        var figures = TheoryFigures.Of(result);
        Directory.CreateDirectory(folder.PathOf("figures"));
        foreach (var (name, figure, _) in figures)
        {
            AtomicFile.WriteText(FigurePath(name), SvgRenderer.Render(figure, name));
        }

        // An earlier run in this folder may have had figures that this one has not.
        foreach (var name in TheoryFigures.Names.Except(figures.Select(figure => figure.Name)))
        {
            File.Delete(FigurePath(name));
        }

        var report = folder.PathOf("report.html");
        AtomicFile.WriteText(report, TheoryReport.Build(result, checks, ledger, figures));
        return report;

        string FigurePath(string name) => folder.PathOf(Path.Combine("figures", $"{name}.svg"));
    }

    /// <summary>Everything needed to repeat the run.</summary>
    private static string Configuration(TheoryResult result) => new JsonObject
    {
        ["study"] = "theory",
        ["settings"] = SettingsFile.Write(result.Settings, TheorySettings.Options),
        ["about"] = new JsonObject
        {
            ["version"] = ToyFiles.Version,
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["system"] = $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
            ["complete"] = result.IsComplete,
        },
    }.ToJsonString(Indented) + "\n";

    private static string Table(IEnumerable<Check> checks) => Lines(
        "claim,role,statement,margin,worst,violations,instances,share,low,high",
        checks.Select(check => (IEnumerable<object>)
        [
            check.Claim, check.Role.ToString().ToLowerInvariant(), check.Statement, check.Margin, check.WorstMargin,
            check.Violations, check.Instances, check.Share, check.Interval.Low, check.Interval.High,
        ]));

    /// <summary>One line a landscape: Setting 1, then Setting 2.</summary>
    private static string Forces(TheoryResult result) => Lines(
        "setting,dominated,hops,steps,settled,horizon,shape,bound,sharp,unforced,force,forced_share,alignment,valley_left," +
        "river_loss,loss",
        from setting in new[] { (Number: 1, Instances: result.Quadratic), (Number: 2, Instances: result.General) }
        from instance in setting.Instances
        from shape in new[] { (Name: "U", Outcome: instance.U), (Name: "V", Outcome: instance.V) }
        select (IEnumerable<object>)
        [
            setting.Number, instance.Dominated, instance.Hops, instance.Steps, instance.Settled, instance.Horizon, shape.Name,
            shape.Outcome.Bound, shape.Outcome.SharpBound, shape.Outcome.Unforced, shape.Outcome.Force,
            shape.Outcome.ForcedShare, shape.Outcome.Alignment, shape.Outcome.ValleyLeft, shape.Outcome.RiverLoss,
            shape.Outcome.Loss,
        ]);

    private static string Alignments(TheoryResult result) => Lines(
        "case,seed,epoch,off_diagonal,negative_diagonal,negative_part,asymmetry,part,gradient,mean_cosine,samples,negative," +
        "lowest_cosine,average_cosine",
        from row in result.Alignments
        from alignment in row.Alignments
        select (IEnumerable<object>)
        [
            row.Case, row.Seed, row.Epoch, row.Conditions.OffDiagonal, row.Conditions.NegativeDiagonal,
            row.Conditions.NegativePart, row.Conditions.Asymmetry, alignment.Part.ToString().ToLowerInvariant(),
            alignment.Gradient.ToString().ToLowerInvariant(), alignment.Mean, alignment.Samples, alignment.Negative, alignment.Lowest,
            alignment.Average,
        ]);

    private static string Rivers(TheoryResult result) => Lines(
        "model,seed,epoch,epsilon,valley,negative,null,condition,gradient_valley,gradient_negative,gradient_null," +
        "smallest_alignment,gap,flattest_alignment",
        from row in result.Rivers
        from readings in row.Readings
        select (IEnumerable<object>)
        [
            row.Model, row.Seed, row.Epoch, readings.Valley.Epsilon, readings.Valley.Size, readings.Negative, readings.Null,
            readings.Valley.ConditionNumber, readings.GradientInValley, readings.GradientInNegative, readings.GradientInNull,
            readings.Alignment, readings.Gap, readings.FlattestAlignment,
        ]);

    private static string Lines(string heading, IEnumerable<IEnumerable<object>> rows)
    {
        var text = new StringBuilder(heading).Append('\n');
        foreach (var row in rows)
        {
            text.AppendJoin(',', row.Select(Text)).Append('\n');
        }

        return text.ToString();
    }

    private static string Text(object cell) => cell switch
    {
        double number => double.IsNaN(number) ? string.Empty : StudyOptions.Text(number),
        bool truth => truth ? "true" : "false",
        string words => words.Contains(',') ? $"\"{words}\"" : words,
        _ => FormattableString.Invariant($"{cell}"),
    };
}
