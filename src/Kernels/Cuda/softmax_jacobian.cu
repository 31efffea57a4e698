// The Jacobian of a softmax y along one axis times tangents t: y_i (t_i - sum_j y_j t_j). The output may be the tangents.
//
// A group of lanes shares a row of one direction and goes over it for the sum and for the result; it writes only elements that
// the same lane has read.
#include "Device/rows.h"

struct SoftmaxJacobianArguments
{
    uint64 softmax;
    uint64 tangent;
    uint64 output;
    StridedLoops<3> rows; // of tangent, softmax and output, over all axes but one, and directions
    long long softmaxStep;
    long long tangentStep;
    long long outputStep;
    uint32 length;
    uint32 lanes;
};

template<typename T> DEVICE void softmaxJacobian(const SoftmaxJacobianArguments& arguments)
{
    RowGroup group = RowGroup::of(arguments.rows.loops.count, (int)arguments.lanes);
    const uint32 count = group.isThere ? arguments.length : 0, lane = (uint32)group.lane, lanes = (uint32)group.lanes;
    const T* tangent = (const T*)arguments.tangent + arguments.rows.offset(0, group.row);
    const T* softmax = (const T*)arguments.softmax + arguments.rows.offset(1, group.row);
    T* output = (T*)arguments.output + arguments.rows.offset(2, group.row);
    T mean = 0;
    for (uint32 i = lane; i < count; i += lanes)
        mean += softmax[i * arguments.softmaxStep] * tangent[i * arguments.tangentStep];
    mean = group.sum(mean);
    for (uint32 i = lane; i < count; i += lanes)
        output[i * arguments.outputStep] = softmax[i * arguments.softmaxStep] * (tangent[i * arguments.tangentStep] - mean);
}

KERNEL(softmax_jacobian_f32, 256, SoftmaxJacobianArguments)(const SoftmaxJacobianArguments arguments)
{
    softmaxJacobian<float>(arguments);
}

KERNEL(softmax_jacobian_f64, 256, SoftmaxJacobianArguments)(const SoftmaxJacobianArguments arguments)
{
    softmaxJacobian<double>(arguments);
}
