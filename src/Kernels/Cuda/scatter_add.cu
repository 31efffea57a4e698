// Sums of rows by number: out[v, r] = sum over i with indices[i] = v of rows[i, r], added in the order of i, without atomics.
//
// The list of the i of each v is made first: an i looks backwards for the nearest earlier one of its number and becomes its
// successor, or the head of the list where there is none (quadratic in the numbers, but they are few beside the rows' elements).
// Then a thread an element of the output walks its list.
#include "Device/loops.h"

struct ScatterAddArguments
{
    uint64 rows;
    uint64 indices;
    uint64 output;
    uint64 heads;            // (V), int32, -1 for an empty list
    uint64 successors;       // (I), int32, -1 at the end
    StridedLoops<2> list;    // of indices and rows, over the numbers
    StridedLoops<2> row;     // of rows and output, over a row
    long long outputStep;
    uint32 outputs;          // V
};

KERNEL(scatter_add_clear, 256, ScatterAddArguments)(const ScatterAddArguments arguments)
{
    const uint32 start = blockIndex() * blockSize() + threadIndex(), step = gridSize() * blockSize();
    for (uint32 v = start; v < arguments.outputs; v += step) ((int*)arguments.heads)[v] = -1;
    for (uint32 i = start; i < arguments.list.loops.count; i += step) ((int*)arguments.successors)[i] = -1;
}

KERNEL(scatter_add_link, 256, ScatterAddArguments)(const ScatterAddArguments arguments)
{
    const int* indices = (const int*)arguments.indices;
    for (uint32 i = blockIndex() * blockSize() + threadIndex(); i < arguments.list.loops.count; i += gridSize() * blockSize())
    {
        int number = indices[arguments.list.offset(0, i)];
        if (number < 0 || (uint32)number >= arguments.outputs) continue;
        int before = (int)i - 1;
        while (before >= 0 && indices[arguments.list.offset(0, (uint32)before)] != number) before--;
        if (before >= 0) ((int*)arguments.successors)[before] = (int)i;
        else ((int*)arguments.heads)[number] = (int)i;
    }
}

template<typename T> DEVICE void scatterAdd(const ScatterAddArguments& arguments)
{
    const uint32 length = arguments.row.loops.count, count = arguments.outputs * length;
    for (uint32 o = blockIndex() * blockSize() + threadIndex(); o < count; o += gridSize() * blockSize())
    {
        uint32 number = o / length, within = o - number * length;
        const T* rows = (const T*)arguments.rows + arguments.row.offset(0, within);
        T total = 0;
        for (int i = ((const int*)arguments.heads)[number]; i >= 0; i = ((const int*)arguments.successors)[i])
            total += rows[arguments.list.offset(1, (uint32)i)];
        ((T*)arguments.output)[number * arguments.outputStep + arguments.row.offset(1, within)] = total;
    }
}

KERNEL(scatter_add_f32, 256, ScatterAddArguments)(const ScatterAddArguments arguments) { scatterAdd<float>(arguments); }
KERNEL(scatter_add_f64, 256, ScatterAddArguments)(const ScatterAddArguments arguments) { scatterAdd<double>(arguments); }
