using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Looped.Tests;

/// <summary>
/// The emulated CUDA driver, built once from the kernels' sources and kept for later runs. A process that asks for it uses it
/// as its driver from then on, unless another one was named before.
/// </summary>
internal static class EmulatedCuda
{
    private const string SetOrderName = "emulation_set_order";
    private const string Variable = "LOOPED_CUDA_DRIVER";

    private static readonly Lazy<(string? Library, string? Problem)> Built = new(Build);

    /// <summary>Why there is no emulated driver; null where there is one.</summary>
    public static string? Problem => Built.Value.Problem;

    /// <summary>The driver's file.</summary>
    public static string Library => Built.Value.Library!;

    /// <summary>The folder of the kernels' sources.</summary>
    public static string Sources => Path.Combine(Root, "src", "Kernels", "Cuda");

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "LoopedTransformers.sln")))
            {
                folder = folder.Parent!;
            }

            return folder.FullName;
        }
    }

    /// <summary>Whether the driver is the emulated one, whose memory is the host's; another may have been named.</summary>
    public static bool IsEmulated => NativeLibrary.TryGetExport(NativeLibrary.Load(Library), SetOrderName, out _);

    /// <summary>
    /// Makes threads of emulated blocks take turns in one of four orders, numbered from zero; a real device has its own.
    /// </summary>
    public static void SetOrder(int order)
    {
        if (NativeLibrary.TryGetExport(NativeLibrary.Load(Library), SetOrderName, out var function))
        {
            Assert.Equal(0, Marshal.GetDelegateForFunctionPointer<IntegerFunction>(function)(order));
        }
    }

    /// <summary>Builds a driver from sources into a folder.</summary>
    /// <returns>The driver's file, or what the compiler said.</returns>
    public static (string? Library, string? Problem) Build(string sources, string folder)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(sources, "Emulation", "build.sh"), folder, sources])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var library = Path.Combine(folder, "libcuda-emulation.so");
        return process.ExitCode == 0 ? (library, null) : (null, errors.Result + output);
    }

    private static (string? Library, string? Problem) Build()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return (given, null);
        }

        if (!OperatingSystem.IsLinux() || !Exists("g++"))
        {
            return (null, "the CUDA emulation needs Linux and g++");
        }

        var folder = Path.Combine(Path.GetTempPath(), $"looped-cuda-emulation-{Environment.UserName}-{Fingerprint()}");
        Directory.CreateDirectory(folder);
        using var turn = Turn(Path.Combine(folder, "lock"));
        var library = Path.Combine(folder, "libcuda-emulation.so");
        if (!File.Exists(library))
        {
            var (built, problem) = Build(Sources, folder);
            if (built is null)
            {
                throw new InvalidOperationException($"the CUDA emulation does not compile: {problem}");
            }
        }

        Environment.SetEnvironmentVariable(Variable, library);
        return (library, null);
    }

    private static bool Exists(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    /// <summary>A hash of all sources.</summary>
    private static string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(Sources, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cu" or ".h" or ".cpp" or ".sh")
            .Order(StringComparer.Ordinal))
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }

    /// <summary>Waits until no other process builds.</summary>
    private static FileStream Turn(string path)
    {
        for (; ; )
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                Thread.Yield();
            }
        }
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int IntegerFunction(int argument);
}

/// <summary>A test on the emulated CUDA device; where that cannot be built, the test is skipped and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EmulatedCudaFactAttribute : FactAttribute
{
    public EmulatedCudaFactAttribute() => Skip = EmulatedCuda.Problem;

    /// <summary>Whether the test makes the device fail, which a real one would not recover from.</summary>
    public bool MakesFaults
    {
        get;
        set => (field, Skip) = (value, value && EmulatedCuda.Problem is null && !EmulatedCuda.IsEmulated
            ? "the test makes the device fail, and a real one would not recover"
            : Skip);
    }
}

/// <summary>A test on the emulated CUDA device with several arguments; skipped where that cannot be built.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EmulatedCudaTheoryAttribute : TheoryAttribute
{
    public EmulatedCudaTheoryAttribute() => Skip = EmulatedCuda.Problem;
}
