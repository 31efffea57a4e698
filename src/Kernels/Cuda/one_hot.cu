// Indicators of classes: out[i, c] = 1 where indices[i] = c, else 0.
#include "Device/loops.h"

struct OneHotArguments
{
    uint64 indices;
    uint64 output;
    StridedLoops<2> list; // of indices and output
    long long classStep;
    uint32 classes;
};

template<typename T> DEVICE void oneHot(const OneHotArguments& arguments)
{
    const uint32 count = arguments.list.loops.count * arguments.classes;
    for (uint32 i = blockIndex() * blockSize() + threadIndex(); i < count; i += gridSize() * blockSize())
    {
        uint32 number = i / arguments.classes, c = i - number * arguments.classes;
        int chosen = ((const int*)arguments.indices)[arguments.list.offset(0, number)];
        ((T*)arguments.output)[arguments.list.offset(1, number) + c * arguments.classStep] = chosen == (int)c ? (T)1 : (T)0;
    }
}

KERNEL(one_hot_f32, 256, OneHotArguments)(const OneHotArguments arguments) { oneHot<float>(arguments); }
KERNEL(one_hot_f64, 256, OneHotArguments)(const OneHotArguments arguments) { oneHot<double>(arguments); }
