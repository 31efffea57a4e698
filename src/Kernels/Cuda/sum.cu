// Sums over some axes: out[kept] = sum over reduced of in[kept, reduced].
//
// A row is the elements of one sum; a group of lanes shares it (one lane each where neighbouring sums are neighbours in
// memory). Where sums are few and long, each is cut into parts of a fixed number of elements, whose sums lie in scratch memory
// and are summed by the same kernel: the order of additions depends on shapes alone.
#include "Device/rows.h"

struct SumArguments
{
    uint64 input;
    uint64 output;
    StridedLoops<2> kept;    // of the input and of the output
    StridedLoops<1> reduced;
    uint32 parts;            // of a row; the results of more than one lie side by side
    uint32 partLength;
    uint32 lanes;
};

template<typename T> DEVICE void sum(const SumArguments& arguments)
{
    RowGroup group = RowGroup::of(arguments.kept.loops.count * arguments.parts, (int)arguments.lanes);
    uint32 row = group.row / arguments.parts;
    uint32 start = group.row % arguments.parts * arguments.partLength;
    uint32 end = minimum(start + arguments.partLength, arguments.reduced.loops.count);
    const T* input = (const T*)arguments.input + arguments.kept.offset(0, row);
    T total = 0;
    if (group.isThere)
        for (uint32 i = start + (uint32)group.lane; i < end; i += (uint32)group.lanes) total += input[arguments.reduced.offset(0, i)];
    total = group.sum(total);
    if (group.isThere && group.lane == 0)
    {
        T* output = (T*)arguments.output;
        output[arguments.parts > 1 ? group.row : arguments.kept.offset(1, row)] = total;
    }
}

KERNEL(sum_f32, 256, SumArguments)(const SumArguments arguments) { sum<float>(arguments); }
KERNEL(sum_f64, 256, SumArguments)(const SumArguments arguments) { sum<double>(arguments); }
