// Contractions, out[b, m, n] (+)= alpha sum_k left[b, m, k] right[b, k, n]: each of b, m, n and k stands for nested loops over
// strided memory, so that every bilinear operation in Einstein's notation is one of these. In order:
//
//   contract_each   a thread an element of the output; short depths, outer and elementwise products, strided outputs
//   contract_dot    a group of lanes an element; few elements and long depths
//   contract_tile   a block a tile of the output, factors through shared memory in slices of the depth, the next slice copied
//                   while this one is multiplied; a register block a thread. A deep product of few tiles is split along the
//                   depth, and contract_join adds the splits in order
//   contract_tf32, contract_bf16   the same tiles on tensor cores, with rounded factors, for float32 on request
#include "Device/rows.h"

struct ContractArguments
{
    uint64 left;
    uint64 right;
    uint64 output;
    StridedLoops<3> batch;   // of left, right and output
    StridedLoops<2> rows;    // of left and output
    StridedLoops<2> columns; // of right and output
    StridedLoops<2> depth;   // of left and right
    double alpha;
    uint64 partials;         // (splits, b, m, n) in the output's type
    uint32 splits;
    uint32 splitLength;      // of the depth
    uint32 lanes;
    uint32 accumulates;
    uint32 batchIsInnermost; // in the output's memory
    uint32 leftAlongDepth;   // neighbours in memory: along the depth, or along rows
    uint32 rightAlongDepth;
    uint32 leftVectors;      // sixteen bytes at a time along rows
    uint32 rightVectors;     // and along columns
};

struct ContractIndex
{
    uint32 batch, row, column;
};

DEVICE ContractIndex indexOf(const ContractArguments& arguments, uint32 number)
{
    const uint32 batches = arguments.batch.loops.count, columns = arguments.columns.loops.count;
    ContractIndex index;
    if (arguments.batchIsInnermost)
    {
        uint32 rest = number / batches;
        index.batch = number - rest * batches;
        index.row = rest / columns;
        index.column = rest - index.row * columns;
    }
    else
    {
        uint32 rest = number / columns;
        index.column = number - rest * columns;
        index.batch = rest / arguments.rows.loops.count;
        index.row = rest - index.batch * arguments.rows.loops.count;
    }

    return index;
}

DEVICE uint32 elementCount(const ContractArguments& arguments)
{
    return arguments.batch.loops.count * arguments.rows.loops.count * arguments.columns.loops.count;
}

template<typename T> DEVICE void store(const ContractArguments& arguments, ContractIndex index, T total)
{
    T* output = (T*)arguments.output + arguments.batch.offset(2, index.batch) + arguments.rows.offset(1, index.row) +
        arguments.columns.offset(1, index.column);
    T product = (T)arguments.alpha * total;
    *output = arguments.accumulates ? *output + product : product;
}

template<typename T> DEVICE const T* leftOf(const ContractArguments& arguments, ContractIndex index)
{
    return (const T*)arguments.left + arguments.batch.offset(0, index.batch) + arguments.rows.offset(0, index.row);
}

template<typename T> DEVICE const T* rightOf(const ContractArguments& arguments, ContractIndex index)
{
    return (const T*)arguments.right + arguments.batch.offset(1, index.batch) + arguments.columns.offset(0, index.column);
}

template<typename T> DEVICE void contractEach(const ContractArguments& arguments)
{
    for (uint32 i = blockIndex() * blockSize() + threadIndex(); i < elementCount(arguments); i += gridSize() * blockSize())
    {
        ContractIndex index = indexOf(arguments, i);
        const T* left = leftOf<T>(arguments, index);
        const T* right = rightOf<T>(arguments, index);
        T total = 0;
        for (uint32 k = 0; k < arguments.depth.loops.count; k++)
            total += left[arguments.depth.offset(0, k)] * right[arguments.depth.offset(1, k)];
        store(arguments, index, total);
    }
}

KERNEL(contract_each_f32, 256, ContractArguments)(const ContractArguments arguments) { contractEach<float>(arguments); }
KERNEL(contract_each_f64, 256, ContractArguments)(const ContractArguments arguments) { contractEach<double>(arguments); }

template<typename T> DEVICE void contractDot(const ContractArguments& arguments)
{
    RowGroup group = RowGroup::of(elementCount(arguments), (int)arguments.lanes);
    ContractIndex index = indexOf(arguments, group.row);
    const T* left = leftOf<T>(arguments, index);
    const T* right = rightOf<T>(arguments, index);
    T total = 0;
    if (group.isThere)
        for (uint32 k = (uint32)group.lane; k < arguments.depth.loops.count; k += (uint32)group.lanes)
            total += left[arguments.depth.offset(0, k)] * right[arguments.depth.offset(1, k)];
    total = group.sum(total);
    if (group.isThere && group.lane == 0) store(arguments, index, total);
}

