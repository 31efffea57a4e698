// The Jacobian of normalisation at x along one axis of n elements times tangents t: r (t - mean t - y mean(y t)) with scale r
// and result y as normalize.cu has them, without mean t where it is not centered. The output may be the tangents.
//
// A group of lanes shares a row of one direction; it finds scale and mean of the elements once more, and writes only elements
// that the same lane has read.
#include "Device/rows.h"

struct NormalizeJacobianArguments
{
    uint64 input;
    uint64 tangent;
    uint64 output;
    StridedLoops<3> rows; // of tangent, input and output, over all axes but one, and directions
    long long inputStep;
    long long tangentStep;
    long long outputStep;
    double epsilon;
    uint32 length;
    uint32 lanes;
    uint32 isCentered;
};

template<typename T> DEVICE void normalizeJacobian(const NormalizeJacobianArguments& arguments)
{
    RowGroup group = RowGroup::of(arguments.rows.loops.count, (int)arguments.lanes);
    const uint32 count = group.isThere ? arguments.length : 0, lane = (uint32)group.lane, lanes = (uint32)group.lanes;
    const T* tangent = (const T*)arguments.tangent + arguments.rows.offset(0, group.row);
    const T* input = (const T*)arguments.input + arguments.rows.offset(1, group.row);
    T* output = (T*)arguments.output + arguments.rows.offset(2, group.row);
    const T n = (T)arguments.length;
    T mean = 0, shift = 0;
    if (arguments.isCentered)
    {
        for (uint32 i = lane; i < count; i += lanes)
        {
            mean += input[i * arguments.inputStep];
            shift += tangent[i * arguments.tangentStep];
        }

        mean = group.sum(mean) / n;
        shift = group.sum(shift) / n;
    }

    T squares = 0, products = 0;
    for (uint32 i = lane; i < count; i += lanes)
    {
        T distance = input[i * arguments.inputStep] - mean;
        squares += distance * distance;
        products += distance * tangent[i * arguments.tangentStep];
    }

    squares = group.sum(squares);
    products = group.sum(products);
    const T scale = 1 / squareRoot(squares / n + (T)arguments.epsilon);
    const T along = scale * products / n;
    for (uint32 i = lane; i < count; i += lanes)
    {
        T y = scale * (input[i * arguments.inputStep] - mean);
        output[i * arguments.outputStep] = scale * (tangent[i * arguments.tangentStep] - shift - y * along);
    }
}

KERNEL(normalize_jacobian_f32, 256, NormalizeJacobianArguments)(const NormalizeJacobianArguments arguments)
{
    normalizeJacobian<float>(arguments);
}

KERNEL(normalize_jacobian_f64, 256, NormalizeJacobianArguments)(const NormalizeJacobianArguments arguments)
{
    normalizeJacobian<double>(arguments);
}
