using Looped.Kernels.Cpu;
using Looped.Studies.Toy;

namespace Looped.Studies.Tests.Toy;

/// <summary>Toy runs that take a moment.</summary>
internal static class Runs
{
    /// <summary>Width 3, thirteen epochs, both models.</summary>
    public static readonly ToySettings Small = new() { Width = 3, Epochs = 13, Samples = 300, Threads = 2, Seed = 4 };

    /// <summary>Runs to the end.</summary>
    public static ToyResult Of(ToySettings settings)
    {
        settings.Validate(1L << 34);
        var study = new ToyRun(settings, new CpuBackend());
        study.Start();
        Assert.True(study.Wait(TimeSpan.FromMinutes(5)));
        return ToyResult.Of(study, TimeSpan.FromSeconds(1));
    }

    /// <summary>The files of a result by name, read back as bytes.</summary>
    public static Dictionary<string, byte[]> Files(ToyResult result)
    {
        using var temporary = new TemporaryFolder();
        var path = temporary.PathOf("run");
        using (var folder = RunFolder.Create(path, force: false))
        {
            Assert.Equal(folder.PathOf("report.html"), ToyFiles.Write(result, folder));
        }

        return Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(path, file).Replace('\\', '/'), File.ReadAllBytes);
    }
}
