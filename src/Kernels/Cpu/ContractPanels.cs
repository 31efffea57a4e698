using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Looped.Kernels.Cpu;

/// <summary>
/// Blocks of factors copied in the order in which tiles read them. Offsets along each axis of a block come from tables, so
/// that an axis may be several loops with any strides.
/// </summary>
internal static unsafe class ContractPanels<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>Vectors of a panel of b.</summary>
    public const int Vectors = 3;

    /// <summary>
    /// Rows that are taken at once where panels of a are filled from memory that lies across them: as many panels as the ways of
    /// a first-level cache hold.
    /// </summary>
    private const int PanelsAtOnce = 8;

    /// <summary>
    /// Steps along the depth by which memory is asked for ahead, where each step is a stretch of another page that processors do
    /// not foresee.
    /// </summary>
    private const int Ahead = 4;

    /// <summary>Rows of a panel of a.</summary>
    public static int Rows => ContractTile<T, V, S>.MaxRows(Vectors);

    /// <summary>Number of panels of so many vectors.</summary>
    public static int Count(int vectors) => (vectors + Vectors - 1) / Vectors;

    /// <summary>The first vector of a panel. Four vectors at the end are two panels of two.</summary>
    public static int Start(int panel, int vectors)
    {
        var last = Count(vectors) - 1;
        return panel > last ? vectors : (panel * Vectors) - (panel == last && last > 0 && vectors % Vectors == 1 ? 1 : 0);
    }

    /// <summary>
    /// Elements from a panel of a to the next: a line more than it has, so that panels that are filled together do not compete
    /// for the same places of a cache.
    /// </summary>
    public static int Step(int depth) => (Rows * depth) + (64 / sizeof(T));

    /// <summary>Copies rows one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyRows(T* left, OffsetTable offsets, int row, int rows, int depth, T* target, long step)
    {
        for (var r = 0; r < rows; r++)
        {
            new ReadOnlySpan<T>(left + offsets[row + r], depth).CopyTo(new Span<T>(target + (r * step), depth));
        }
    }

    /// <summary>Copies panels of a tile's rows, depth by depth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRows(T* left, OffsetTable offsets, int row, int rows, OffsetTable depths, int p, int depth, T* target)
    {
        // Read once: inner loops would compute it for each stretch.
        var (height, step) = (Rows, Step(depth));
        for (var first = 0; first < rows; first += PanelsAtOnce * height)
        {
            var count = Math.Min(PanelsAtOnce * height, rows - first);
            if (offsets.IsContiguous(row + first, count))
            {
                var source = left + offsets[row + first];
                var whole = count / height * height;
                var rest = S.First(count - whole);
                for (var k = 0; k < depth; k++)
                {
                    var from = source + depths[p + k];
                    var ahead = source + depths[p + Math.Min(k + Ahead, depth - 1)];
                    var to = target + (k * height);
                    for (var r = 0; r < whole; r += height, to += step)
                    {
                        Prefetch(ahead + r);
                        CopyPanelRow(from + r, to, height * sizeof(T));
                    }

                    if (whole < count)
                    {
                        S.Store(S.Load(from + whole, rest), target + (whole / height * step) + (k * (count - whole)), rest);
                    }
                }
            }
            else
            {
                for (var r = 0; r < count; r += height)
                {
                    var to = target + (r / height * step);
                    Gather(left, offsets, row + first + r, Math.Min(height, count - r), depths, p, depth, to);
                }
            }

            target += PanelsAtOnce * step;
        }
    }

    /// <summary>Copies panels of columns, depth by depth; missing columns are zero.</summary>
    /// <param name="right">The factor.</param>
    /// <param name="offsets">Of columns.</param>
    /// <param name="column">The block's first column.</param>
    /// <param name="columns">Columns of the block.</param>
    /// <param name="panels">Panels of the block to copy.</param>
    /// <param name="depths">Offsets along the depth.</param>
    /// <param name="p">First depth.</param>
    /// <param name="depth">Depth of the block.</param>
    /// <param name="target">The block's first panel.</param>
    /// <param name="aside">Memory of a transposition.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackColumns(
        T* right, OffsetTable offsets, int column, int columns, (int From, int To) panels, OffsetTable depths, int p, int depth,
        T* target, T* aside)
    {
        var vectors = (columns + S.Width - 1) / S.Width;
        var (from, to) = (Start(panels.From, vectors), Start(panels.To, vectors));
        var width = Math.Min(columns, to * S.Width) - (from * S.Width);
        if (offsets.IsContiguous(column + (from * S.Width), width))
        {
            var mask = S.First(columns - ((vectors - 1) * S.Width));
            right += offsets[column + (from * S.Width)] - (from * S.Width);

            // Divided once: inner loops would divide for each stretch.
            Span<int> starts = stackalloc int[panels.To - panels.From + 1];
            for (var i = 0; i < starts.Length; i++)
            {
                starts[i] = Start(panels.From + i, vectors);
            }

            for (var k = 0; k < depth; k++)
            {
                var source = right + depths[p + k];
                var ahead = right + depths[p + Math.Min(k + Ahead, depth - 1)];
                for (var i = 0; i + 1 < starts.Length; i++)
                {
                    var (start, end) = (starts[i], starts[i + 1]);
                    var row = target + (start * S.Width * depth) + ((k * (end - start)) - start) * S.Width;
                    for (var v = start; v < end; v++)
                    {
                        Prefetch(ahead + (v * S.Width));
                        S.Store(
                            v == vectors - 1 ? S.Load(source + (v * S.Width), mask) : S.Load(source + (v * S.Width)),
                            row + (v * S.Width));
                    }
                }
            }

            return;
        }

        for (var panel = panels.From; panel < panels.To; panel++)
        {
            var (start, end) = (Start(panel, vectors), Start(panel + 1, vectors));
            for (var v = start; v < end; v++)
            {
                Transpose(
                    right, offsets, column + (v * S.Width), Math.Min(S.Width, columns - (v * S.Width)), depths, p, depth,
                    target + (start * S.Width * depth) + ((v - start) * S.Width), (end - start) * S.Width, aside);
            }
        }
    }

    /// <summary>The columns of one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(
        T* right, OffsetTable offsets, int column, int width, OffsetTable depths, int p, int depth, T* target, int step, T* aside)
    {
        if (offsets.IsEven(column, width) && depths.IsContiguous(p, depth))
        {
            var source = right + offsets[column] + depths[p];
            for (var k = 0; k < depth; k += S.Width, target += S.Width * step)
            {
                VectorLanes<T, V, S>.Transpose(
                    source + k, offsets.Step(column), width, Math.Min(S.Width, depth - k), target, step, aside);
            }

            return;
        }

        for (var k = 0; k < depth; k++, target += step)
        {
            S.Store(S.Broadcast(T.Zero), target);
            for (var j = 0; j < width; j++)
            {
                target[j] = right[depths[p + k] + offsets[column + j]];
            }
        }
    }

    private static void Gather(T* left, OffsetTable offsets, int row, int rows, OffsetTable depths, int p, int depth, T* target)
    {
        for (var k = 0; k < depth; k++, target += rows)
        {
            var source = left + depths[p + k];
            for (var i = 0; i < rows; i++)
            {
                target[i] = source[offsets[row + i]];
            }
        }
    }

    /// <summary>One depth of a panel of a, at one go however many bytes that is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyPanelRow(T* source, T* target, int bytes)
    {
        if (bytes == 64)
        {
            Vector512.Store(Vector512.Load((byte*)source), (byte*)target);
        }
        else if (bytes == 32)
        {
            Vector256.Store(Vector256.Load((byte*)source), (byte*)target);
        }
        else
        {
            Vector128.Store(Vector128.Load((byte*)source), (byte*)target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(T* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }
}
