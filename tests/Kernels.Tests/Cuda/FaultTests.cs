using System.Diagnostics;

namespace Looped.Kernels.Tests.Cuda;

/// <summary>
/// Faults planted in the kernels' sources: with each, the tests of that kernel fail. They run in a process of their own, which
/// a kernel that reads another's memory may end.
/// </summary>
public class FaultTests
{
    public static TheoryData<string, string, string, string> Faults => new()
    {
        // a barrier removed: a slice is multiplied before it is there, or overwritten while it is read
        {
            "Device/tiles.h", "            barrier();\n            multiply(", "            multiply(",
            "ContractConformance.Every_pattern_with_random_extents"
        },
        {
            "Device/tiles.h", "rightSlice(number));\n            barrier();", "rightSlice(number));",
            "LargeCallTests.Deep_products"
        },
        { "attention.cu", "        barrier();\n        loadTile(key", "        loadTile(key", "RowConformance.Causal_attention" },
        {
            "attention.cu", "        barrier();\n        for (uint32 row = thread", "        for (uint32 row = thread",
            "RowConformance.Causal_attention"
        },
        {
            "attention_pullback.cu", "        barrier();\n        tiles.changes((T)", "        tiles.changes((T)",
            "LargeCallTests.Cotangents_of_attention"
        },
        {
            "Device/rows.h", "        barrier();\n        value = warps[0];", "        value = warps[0];",
            "LargeCallTests.Long_rows"
        },

        // an index off by one
        { "softmax.cu", "i < count; i += lanes) total", "i <= count; i += lanes) total", "ReductionConformance.Softmax" },
        {
            "attention_pullback.cu", "uint32 first = start; first <", "uint32 first = start + tile; first <",
            "RowConformance.Cotangents"
        },
        {
            "softmax_jacobian.cu", "i < count; i += lanes)\n        mean", "i + 1 < count; i += lanes)\n        mean",
            "RowConformance.Jacobians"
        },
        { "scatter_add.cu", "int before = (int)i - 1;", "int before = (int)i - 2;", "IndexConformance.Rows_gathered" },
        {
            "sum.cu", "uint32 i = start + (uint32)group.lane; i < end", "uint32 i = start + (uint32)group.lane; i + 1 < end",
            "ReductionConformance.Sums"
        },
    };

    [EmulatedCudaTheory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_caught(string file, string sound, string faulty, string test)
    {
        var folder = Directory.CreateTempSubdirectory("looped-fault-");
        try
        {
            var (sources, build) = (Path.Combine(folder.FullName, "sources"), Path.Combine(folder.FullName, "build"));
            Copy(EmulatedCuda.Sources, sources);
            Directory.CreateDirectory(build);
            var text = File.ReadAllText(Path.Combine(sources, file));
            Assert.Equal(2, text.Split(sound).Length);
            File.WriteAllText(Path.Combine(sources, file), text.Replace(sound, faulty));
            KeepOthers(file, build);
            var (library, problem) = EmulatedCuda.Build(sources, build);
            Assert.True(library is not null, problem);
            Assert.NotEqual(0, Run(test, library));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [EmulatedCudaFact]
    public void Without_a_fault_the_same_tests_pass() =>
        Assert.Equal(0, Run("LargeCallTests.Long_rows", EmulatedCuda.Library));

    /// <summary>The objects of the other sources need no compiler.</summary>
    private static void KeepOthers(string file, string build)
    {
        if (file.EndsWith(".h", StringComparison.Ordinal) || !EmulatedCuda.IsEmulated)
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(Path.GetDirectoryName(EmulatedCuda.Library)!, "*.o")
            .Where(path => Path.GetFileName(path) != $"{file}.o"))
        {
            File.Copy(path, Path.Combine(build, Path.GetFileName(path)));
        }
    }

    private static int Run(string test, string library)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])
            ["test", typeof(FaultTests).Assembly.Location, "--filter", $"FullyQualifiedName~{test}"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["LOOPED_CUDA_DRIVER"] = library;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.DoesNotContain("No test matches", output + errors.Result);
        return process.ExitCode;
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cu" or ".h" or ".cpp" or ".sh"))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
