// Contractions element by element, for what tiles do not suit (contraction.h says what is computed):
//
//   contract_each   a thread an element of the output; short depths, outer and elementwise products, strided outputs
//   contract_dot    a group of lanes an element; few elements and long depths
#include "Device/contraction.h"

template<typename T> DEVICE void contractEach(const ContractArguments& arguments)
{
    for (uint32 i = blockIndex() * blockSize() + threadIndex(); i < elementCount(arguments); i += gridSize() * blockSize())
    {
        ContractIndex index = indexOf(arguments, i);
        const T* left = leftOf<T>(arguments, index);
        const T* right = rightOf<T>(arguments, index);
        T total = 0;
        for (uint32 k = 0; k < arguments.depth.loops.count; k++)
            total += left[arguments.depth.offset(0, k)] * right[arguments.depth.offset(1, k)];
        store(arguments, index, total);
    }
}

KERNEL(contract_each_f32, 256, ContractArguments)(const ContractArguments arguments) { contractEach<float>(arguments); }
KERNEL(contract_each_f64, 256, ContractArguments)(const ContractArguments arguments) { contractEach<double>(arguments); }

template<typename T> DEVICE void contractDot(const ContractArguments& arguments)
{
    RowGroup group = RowGroup::of(elementCount(arguments), (int)arguments.lanes);
    ContractIndex index = indexOf(arguments, group.row);
    const T* left = leftOf<T>(arguments, index);
    const T* right = rightOf<T>(arguments, index);
    T total = 0;
    if (group.isThere)
        for (uint32 k = (uint32)group.lane; k < arguments.depth.loops.count; k += (uint32)group.lanes)
            total += left[arguments.depth.offset(0, k)] * right[arguments.depth.offset(1, k)];
    total = group.sum(total);
    if (group.isThere && group.lane == 0) store(arguments, index, total);
}

KERNEL(contract_dot_f32, 256, ContractArguments)(const ContractArguments arguments) { contractDot<float>(arguments); }
KERNEL(contract_dot_f64, 256, ContractArguments)(const ContractArguments arguments) { contractDot<double>(arguments); }
