// Tiles of contractions: slices of both factors in shared memory, the next copied while one is multiplied.
#pragma once
#include "contraction.h"

// Where a block's tile lies.
struct TilePlace
{
    uint32 batch, firstRow, firstColumn, split, firstDepth, endDepth;
};

template<int Rows, int Columns> DEVICE TilePlace tilePlace(const ContractArguments& arguments)
{
    const uint32 across = (arguments.columns.loops.count + Columns - 1) / Columns;
    const uint32 down = (arguments.rows.loops.count + Rows - 1) / Rows;
    uint32 number = blockIndex();
    TilePlace place;
    place.firstColumn = number % across * Columns;
    number /= across;
    place.firstRow = number % down * Rows;
    number /= down;
    place.batch = number % arguments.batch.loops.count;
    place.split = number / arguments.batch.loops.count;
    place.firstDepth = place.split * arguments.splitLength;
    place.endDepth = minimum(place.firstDepth + arguments.splitLength, arguments.depth.loops.count);
    return place;
}

// Begins to copy a slice of a factor, Depth x Width elements, into shared memory with Stride elements a depth. Elements beyond
// the factor's edge are zero.
template<typename T, int Width, int Depth, int Stride, int Threads> DEVICE void copySlice(
    T* slice, const T* factor, const StridedLoops<2>& across, uint32 first, const StridedLoops<2>& depth, int side, uint32 k,
    uint32 end, bool isAlongDepth, bool inVectors)
{
    constexpr int V = 16 / sizeof(T);
    if (inVectors)
    {
#pragma unroll
        for (int i = (int)threadIndex(); i < Width / V * Depth; i += Threads)
        {
            uint32 at = first + (uint32)(i % (Width / V) * V), p = k + (uint32)(i / (Width / V));
            T* target = slice + i / (Width / V) * Stride + i % (Width / V) * V;
            if (at < across.loops.count && p < end) copyAsync<16>(target, factor + at + depth.offset(side, p));
            else
            {
                const T zeros[V] = {};
                storeVector(target, zeros);
            }
        }

        return;
    }

    const bool isRegular = across.loops.rank <= 1 && depth.loops.rank <= 1;
    auto copy = [&](int i) INLINED
    {
        int a = isAlongDepth ? i / Depth : i % Width, d = isAlongDepth ? i % Depth : i / Width;
        uint32 at = first + (uint32)a, p = k + (uint32)d;
        T* target = slice + d * Stride + a;
        if (at >= across.loops.count || p >= end) *target = 0;
        else if (isRegular) copyAsync<sizeof(T)>(target, factor + across.along(0, at) + depth.along(side, p));
        else copyAsync<sizeof(T)>(target, factor + across.offset(0, at) + depth.offset(side, p));
    };
    if (isRegular)
    {
#pragma unroll
        for (int i = (int)threadIndex(); i < Width * Depth; i += Threads) copy(i);
    }
    else
    {
#pragma unroll 1
        for (int i = (int)threadIndex(); i < Width * Depth; i += Threads) copy(i);
    }
}

// Two slices of each factor in shared memory: while one is multiplied, the next is on its way.
template<typename T, int Rows, int Columns, int Depth, int Threads> struct Slices
{
    // Sixteen bytes more than a slice, so that neighbouring depths begin in other banks.
    static constexpr int LeftStride = Rows + 16 / (int)sizeof(T);
    static constexpr int RightStride = Columns + 16 / (int)sizeof(T);
    static constexpr int Elements = Depth * (LeftStride + RightStride);

    const ContractArguments& arguments;
    TilePlace place;
    const T* left;
    const T* right;

    DEVICE_MEMBER Slices(const ContractArguments& arguments, TilePlace place) : arguments(arguments), place(place)
    {
        left = (const T*)arguments.left + arguments.batch.offset(0, place.batch);
        right = (const T*)arguments.right + arguments.batch.offset(1, place.batch);
    }

    DEVICE_MEMBER static T* leftSlice(uint32 number) { return sharedMemory<T>() + number % 2 * Elements; }

    DEVICE_MEMBER static T* rightSlice(uint32 number) { return leftSlice(number) + Depth * LeftStride; }

    DEVICE_MEMBER void begin(uint32 number) const
    {
        uint32 k = place.firstDepth + number * Depth;
        if (k < place.endDepth)
        {
            copySlice<T, Rows, Depth, LeftStride, Threads>(
                leftSlice(number), left, arguments.rows, place.firstRow, arguments.depth, 0, k, place.endDepth,
                arguments.leftAlongDepth, arguments.leftVectors);
            copySlice<T, Columns, Depth, RightStride, Threads>(
                rightSlice(number), right, arguments.columns, place.firstColumn, arguments.depth, 1, k, place.endDepth,
                arguments.rightAlongDepth, arguments.rightVectors);
        }

        commitCopies();
    }

    // Calls multiply(left slice, right slice) for all slices in order.
    template<typename Multiply> DEVICE_MEMBER void each(Multiply multiply) const
    {
        const uint32 count = (place.endDepth - place.firstDepth + Depth - 1) / Depth;
        begin(0);
        for (uint32 number = 0; number < count; number++)
        {
            begin(number + 1);
            waitCopies<1>();
            barrier();
            multiply(leftSlice(number), rightSlice(number));
            barrier();
        }

        waitCopies<0>();
    }

};

// Where a block's results go: to the output, or to the partial results of its split.
template<typename T> struct TileTarget
{
    const ContractArguments& arguments;
    T* start;
    T alpha;
    bool isPartial;

    DEVICE_MEMBER TileTarget(const ContractArguments& arguments, TilePlace place) : arguments(arguments)
    {
        isPartial = arguments.splits > 1;
        uint64 matrix = (uint64)arguments.rows.loops.count * arguments.columns.loops.count;
        start = isPartial
            ? (T*)arguments.partials + ((uint64)place.split * arguments.batch.loops.count + place.batch) * matrix
            : (T*)arguments.output + arguments.batch.offset(2, place.batch);
        alpha = isPartial ? (T)1 : (T)arguments.alpha;
    }

    // The offset of a row or a column; -1 where it lies beyond the edge.
    DEVICE_MEMBER long long row(uint32 row) const
    {
        return row >= arguments.rows.loops.count ? -1
            : isPartial ? (long long)row * arguments.columns.loops.count : arguments.rows.offset(1, row);
    }

    DEVICE_MEMBER long long column(uint32 column) const
    {
        return column >= arguments.columns.loops.count ? -1 : isPartial ? column : arguments.columns.offset(1, column);
    }

    DEVICE_MEMBER void put(long long row, long long column, T total) const
    {
        if (row < 0 || column < 0) return;
        T* output = start + row + column;
        T product = alpha * total;
        *output = arguments.accumulates && !isPartial ? *output + product : product;
    }
};
