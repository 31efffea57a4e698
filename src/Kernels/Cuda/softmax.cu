// Softmax along one axis, y_i = e^(x_i - m) / sum_j e^(x_j - m) with m the largest, or its logarithm x_i - m - ln sum. Elements
// whose mask is zero take no part: 0, or minus infinity. The output may be the input.
//
// A group of lanes shares a row; each element is read three times (largest, sum, result), from the cache after the first.
#include "Device/elementary.h"
#include "Device/rows.h"

struct SoftmaxArguments
{
    uint64 input;
    uint64 output;
    uint64 mask;         // zero where there is none
    StridedLoops<3> rows; // of input, output and mask
    long long inputStep;
    long long outputStep;
    long long maskStep;
    uint32 length;
    uint32 lanes;
    uint32 isLogarithm;
};

template<typename T> DEVICE void softmax(const SoftmaxArguments& arguments)
{
    RowGroup group = RowGroup::of(arguments.rows.loops.count, (int)arguments.lanes);
    const uint32 count = group.isThere ? arguments.length : 0, lane = (uint32)group.lane, lanes = (uint32)group.lanes;
    const T* input = (const T*)arguments.input + arguments.rows.offset(0, group.row);
    const T* mask = (const T*)arguments.mask + (arguments.mask == 0 ? 0 : arguments.rows.offset(2, group.row));
    T* output = (T*)arguments.output + arguments.rows.offset(1, group.row);
    auto logit = [&](uint32 i)
    {
        return arguments.mask == 0 || mask[i * arguments.maskStep] != 0 ? input[i * arguments.inputStep] : -Limits<T>::infinity();
    };

    T largest = -Limits<T>::infinity();
    for (uint32 i = lane; i < count; i += lanes) largest = largerOf(largest, logit(i));
    largest = group.largest(largest);

    // Where all are minus infinity, their differences from the largest would be no numbers.
    T shift = largest == -Limits<T>::infinity() ? (T)0 : largest, total = 0;
    for (uint32 i = lane; i < count; i += lanes) total += exponential(logit(i) - shift);
    total = group.sum(total);
    const T logarithmOfTotal = arguments.isLogarithm ? logarithm(total) : (T)0;
    const T factor = 1 / total;
    for (uint32 i = lane; i < count; i += lanes)
    {
        T x = logit(i);
        bool takesPart = x != -Limits<T>::infinity();
        output[i * arguments.outputStep] = arguments.isLogarithm
            ? takesPart ? x - shift - logarithmOfTotal : x
            : takesPart ? exponential(x - shift) * factor : (T)0;
    }
}

KERNEL(softmax_f32, 256, SoftmaxArguments)(const SoftmaxArguments arguments) { softmax<float>(arguments); }
KERNEL(softmax_f64, 256, SoftmaxArguments)(const SoftmaxArguments arguments) { softmax<double>(arguments); }
