// Reductions over some axes that are no sums: the largest element, or ln sum e^x without overflow.
//
// A group of lanes shares the elements of one result, and goes over them twice for the logarithm: for the largest, and for the
// sum of powers beside it.
#include "Device/elementary.h"
#include "Device/rows.h"

struct ReduceArguments
{
    uint64 input;
    uint64 output;
    StridedLoops<2> kept; // of the input and of the output
    StridedLoops<1> reduced;
    uint32 lanes;
    uint32 isLogarithm;
};

template<typename T> DEVICE void reduce(const ReduceArguments& arguments)
{
    RowGroup group = RowGroup::of(arguments.kept.loops.count, (int)arguments.lanes);
    const uint32 count = group.isThere ? arguments.reduced.loops.count : 0, lanes = (uint32)group.lanes;
    const T* input = (const T*)arguments.input + arguments.kept.offset(0, group.row);
    T result = -Limits<T>::infinity();
    for (uint32 i = (uint32)group.lane; i < count; i += lanes)
        result = largerOf(result, input[arguments.reduced.offset(0, i)]);
    result = group.largest(result);
    if (arguments.isLogarithm)
    {
        // An infinite or missing largest number is the result itself.
        bool isFinite = magnitude(result) < Limits<T>::infinity();
        T total = 0;
        for (uint32 i = (uint32)group.lane; isFinite && i < count; i += lanes)
            total += exponential(input[arguments.reduced.offset(0, i)] - result);
        total = group.sum(total);
        result = isFinite ? result + logarithm(total) : result;
    }

    if (group.isThere && group.lane == 0) ((T*)arguments.output)[arguments.kept.offset(1, group.row)] = result;
}

KERNEL(reduce_f32, 256, ReduceArguments)(const ReduceArguments arguments) { reduce<float>(arguments); }
KERNEL(reduce_f64, 256, ReduceArguments)(const ReduceArguments arguments) { reduce<double>(arguments); }
