using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Looped.Benchmarks.Comparison;
using Looped.Kernels;

namespace Looped.Benchmarks.Roofline;

/// <summary>
/// Reads so many bytes and writes so many others, in step with each other, and does nothing else: what every kernel with
/// this traffic has to do. Repeated, it runs in the level of the memory that holds this many bytes, as the kernel does.
/// </summary>
public sealed unsafe class StreamLoop : IParallelWork, IDisposable
{
    /// <summary>Bytes of a block, eight vectors.</summary>
    private const int Block = 512;

    private const double SampleSeconds = 5e-4;

    private readonly WorkerTeam _team;
    private readonly HostMemory _source;
    private readonly HostMemory _target;
    private readonly Vector512<ulong>[] _results;
    private readonly Action _run;

    /// <summary>Actual bytes over those of whole blocks.</summary>
    private readonly double _fraction;
    private Form _form;
    private int _passes = 1;

    /// <summary>A loop of some traffic.</summary>
    /// <param name="team">Who shares it, each thread a part of its own.</param>
    /// <param name="reads">Bytes that are read.</param>
    /// <param name="writes">Bytes that are written.</param>
    public StreamLoop(WorkerTeam team, long reads, long writes)
    {
        _team = team;
        _results = new Vector512<ulong>[team.Size];
        _source = new HostMemory(Whole(reads));
        _target = new HostMemory(Whole(writes));
        _fraction = (double)(reads + writes) / Math.Max(Block, _source.Bytes + _target.Bytes);
        _run = () => _team.Run(this, _team.Size);

        // Which form is fastest depends on the level of the memory.
        var seconds = new Dictionary<Form, double>();
        foreach (var form in (Form[])[new(1, false), new(1, true), new(4, false), new(4, true)])
        {
            _form = form;
            seconds[form] = Timing.WarmUp(_run, SampleSeconds);
        }

        _form = seconds.MinBy(pair => pair.Value).Key;
        _passes = Timing.Count(seconds[_form], SampleSeconds);
    }

    /// <summary>Seconds of one pass, with all threads awake and the caches as these passes leave them.</summary>
    public double Measure()
    {
        _run();
        return Timing.Seconds(_run, 1) / _passes * _fraction;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int item, int worker)
    {
        var (firstRead, lastRead) = Share(_source.Bytes / Block, item);
        var (firstWrite, lastWrite) = Share(_target.Bytes / Block, item);
        var source = _source.Pointer + (firstRead * Block);
        var target = _target.Pointer + (firstWrite * Block);
        var seen = Vector512<ulong>.Zero;
        for (var pass = 0; pass < _passes; pass++)
        {
            seen ^= Pass(source, lastRead - firstRead, target, lastWrite - firstWrite, _form);
        }

        _results[item] = seen;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<ulong> Pass(byte* source, long reads, byte* target, long writes, Form form)
    {
        // With one stream, pairs of lines follow each other; with four, each stream gives a pair.
        var apart = form.Streams == 1 ? Block / 4 : reads * Block / 4;
        var advance = form.Streams == 1 ? Block : Block / 4;
        var (a, b) = (Vector512<ulong>.Zero, Vector512<ulong>.Zero);
        var (c, d) = (Vector512<ulong>.Zero, Vector512<ulong>.Zero);
        var steps = Math.Max(reads, writes);
        var (readDebt, writeDebt) = (0L, 0L);
        for (var step = 0L; step < steps; step++)
        {
            readDebt += reads;
            if (readDebt >= steps)
            {
                readDebt -= steps;
                a ^= Vector512.Load((ulong*)source);
                b ^= Vector512.Load((ulong*)(source + 64));
                c ^= Vector512.Load((ulong*)(source + apart));
                d ^= Vector512.Load((ulong*)(source + apart + 64));
                a ^= Vector512.Load((ulong*)(source + (2 * apart)));
                b ^= Vector512.Load((ulong*)(source + (2 * apart) + 64));
                c ^= Vector512.Load((ulong*)(source + (3 * apart)));
                d ^= Vector512.Load((ulong*)(source + (3 * apart) + 64));
                source += advance;
            }

            writeDebt += writes;
            if (writeDebt < steps)
            {
                continue;
            }

            writeDebt -= steps;
            if (form.IsPastCaches)
            {
                for (var line = 0; line < Block; line += 64)
                {
                    a.StoreAlignedNonTemporal((ulong*)(target + line));
                }
            }
            else
            {
                a.Store((ulong*)target);
                a.Store((ulong*)(target + 64));
                a.Store((ulong*)(target + 128));
                a.Store((ulong*)(target + 192));
                a.Store((ulong*)(target + 256));
                a.Store((ulong*)(target + 320));
                a.Store((ulong*)(target + 384));
                a.Store((ulong*)(target + 448));
            }

            target += Block;
        }

        return a ^ b ^ c ^ d;
    }

    private static long Whole(long bytes) => (bytes + Block - 1) / Block * Block;

    private (long First, long Last) Share(long blocks, int item) =>
        (blocks * item / _team.Size, blocks * (item + 1) / _team.Size);

    /// <summary>How the loop goes about it.</summary>
    /// <param name="Streams">Places that are read from in turn: 1 or 4.</param>
    /// <param name="IsPastCaches">Whether what is written does not stay in the caches.</param>
    private readonly record struct Form(int Streams, bool IsPastCaches);
}
