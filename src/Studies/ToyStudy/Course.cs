using Looped.Analysis;
using Looped.Analysis.Curvature;
using Looped.Models.Data;
using Looped.Studies.Toy;
using Looped.Tensors;

namespace Looped.Studies.ToyStudy;

/// <summary>
/// The course of training of both models under one seed, as measured by a toy run, in and out of an archive.
/// </summary>
internal static class Course
{
    private static readonly TimeSpan NoTime = TimeSpan.Zero;

    /// <summary>Stores a course.</summary>
    public static void Write(ToyResult result, SeedArchive archive)
    {
        archive.PutText("backend", result.Backend);
        archive.Put("seconds", result.Elapsed.TotalSeconds);
        Accuracies[] ceilings = [result.Ceilings.LastToken, result.Ceilings.Bag, result.Ceilings.Full];
        archive.Put("ceilings", new Shape(3, 3), [.. ceilings.SelectMany(Flat)]);
        foreach (var model in result.Models)
        {
            var part = archive.Part(model.Name);
            ToyRow[] spectra = [.. model.SpectrumRows];
            part.Put("epochs", [.. model.Rows.Select(row => (long)row.Epoch)]);
            part.Put("loss", [.. model.Rows.Select(row => row.Loss)]);
            part.Put("accuracy", new Shape(model.Rows.Count, 3), [.. model.Rows.SelectMany(row => Flat(row.Accuracy))]);
            part.Put("gradient norm", [.. model.Rows.Select(row => row.GradientNorm)]);
            part.Put("spectrum epochs", [.. spectra.Select(row => (long)row.Epoch)]);
            part.Put(
                "spectrum",
                new Shape(spectra.Length, model.ParameterCount),
                [.. spectra.SelectMany(row => row.Spectrum!.Values)]);
            part.Put("entropy", [.. spectra.Select(row => row.Spectrum!.Entropy)]);
            part.Put("information", [.. spectra.Select(row => row.Spectrum!.Information)]);
            part.Put("information bound", [.. spectra.Select(row => row.Spectrum!.InformationBound)]);
            if (model.Divergence is { } divergence)
            {
                part.PutText("divergence", divergence);
            }
        }
    }

    /// <summary>The course that an archive holds; times of its parts are not kept.</summary>
    /// <exception cref="InvalidDataException">It holds none, or not a whole one.</exception>
    public static ToyResult Read(ToySettings settings, SeedArchive archive)
    {
        var ceilings = Rows(archive.Numbers("ceilings"));
        var models = settings.Architectures
            .Select(architecture => ReadModel(settings, architecture.ToString().ToLowerInvariant(), archive))
            .ToList();
        return new ToyResult(
            settings,
            archive.Text("backend"),
            new Ceilings(ceilings[0], ceilings[1], ceilings[2]),
            models,
            TimeSpan.FromSeconds(archive.Number("seconds")),
            models.All(model => model.Divergence is null));
    }

    private static ToyModelResult ReadModel(ToySettings settings, string name, SeedArchive archive)
    {
        var part = archive.Part(name);
        var size = part.ShapeOf("spectrum")[1];
        var (values, entropy) = (part.Numbers("spectrum"), part.Numbers("entropy"));
        var (information, bound) = (part.Numbers("information"), part.Numbers("information bound"));
        var spectra = part.Integers("spectrum epochs").Select((epoch, i) =>
        {
            var row = values[(i * size)..((i + 1) * size)];
            return new SpectrumRow(
                (int)epoch, row, entropy[i], information[i], bound[i], ValleyGeometry.Measure(row, settings.Valley));
        }).ToDictionary(row => row.Epoch);
        var (loss, norm) = (part.Numbers("loss"), part.Numbers("gradient norm"));
        var accuracy = Rows(part.Numbers("accuracy"));
        return new ToyModelResult(
            name,
            size,
            [
                .. part.Integers("epochs").Select((epoch, i) => new ToyRow(
                    (int)epoch, loss[i], accuracy[i], norm[i], spectra.GetValueOrDefault((int)epoch))),
            ],
            new ToyTimes(NoTime, NoTime, NoTime, NoTime, NoTime),
            part.Has("divergence") ? part.Text("divergence") : null);
    }

    private static double[] Flat(Accuracies accuracy) => [accuracy.Total, accuracy.Low, accuracy.High];

    private static List<Accuracies> Rows(double[] flat) =>
        [.. flat.Chunk(3).Select(row => new Accuracies(row[0], row[1], row[2]))];
}
