// One number everywhere.
#include "Device/loops.h"

struct FillArguments
{
    uint64 output;
    StridedLoops<1> loops;
    double value;
};

template<typename T> DEVICE void fill(const FillArguments& arguments)
{
    for (uint32 i = blockIndex() * blockSize() + threadIndex(); i < arguments.loops.loops.count; i += gridSize() * blockSize())
        ((T*)arguments.output)[arguments.loops.offset(0, i)] = (T)arguments.value;
}

KERNEL(fill_f32, 256, FillArguments)(const FillArguments arguments) { fill<float>(arguments); }
KERNEL(fill_f64, 256, FillArguments)(const FillArguments arguments) { fill<double>(arguments); }
KERNEL(fill_i32, 256, FillArguments)(const FillArguments arguments) { fill<int>(arguments); }
