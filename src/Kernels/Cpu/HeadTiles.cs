using System.Numerics;

namespace Looped.Kernels.Cpu;

/// <summary>What kernels of one attention head after the other share: rows packed, transposed and multiplied.</summary>
internal static unsafe class HeadTiles<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ISimd<T, V>
{
    /// <summary>An extent in whole vectors.</summary>
    public static int Padded(int extent) => (extent + S.Width - 1) / S.Width * S.Width;

    /// <summary>Rows of any strides to rows of any other.</summary>
    public static void Copy(
        T* source, long sourceRow, long sourceStep, T* target, long targetRow, long targetStep, int rows, int columns)
    {
        for (var i = 0; i < rows; i++, source += sourceRow, target += targetRow)
        {
            if ((sourceStep, targetStep) is (1, 1))
            {
                new ReadOnlySpan<T>(source, columns).CopyTo(new Span<T>(target, columns));
                continue;
            }

            for (var d = 0; d < columns; d++)
            {
                target[d * targetStep] = source[d * sourceStep];
            }
        }
    }

    /// <summary>Packed rows to packed columns, whose length is filled up with zeros to whole vectors.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="rowStep">From one to the next.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="width">Elements of a row.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="columnStep">From one to the next, in whole vectors.</param>
    /// <param name="square">Memory of a block of <see cref="VectorLanes{T, V, S}"/>.</param>
    public static void Transpose(
        T* rows, long rowStep, int count, int width, T* columns, long columnStep, T* square)
    {
        for (var i = 0; i < count; i += S.Width)
        {
            for (var d = 0; d < width; d += S.Width)
            {
                VectorLanes<T, V, S>.Transpose(
                    rows + (i * rowStep) + d,
                    rowStep,
                    Math.Min(S.Width, count - i),
                    Math.Min(S.Width, width - d),
                    columns + (d * columnStep) + i,
                    columnStep,
                    square);
            }
        }
    }

    /// <summary>A product of rows, to whole vectors of columns.</summary>
    public static void Product(ContractTile<T, V, S>.Factors factors, T* a, T* b, T* c, int rows, int columns)
    {
        for (var column = 0; column < columns;)
        {
            var vectors = Math.Min(ContractTile<T, V, S>.MaxVectors, (columns - column + S.Width - 1) / S.Width);
            var height = ContractTile<T, V, S>.MaxRows(vectors);
            var (tiles, rest) = Math.DivRem(rows, height);
            (factors.ANext, factors.CNext) = (height * factors.ARow, height * factors.CRow);
            ContractTile<T, V, S>.Code(height, vectors, isPartial: false)(&factors, a, b + column, c + column, tiles);
            if (rest > 0)
            {
                ContractTile<T, V, S>.Code(rest, vectors, isPartial: false)(
                    &factors, a + (tiles * factors.ANext), b + column, c + (tiles * factors.CNext) + column, 1);
            }

            column += vectors * S.Width;
        }
    }
}