KERNEL(contract_dot_f32, 256, ContractArguments)(const ContractArguments arguments) { contractDot<float>(arguments); }
KERNEL(contract_dot_f64, 256, ContractArguments)(const ContractArguments arguments) { contractDot<double>(arguments); }

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

// The register block of a thread is made of squares of a vector's length, spread over the tile, so that a warp's loads from
// shared memory are whole.
template<typename T, int Rows, int Columns, int Depth, int ThreadRows, int ThreadColumns> DEVICE void contractTile(
    const ContractArguments& arguments)
{
    constexpr int Threads = Rows / ThreadRows * (Columns / ThreadColumns);
    constexpr int V = ThreadRows < 16 / (int)sizeof(T) ? ThreadRows : 16 / (int)sizeof(T);
    constexpr int Across = Columns / ThreadColumns, RowGap = Rows / (ThreadRows / V), ColumnGap = Columns / (ThreadColumns / V);
    typedef Slices<T, Rows, Columns, Depth, Threads> TileSlices;
    const TileSlices slices(arguments, tilePlace<Rows, Columns>(arguments));
    const int row = (int)threadIndex() / Across * V, column = (int)threadIndex() % Across * V;
    T totals[ThreadRows][ThreadColumns] = {};
    slices.each([&](const T* left, const T* right) INLINED
    {
#pragma unroll
        for (int k = 0; k < Depth; k++)
        {
            T a[ThreadRows], b[ThreadColumns];
#pragma unroll
            for (int i = 0; i < ThreadRows; i += V)
            {
                const T* from = left + k * TileSlices::LeftStride + row + i / V * RowGap;
                if constexpr (V * sizeof(T) == 16) loadVector(a + i, from);
                else for (int v = 0; v < V; v++) a[i + v] = from[v];
            }

#pragma unroll
            for (int j = 0; j < ThreadColumns; j += V)
            {
                const T* from = right + k * TileSlices::RightStride + column + j / V * ColumnGap;
                if constexpr (V * sizeof(T) == 16) loadVector(b + j, from);
                else for (int v = 0; v < V; v++) b[j + v] = from[v];
            }

#pragma unroll
            for (int i = 0; i < ThreadRows; i++)
#pragma unroll
                for (int j = 0; j < ThreadColumns; j++) totals[i][j] += a[i] * b[j];
        }
    });

    const TileTarget<T> target(arguments, slices.place);
    long long columns[ThreadColumns];
#pragma unroll
    for (int j = 0; j < ThreadColumns; j++)
        columns[j] = target.column(slices.place.firstColumn + (uint32)(column + j / V * ColumnGap + j % V));
#pragma unroll
    for (int i = 0; i < ThreadRows; i++)
    {
        long long at = target.row(slices.place.firstRow + (uint32)(row + i / V * RowGap + i % V));
#pragma unroll
        for (int j = 0; j < ThreadColumns; j++) target.put(at, columns[j], totals[i][j]);
    }
}

