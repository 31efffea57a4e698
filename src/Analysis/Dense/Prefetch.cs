using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Looped.Analysis.Dense;

/// <summary>
/// Asks for memory that is soon to be read, where the processor has an instruction for that. Nothing is read or written,
/// so the addresses need not be those of any object.
/// </summary>
internal static unsafe class Prefetch
{
    /// <summary>A block with contiguous rows that begin on cache lines, to the second-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block(MatrixView block, int rows, int columns)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            var line = block.From(row, 0).Data;
            for (var column = 0; column < columns; column += AlignedBuffer.Line)
            {
                Sse.Prefetch1(line + column);
            }
        }
    }
}
