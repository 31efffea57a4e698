using System.Diagnostics;

namespace Looped.Cli.Tests;

/// <summary>What a process left: its exit code and its two streams.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error);

/// <summary>Runs the built program in a process of its own, in a folder that is deleted afterwards.</summary>
internal sealed class Looped : IDisposable
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "looped.dll");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("looped-tests-");

    /// <summary>Names of everything in the folder, with paths inside it.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFileSystemEntries(_folder.FullName, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(_folder.FullName, path).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public void WriteBase64(string name, string base64) => File.WriteAllBytes(PathOf(name), Convert.FromBase64String(base64));

    /// <summary>Environment variables that the program is started with.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Starts the program; the caller ends and disposes of it.</summary>
    public Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["exec", Assembly, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs the program to its end.</summary>
    public Outcome Run(params IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        return Finish(process);
    }

    /// <summary>Runs the program, which must succeed without a word on the error stream.</summary>
    public string Succeed(params IEnumerable<string> arguments)
    {
        var outcome = Run(arguments);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        return outcome.Output;
    }

    /// <summary>Runs the program, which must refuse: exit code 2, one line that has these parts, and nothing written.</summary>
    public void Refuse(IEnumerable<string> arguments, params IEnumerable<string> parts)
    {
        var before = Files.ToList();
        var outcome = Run(arguments);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.StartsWith("looped: ", outcome.Error);
        Assert.Equal(outcome.Error.Length - 1, outcome.Error.IndexOf('\n'));
        Assert.All(parts, part => Assert.Contains(part, outcome.Error));
        Assert.Equal(before, Files);
    }

    /// <summary>Waits for the end of a process and reads what it wrote.</summary>
    public static Outcome Finish(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output, error.Result);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
