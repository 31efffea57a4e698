// Contractions by tiles (contraction.h says what is computed): a block a tile of the output, factors through shared memory in
// slices of the depth, the next slice copied while this one is multiplied, a register block a thread. A deep product of few tiles
// is split along the depth, and contract_join adds the splits in order.
#include "Device/tiles.h"

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
