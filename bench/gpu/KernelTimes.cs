using System.Globalization;
using System.Runtime.InteropServices;
using Looped.Kernels;
using Looped.Kernels.Calls;
using Looped.Kernels.Cuda;
using Looped.Tensors;

namespace Looped.GpuBenchmarks;

/// <summary>Every kernel against PyTorch, with what it moves or computes a second.</summary>
internal sealed class KernelTimes(CudaDevice device, Options options)
{
    private const int Alignment = 256;

    private readonly CudaBackend _backend = new(device);
    private long _bytes;

    /// <summary>A kernel's work: its peer's name for it, and the call, whose operands are placed when it is made.</summary>
    private sealed record Work(
        string Name, Func<KernelCall> Call, double Flops = 0, CudaPrecision Precision = CudaPrecision.Full);

    /// <summary>Runs all.</summary>
    public IEnumerable<Row> Run()
    {
        List<Work> works = [.. Works()];
        var theirs = Peer.Time(options.Python, works.Select(work => work.Name));
        var copy = 0.0;
        var rows = new List<Row>();
        foreach (var work in works)
        {
            _bytes = 0;
            var call = work.Call();
            using var arena = _backend.Allocate(_bytes);
            Fill(call, arena);
            var time = Timing.Of(
                work.Precision == CudaPrecision.Full ? _backend : new CudaBackend(device, work.Precision),
                call,
                arena,
                options.IsSmall);
            var peer = theirs.GetValueOrDefault(work.Name, double.NaN);
            var gigabytes = call.Inputs.Append(call.Output).Sum(Touched) / time / 1000;
            copy = work.Name.StartsWith("copy", StringComparison.Ordinal) ? Math.Max(copy, gigabytes) : copy;
            var rate = work.Flops > 0 ? work.Flops / time / 1000 : gigabytes;
            var note = work.Flops > 0
                ? double.IsNaN(peer) ? string.Empty : Percent(peer / time, "of the library's rate")
                : Percent(gigabytes / copy, "of the copy's bandwidth");
            var row = new Row(work.Name, time, peer, Rate(rate, work.Flops > 0 ? "GFLOP/s" : "GB/s"), note);
            Console.WriteLine($"{row.Name}: {time.ToString("F1", CultureInfo.InvariantCulture)} us, {row.Rate}");
            rows.Add(row);
        }

        return [.. rows, .. KernelResources.Of(device)];
    }

    private IEnumerable<Work> Works()
    {
        var scale = options.IsSmall ? 64 : 1;
        var large = (1 << 25) / scale / scale;
        var (rows, columns) = (8192 / scale, 1024 / (options.IsSmall ? 8 : 1));
        foreach (var type in (ElementType[])[ElementType.Float32, ElementType.Float64])
        {
            var name = type.ShortName();
            yield return new($"copy {name} {large}", () => new ConvertCall(New(type, large), New(type, large)));
            yield return new($"add {name} {large}", () => Map(type, large, new MapStep(MapFunction.Add, 0, 1)));
            yield return new($"exp {name} {large}", () => Map(type, large, new MapStep(MapFunction.Exp, 0)));
            yield return new($"gelu {name} {large}", () => Gelu(type, large));
            yield return new(
                $"sum {name} {rows} {columns}", () => new SumCall(New(type, rows, columns), [1], New(type, rows)));
            yield return new(
                $"sum0 {name} {rows} {columns}", () => new SumCall(New(type, rows, columns), [0], New(type, columns)));
            yield return new(
                $"logsumexp {name} {rows} {columns}",
                () => new ReduceCall(New(type, rows, columns), [1], Reduction.LogSumExp, New(type, rows)));
            yield return new(
                $"softmax {name} {rows} {columns}",
                () => new SoftmaxCall(New(type, rows, columns), 1, false, New(type, rows, columns)));
            yield return new(
                $"layernorm {name} {rows} {columns}",
                () => new NormalizeCall(New(type, rows, columns), 1, 1e-5, true, false, New(type, rows, columns)));
            yield return new(
                $"crossentropy {name} {rows} {columns}",
                () => new RowLossCall(New(type, rows, columns), New(ElementType.Int32, rows), -1, false, New(type, rows)));
            yield return new(
                $"gather {name} {rows} {columns}",
                () => new GatherCall(
                    New(type, rows, columns), New(ElementType.Int32, rows), 0, New(type, rows, columns)));
            yield return new(
                $"scatteradd {name} {rows} {columns}",
                () => new ScatterAddCall(
                    New(type, rows, columns), New(ElementType.Int32, rows), New(type, rows, columns)));
            yield return new(
                $"adam {name} {large / 4}",
                () => new AdamCall(
                    New(type, large / 4),
                    New(type, large / 4),
                    New(type, large / 4),
                    New(ElementType.Float64, 2),
                    New(type, large / 4)) { Rate = 1e-3 });
            yield return new($"normal {name} {large / 4}", () => new PhiloxCall(1, "bench", true, 1, New(type, large / 4)));
            foreach (var n in options.IsSmall ? (int[])[64] : [256, 1024, 4096])
            {
                yield return Product($"matmul {name} {n}", type, n, CudaPrecision.Full);
            }

            var (heads, positions, width) = options.IsSmall ? (2, 32, 16) : (96, 1024, 64);
            yield return new(
                $"attention {name} {heads} {positions} {width}",
                () => new CausalAttentionCall(
                    New(type, 1, heads, positions, width),
                    New(type, 1, heads, positions, width),
                    New(type, 1, heads, positions, width),
                    0.125,
                    New(type, 1, heads, positions, width)),
                2.0 * heads * positions * positions * width);
            var (batch, order) = options.IsSmall ? (4, 16) : (20000, 32);
            yield return new(
                $"bmm {name} {batch} {order}",
                () => new ContractCall(
                    New(type, batch, order, order),
                    [0, 1, 2],
                    New(type, batch, order, order),
                    [0, 2, 3],
                    New(type, batch, order, order),
                    [0, 1, 3],
                    1,
                    false),
                2.0 * batch * order * order * order);
        }

        var side = options.IsSmall ? 64 : 4096;
        yield return Product($"matmul tf32 {side}", ElementType.Float32, side, CudaPrecision.Tf32);
        yield return Product($"matmul bf16 {side}", ElementType.Float32, side, CudaPrecision.Bf16);
    }

