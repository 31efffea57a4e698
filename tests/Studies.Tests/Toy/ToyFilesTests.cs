using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Looped.Kernels.Cpu;
using Looped.Studies.Ledger;
using Looped.Studies.Settings;
using Looped.Studies.Toy;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Studies.Tests.Toy;

public class ToyFilesTests
{
    private static readonly ToyResult Small = Runs.Of(Runs.Small);
    private static readonly Dictionary<string, byte[]> Files = Runs.Files(Small);

    [Fact]
    public void ARunLeavesItsFilesAndNothingElse() => Assert.Equal(
        [
            "config.json", "figures/accuracy.svg", "figures/entropy.svg", "figures/heatmap-looped.svg",
            "figures/heatmap-single.svg", "figures/loss.svg", "figures/spectra.svg", "figures/valley.svg", "ledger.json",
            "metrics.csv", "report.html", "spectra.npz",
        ],
        Files.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void MetricsHaveALineAModelAndEpochAndReadBackExactly()
    {
        var lines = Text(Files, "metrics.csv").Split('\n');
        Assert.Equal(
            "model,epoch,loss,accuracy,accuracy_low,accuracy_high,ceiling_last,ceiling_bag,ceiling_full,ceiling_last_low," +
            "ceiling_bag_low,ceiling_full_low,ceiling_last_high,ceiling_bag_high,ceiling_full_high,gradient_norm,entropy," +
            "mutual_information,valley_size,condition",
            lines[0]);
        Assert.Equal("", lines[^1]);
        var rows = lines[1..^1].Select(line => line.Split(',')).ToList();
        var expected = Small.Models.SelectMany(model => model.Rows.Select(row => (model.Name, Row: row))).ToList();
        Assert.Equal(expected.Count, rows.Count);
        foreach (var ((name, row), cells) in expected.Zip(rows))
        {
            var (last, bag, full) = (Small.Ceilings.LastToken, Small.Ceilings.Bag, Small.Ceilings.Full);
            Assert.Equal([name, row.Epoch.ToString(CultureInfo.InvariantCulture)], cells[..2]);
            Assert.Equal(
                [
                    row.Loss, row.Accuracy.Total, row.Accuracy.Low, row.Accuracy.High, last.Total, bag.Total, full.Total,
                    last.Low, bag.Low, full.Low, last.High, bag.High, full.High, row.GradientNorm, row.Spectrum!.Entropy,
                    row.Epoch == 0 ? double.NaN : row.Spectrum.Information, row.Spectrum.Valley.Size,
                    row.Spectrum.Valley.ConditionNumber,
                ],
                cells[2..].Select(Number));
            Assert.Equal(row.Epoch == 0, cells[^3].Length == 0);
        }
    }

    [Fact]
    public void EpochsWithoutASpectrumHaveEmptyCells()
    {
        var files = Runs.Files(Runs.Of(Runs.Small with { SpectrumEvery = 7 }));
        foreach (var cells in Text(files, "metrics.csv").Split('\n')[1..^1].Select(line => line.Split(',')))
        {
            Assert.Equal(20, cells.Length);
            var measured = cells[1] is "0" or "7" or "13";
            Assert.All(cells[^4..], (cell, i) => Assert.Equal(measured && !(i == 1 && cells[1] == "0"), cell.Length > 0));
            Assert.All(cells[..^4], cell => Assert.NotEmpty(cell));
        }

        using var archive = new MemoryStream(files["spectra.npz"]);
        Assert.Equal([0L, 7, 13], Npz.Read(archive, "spectra.npz")["epochs"].ToIntegers());
    }

    [Fact]
    public void SpectraAreRowsOfAscendingEigenvalues()
    {
        using var archive = new MemoryStream(Files["spectra.npz"]);
        var arrays = Npz.Read(archive, "spectra.npz");
        Assert.Equal(["epochs", "looped", "single"], arrays.Keys.Order());
        Assert.Equal(Enumerable.Range(0, 14).Select(epoch => (long)epoch), arrays["epochs"].ToIntegers());
        foreach (var model in Small.Models)
        {
            Assert.Equal(new Shape(14, 36), arrays[model.Name].Shape);
            Assert.Equal(NpyType.Float64, arrays[model.Name].Type);
            var rows = arrays[model.Name].ToDoubles().Chunk(36).ToList();
            Assert.Equal(model.Rows.Select(row => row.Spectrum!.Values), rows);
            Assert.All(rows, row => Assert.Equal(row.Order(), row));
        }
    }

    [Fact]
    public void TheLedgerHasTheThreeClaims()
    {
        var rows = LedgerJson.Read(Text(Files, "ledger.json"));
        Assert.Equal(["O1", "O2a", "O2b"], rows.Select(row => row.Id));
        Assert.All(rows, row => Assert.Equal("4", row.Settings["seed"]));
    }

    [Fact]
    public void TheConfigurationRepeatsTheRun()
    {
        var settings = Runs.Small with
        {
            Gate = null,
            LearningRate = 1.0 / 30,
            Batch = 64,
            Dynamics = Models.Data.Dynamics.Mixture,
            Positions = true,
            Scale = Models.Attention.AttentionScale.None,
            Information = Analysis.Curvature.InformationReading.Matrix,
            Seed = ulong.MaxValue,
        };
        var files = Runs.Files(Runs.Of(settings));
        using var temporary = new TemporaryFolder();
        var config = temporary.Write("config.json", Text(files, "config.json"));
        var read = SettingsFile.Read(config, new ToySettings { Threads = 1 }, ToySettings.Options);
        Assert.Equal(settings, read);
        var again = Runs.Files(Runs.Of(read));
        Assert.Equal(files["metrics.csv"], again["metrics.csv"]);
        Assert.Equal(files["spectra.npz"], again["spectra.npz"]);
        Assert.Equal(files["config.json"], again["config.json"]);
    }

    [Fact]
    public void TheConfigurationSaysWhatRanAndWhetherToTheEnd()
    {
        var about = JsonNode.Parse(Text(Files, "config.json"))!["about"]!;
        Assert.StartsWith("0.", about["version"]!.GetValue<string>());
        Assert.StartsWith(".NET", about["runtime"]!.GetValue<string>());
        Assert.Equal(new CpuBackend().Name, about["backend"]!.GetValue<string>());
        Assert.True(about["complete"]!.GetValue<bool>());
        var stopped = Runs.Files(Small with { IsComplete = false });
        Assert.False(JsonNode.Parse(Text(stopped, "config.json"))!["about"]!["complete"]!.GetValue<bool>());
    }

    [Fact]
    public void FiguresOfAnEarlierRunDoNotStay()
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.PathOf("run");
        using (var folder = RunFolder.Create(path, force: false))
        {
            ToyFiles.Write(Small, folder);
        }

        using (var folder = RunFolder.Create(path, force: true))
        {
            ToyFiles.Write(Small with { Models = [Small.Models[1]] }, folder);
        }

        Assert.False(File.Exists(Path.Combine(path, "figures", "heatmap-single.svg")));
        Assert.True(File.Exists(Path.Combine(path, "figures", "heatmap-looped.svg")));
    }

    [Fact]
    public void AModelThatWasNotReachedHasNoRows()
    {
        var unreached = Small.Models[1] with { Rows = [] };
        var files = Runs.Files(Small with { Models = [Small.Models[0], unreached], IsComplete = false });
        Assert.DoesNotContain("looped,", Text(files, "metrics.csv"));
        using var archive = new MemoryStream(files["spectra.npz"]);
        Assert.Equal(new Shape(0, 36), Npz.Read(archive, "spectra.npz")["looped"].Shape);
        Assert.DoesNotContain("figures/heatmap-looped.svg", files.Keys);
    }

    private static string Text(Dictionary<string, byte[]> files, string name) => Encoding.UTF8.GetString(files[name]);

    private static double Number(string cell) =>
        cell.Length == 0 ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture);
}
