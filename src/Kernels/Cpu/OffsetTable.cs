using System.Runtime.InteropServices;

namespace Looped.Kernels.Cpu;

/// <summary>Offsets of one operand along nested loops, and how far each stretch of even steps reaches.</summary>
internal sealed unsafe class OffsetTable
{
    private readonly long[] _offsets;
    private readonly int[] _even;

    private OffsetTable(long[] offsets)
    {
        _offsets = GC.AllocateArray<long>(offsets.Length, pinned: true);
        offsets.CopyTo(_offsets, 0);
        _even = new int[offsets.Length];
        for (var i = offsets.Length - 1; i >= 0; i--)
        {
            var left = offsets.Length - i;
            _even[i] = left <= 2 ? left : Step(i) == Step(i + 1) ? _even[i + 1] + 1 : 2;
        }
    }

    /// <summary>Number of offsets.</summary>
    public int Count => _offsets.Length;

    /// <summary>The first offset, which stays where it is while the table lives.</summary>
    public long* Pointer => (long*)Marshal.UnsafeAddrOfPinnedArrayElement(_offsets, 0);

    public long this[int index] => _offsets[index];

    /// <summary>The offsets of left, right and output at every turn of some loops.</summary>
    public static (OffsetTable Left, OffsetTable Right, OffsetTable Output) Of(Odometer odometer)
    {
        var offsets = new[] { new long[odometer.Count], new long[odometer.Count], new long[odometer.Count] };
        for (var i = 0L; i < odometer.Count; i++, odometer.Next())
        {
            for (var operand = 0; operand < offsets.Length; operand++)
            {
                offsets[operand][i] = odometer.Offsets[operand];
            }
        }

        return (new OffsetTable(offsets[0]), new OffsetTable(offsets[1]), new OffsetTable(offsets[2]));
    }

    /// <summary>The step from an offset to the next; zero from the last.</summary>
    public long Step(int index) => index + 1 < _offsets.Length ? _offsets[index + 1] - _offsets[index] : 0;

    /// <summary>Whether so many offsets are one step apart each.</summary>
    public bool IsEven(int from, int count) => count <= _even[from];

    /// <summary>Whether so many offsets are neighbours in memory.</summary>
    public bool IsContiguous(int from, int count) => count == 1 || (IsEven(from, count) && Step(from) == 1);
}