#define TILE(name, threads, T, rows, columns, depth, threadRows, threadColumns) \
    KERNEL(contract_tile_##name, threads, ContractArguments)(const ContractArguments arguments) \
    { \
        contractTile<T, rows, columns, depth, threadRows, threadColumns>(arguments); \
    }
TILE(16_f32, 64, float, 16, 16, 16, 2, 2)
TILE(16_f64, 64, double, 16, 16, 16, 2, 2)
TILE(64_f32, 256, float, 64, 64, 16, 4, 4)
TILE(64_f64, 256, double, 64, 64, 16, 4, 4)
TILE(128_f32, 256, float, 128, 128, 16, 8, 8)

template<typename T> DEVICE void contractJoin(const ContractArguments& arguments)
{
    const uint32 count = elementCount(arguments);
    for (uint32 i = blockIndex() * blockSize() + threadIndex(); i < count; i += gridSize() * blockSize())
    {
        T total = 0;
        for (uint32 split = 0; split < arguments.splits; split++)
            total += ((const T*)arguments.partials)[(uint64)split * count + i];
        uint32 rest = i / arguments.columns.loops.count;
        ContractIndex index;
        index.column = i - rest * arguments.columns.loops.count;
        index.batch = rest / arguments.rows.loops.count;
        index.row = rest - index.batch * arguments.rows.loops.count;
        store(arguments, index, total);
    }
}

KERNEL(contract_join_f32, 256, ContractArguments)(const ContractArguments arguments) { contractJoin<float>(arguments); }
KERNEL(contract_join_f64, 256, ContractArguments)(const ContractArguments arguments) { contractJoin<double>(arguments); }

#if defined(HAS_TENSOR_CORES)

// A block of eight warps, two by four, on a tile of 64 x 64: each warp multiplies 32 x 16 in pieces of 16 x 8. Lane 4g + t holds
// of a piece the rows g, g + 8 and the columns 2t, 2t + 1; of its factors the depths that Multiply's fragments name.
template<typename Piece> DEVICE void contractTensor(const ContractArguments& arguments)
{
    constexpr int Rows = 64, Columns = 64, Depth = 16;
    typedef Slices<float, Rows, Columns, Depth, 256> TileSlices;
    const TileSlices slices(arguments, tilePlace<Rows, Columns>(arguments));
    const int warp = (int)threadIndex() / 32, g = (int)threadIndex() % 32 / 4, t = (int)threadIndex() % 4;
    const int row = warp / 4 * 32, column = warp % 4 * 16;
    float totals[2][2][4] = {};
    slices.each([&](const float* left, const float* right) INLINED
    {
#pragma unroll
        for (int k = 0; k < Depth; k += Piece::Depth)
        {
            uint32 a[2][4], b[2][2];
#pragma unroll
            for (int i = 0; i < 2; i++)
            {
                Piece::loadLeft(a[i], left + k * TileSlices::LeftStride + row + 16 * i + g, TileSlices::LeftStride, t);
                Piece::loadRight(b[i], right + k * TileSlices::RightStride + column + 8 * i + g, TileSlices::RightStride, t);
            }

#pragma unroll
            for (int i = 0; i < 2; i++)
#pragma unroll
                for (int j = 0; j < 2; j++) Piece::multiply(totals[i][j], a[i], b[j]);
        }
    });

    const TileTarget<float> target(arguments, slices.place);
#pragma unroll
    for (int i = 0; i < 2; i++)
#pragma unroll
        for (int j = 0; j < 2; j++)
#pragma unroll
            for (int r = 0; r < 4; r++)
                target.put(
                    target.row(slices.place.firstRow + (uint32)(row + 16 * i + g + r / 2 * 8)),
                    target.column(slices.place.firstColumn + (uint32)(column + 8 * j + 2 * t + r % 2)), totals[i][j][r]);
}

struct Tf32Piece
{
    static constexpr int Depth = 8;

    DEVICE_MEMBER static void loadLeft(uint32 (&a)[4], const float* from, int stride, int t)
    {
#pragma unroll
        for (int i = 0; i < 4; i++) a[i] = roundToTf32(from[(t + i / 2 * 4) * stride + i % 2 * 8]);
    }

    DEVICE_MEMBER static void loadRight(uint32 (&b)[2], const float* from, int stride, int t)
    {
#pragma unroll
        for (int i = 0; i < 2; i++) b[i] = roundToTf32(from[(t + i * 4) * stride]);
    }

    DEVICE_MEMBER static void multiply(float (&d)[4], const uint32 (&a)[4], const uint32 (&b)[2]) { multiplyTf32(d, a, b); }
};

struct Bf16Piece
{
    static constexpr int Depth = 16;

    DEVICE_MEMBER static void loadLeft(uint32 (&a)[4], const float* from, int stride, int t)
    {
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            const float* pair = from + (t * 2 + i / 2 * 8) * stride + i % 2 * 8;
            a[i] = packBf16(pair[0], pair[stride]);
        }
    }

    DEVICE_MEMBER static void loadRight(uint32 (&b)[2], const float* from, int stride, int t)
    {
#pragma unroll
        for (int i = 0; i < 2; i++) b[i] = packBf16(from[(t * 2 + i * 8) * stride], from[(t * 2 + i * 8 + 1) * stride]);
    }

    DEVICE_MEMBER static void multiply(float (&d)[4], const uint32 (&a)[4], const uint32 (&b)[2]) { multiplyBf16(d, a, b); }
};

KERNEL(contract_tf32, 256, ContractArguments)(const ContractArguments arguments) { contractTensor<Tf32Piece>(arguments); }
KERNEL(contract_bf16, 256, ContractArguments)(const ContractArguments arguments) { contractTensor<Bf16Piece>(arguments); }

#endif
