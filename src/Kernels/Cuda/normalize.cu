// Normalisation along one axis of n elements: y = r (x - m), r = 1 / sqrt(sum (x - m)^2 / n + epsilon), m the mean or, not
// centered, zero; or the scale r alone.
//
// A group of lanes shares a row and goes over it for the mean, the squares about it, and the result.
#include "Device/rows.h"

struct NormalizeArguments
{
    uint64 input;
    uint64 output;
    StridedLoops<2> rows; // of input and output
    long long inputStep;
    long long outputStep;
    double epsilon;
    uint32 length;
    uint32 lanes;
    uint32 isCentered;
    uint32 isScale;
};

template<typename T> DEVICE void normalize(const NormalizeArguments& arguments)
{
    RowGroup group = RowGroup::of(arguments.rows.loops.count, (int)arguments.lanes);
    const uint32 count = group.isThere ? arguments.length : 0, lane = (uint32)group.lane, lanes = (uint32)group.lanes;
    const T* input = (const T*)arguments.input + arguments.rows.offset(0, group.row);
    T* output = (T*)arguments.output + arguments.rows.offset(1, group.row);
    T mean = 0;
    if (arguments.isCentered)
    {
        for (uint32 i = lane; i < count; i += lanes) mean += input[i * arguments.inputStep];
        mean = group.sum(mean) / (T)arguments.length;
    }

    T squares = 0;
    for (uint32 i = lane; i < count; i += lanes)
    {
        T distance = input[i * arguments.inputStep] - mean;
        squares += distance * distance;
    }

    squares = group.sum(squares);
    const T scale = 1 / squareRoot(squares / (T)arguments.length + (T)arguments.epsilon);
    if (arguments.isScale)
    {
        if (group.isThere && lane == 0) *output = scale;
        return;
    }

    for (uint32 i = lane; i < count; i += lanes)
        output[i * arguments.outputStep] = scale * (input[i * arguments.inputStep] - mean);
}

KERNEL(normalize_f32, 256, NormalizeArguments)(const NormalizeArguments arguments) { normalize<float>(arguments); }
KERNEL(normalize_f64, 256, NormalizeArguments)(const NormalizeArguments arguments) { normalize<double>(arguments); }
