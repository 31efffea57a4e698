using System.Diagnostics;
using System.Reflection;
using Xunit.Sdk;

namespace Looped.GpuBenchmarks;

/// <summary>The conformance suite on the device, each test with all its arguments.</summary>
internal static class Conformance
{
    /// <summary>Runs all tests; a row each, and how many failed.</summary>
    public static (IReadOnlyList<Row> Rows, int Failures) Run()
    {
        var (rows, failures) = (new List<Row>(), 0);
        foreach (var (method, arguments) in Tests())
        {
            var name = $"{method.Name}({string.Join(' ', arguments)})";
            var start = Stopwatch.GetTimestamp();
            var note = "passed";
            try
            {
                method.Invoke(Activator.CreateInstance(method.DeclaringType!), arguments);
            }
            catch (TargetInvocationException failure)
            {
                note = $"FAILED: {failure.InnerException!.Message.ReplaceLineEndings(" ")}";
                failures++;
            }

            Console.WriteLine($"{name}: {note}");
            rows.Add(new Row(
                name.Replace(',', ' '), Stopwatch.GetElapsedTime(start).TotalMicroseconds, double.NaN, Note: note));
        }

        Console.WriteLine($"{rows.Count - failures} passed, {failures} failed");
        return (rows, failures);
    }

    /// <summary>Those of the suite; tests of its own instruments, such as fences in host memory, are not among them.</summary>
    private static IEnumerable<(MethodInfo Method, object?[] Arguments)> Tests() =>
        from type in typeof(Conformance).Assembly.GetTypes()
        where type.IsPublic && type.Name.EndsWith("Conformance", StringComparison.Ordinal)
        from method in type.GetMethods()
        where method.GetCustomAttribute<FactAttribute>() is not null
        from arguments in method.GetCustomAttribute<TheoryAttribute>() is null
            ? [[]]
            : method.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(method))
        select (method, arguments);
}
