// The elements of one type in another: rounded, or cut to whole numbers. Of one type, copies.
#include "Device/loops.h"

struct ConvertArguments
{
    uint64 input;
    uint64 output;
    StridedLoops<2> loops; // of input and output
};

template<typename From, typename To> DEVICE void convert(const ConvertArguments& arguments)
{
    for (uint32 i = blockIndex() * blockSize() + threadIndex(); i < arguments.loops.loops.count; i += gridSize() * blockSize())
        ((To*)arguments.output)[arguments.loops.offset(1, i)] = (To)((const From*)arguments.input)[arguments.loops.offset(0, i)];
}

#define CONVERSION(name, From, To) \
    KERNEL(convert_##name, 256, ConvertArguments)(const ConvertArguments arguments) { convert<From, To>(arguments); }
CONVERSION(f32_f32, float, float)
CONVERSION(f32_f64, float, double)
CONVERSION(f32_i32, float, int)
CONVERSION(f64_f32, double, float)
CONVERSION(f64_f64, double, double)
CONVERSION(f64_i32, double, int)
CONVERSION(i32_f32, int, float)
CONVERSION(i32_f64, int, double)
CONVERSION(i32_i32, int, int)