    private Work Product(string name, ElementType type, int n, CudaPrecision precision) => new(
        name,
        () => new ContractCall(New(type, n, n), [0, 1], New(type, n, n), [1, 2], New(type, n, n), [0, 2], 1, false),
        2.0 * n * n * n,
        precision);

    private MapCall Map(ElementType type, int count, MapStep step) => new(
        [.. Enumerable.Range(0, step.Arity).Select(_ => New(type, count))], [step], New(type, count));

    /// <summary>As programs fuse it: the inner polynomial, tanh, and the product.</summary>
    private MapCall Gelu(ElementType type, int count) => new(
        [New(type, count)],
        [
            new MapStep(MapFunction.Multiply, 0, 0),
            new MapStep(MapFunction.Scale, 1, Constant: 0.044715 * 0.79788456080286536),
            new MapStep(MapFunction.Offset, 2, Constant: 0.79788456080286536),
            new MapStep(MapFunction.Multiply, 3, 0),
            new MapStep(MapFunction.Tanh, 4),
            new MapStep(MapFunction.Gelu, 0, 5),
        ],
        New(type, count));

    private Operand New(ElementType type, params int[] extents)
    {
        var operand = new Operand(_bytes, type, new Shape(extents));
        _bytes += ((operand.Shape.Size * type.Size()) + Alignment - 1) / Alignment * Alignment;
        return operand;
    }

    /// <summary>Normal numbers, and row numbers that wander through the table.</summary>
    private void Fill(KernelCall call, IDeviceMemory arena)
    {
        foreach (var input in call.Inputs)
        {
            if (input.Type == ElementType.Int32)
            {
                var rows = (int)input.Shape.Size;
                int[] numbers = [.. Enumerable.Range(0, rows).Select(i => (int)(i * 7919L % Math.Min(rows, call.Inputs[0].Shape[call.Inputs[0].Shape.Rank - 1])))];
                arena.Write(input.Offset, MemoryMarshal.AsBytes(numbers.AsSpan()));
            }
            else
            {
                using var fill = _backend.Prepare([new PhiloxCall(1, $"{input.Offset}", true, 1, input)], arena);
                fill.Run();
            }
        }
    }

    private static double Touched(Operand operand) => operand.Shape.Size * (double)operand.Type.Size();

    private static string Rate(double value, string unit) => $"{value.ToString("F0", CultureInfo.InvariantCulture)} {unit}";

    private static string Percent(double share, string what) =>
        $"{(100 * share).ToString("F0", CultureInfo.InvariantCulture)} % {what}";
}
