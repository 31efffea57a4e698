// Rows of a table by their numbers: out[i, r] = table[indices[i], r], or one number everywhere where the table has no such row.
//
// A thread an element of the output, in the order of its memory loops.
#include "Device/loops.h"

struct GatherArguments
{
    uint64 table;
    uint64 indices;
    uint64 output;
    StridedLoops<2> list; // of indices and output, over the numbers
    StridedLoops<2> row;  // of table and output, over a row
    long long rowStep;
    double outside;
    int rows;
};

template<typename T> DEVICE void gather(const GatherArguments& arguments)
{
    const T outside = (T)arguments.outside;
    const uint32 length = arguments.row.loops.count, count = arguments.list.loops.count * length;
    for (uint32 i = blockIndex() * blockSize() + threadIndex(); i < count; i += gridSize() * blockSize())
    {
        uint32 number = i / length, within = i - number * length;
        int row = ((const int*)arguments.indices)[arguments.list.offset(0, number)];
        T* output = (T*)arguments.output + arguments.list.offset(1, number) + arguments.row.offset(1, within);
        const T* table = (const T*)arguments.table + arguments.row.offset(0, within);
        *output = row >= 0 && row < arguments.rows ? table[row * arguments.rowStep] : outside;
    }
}

KERNEL(gather_f32, 256, GatherArguments)(const GatherArguments arguments) { gather<float>(arguments); }
KERNEL(gather_f64, 256, GatherArguments)(const GatherArguments arguments) { gather<double>(arguments); }
