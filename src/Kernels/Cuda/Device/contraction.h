// What all kernels of contractions share: out[b, m, n] (+)= alpha sum_k left[b, m, k] right[b, k, n], where each of b, m, n and k
// stands for nested loops over strided memory, so that every bilinear operation in Einstein's notation is one of these.
#pragma once
#include "rows.h"

struct ContractArguments
{
    uint64 left;
    uint64 right;
    uint64 output;
    StridedLoops<3> batch;   // of left, right and output
    StridedLoops<2> rows;    // of left and output
    StridedLoops<2> columns; // of right and output
    StridedLoops<2> depth;   // of left and right
    double alpha;
    uint64 partials;         // (splits, b, m, n) in the output's type
    uint32 splits;
    uint32 splitLength;      // of the depth
    uint32 lanes;
    uint32 accumulates;
    uint32 batchIsInnermost; // in the output's memory
    uint32 leftAlongDepth;   // neighbours in memory: along the depth, or along rows
    uint32 rightAlongDepth;
    uint32 leftVectors;      // sixteen bytes at a time along rows
    uint32 rightVectors;     // and along columns
};

struct ContractIndex
{
    uint32 batch, row, column;
};

DEVICE ContractIndex indexOf(const ContractArguments& arguments, uint32 number)
{
    const uint32 batches = arguments.batch.loops.count, columns = arguments.columns.loops.count;
    ContractIndex index;
    if (arguments.batchIsInnermost)
    {
        uint32 rest = number / batches;
        index.batch = number - rest * batches;
        index.row = rest / columns;
        index.column = rest - index.row * columns;
    }
    else
    {
        uint32 rest = number / columns;
        index.column = number - rest * columns;
        index.batch = rest / arguments.rows.loops.count;
        index.row = rest - index.batch * arguments.rows.loops.count;
    }

    return index;
}

DEVICE uint32 elementCount(const ContractArguments& arguments)
{
    return arguments.batch.loops.count * arguments.rows.loops.count * arguments.columns.loops.count;
}

template<typename T> DEVICE void store(const ContractArguments& arguments, ContractIndex index, T total)
{
    T* output = (T*)arguments.output + arguments.batch.offset(2, index.batch) + arguments.rows.offset(1, index.row) +
        arguments.columns.offset(1, index.column);
    T product = (T)arguments.alpha * total;
    *output = arguments.accumulates ? *output + product : product;
}

template<typename T> DEVICE const T* leftOf(const ContractArguments& arguments, ContractIndex index)
{
    return (const T*)arguments.left + arguments.batch.offset(0, index.batch) + arguments.rows.offset(0, index.row);
}

template<typename T> DEVICE const T* rightOf(const ContractArguments& arguments, ContractIndex index)
{
    return (const T*)arguments.right + arguments.batch.offset(1, index.batch) + arguments.columns.offset(0, index.column);
}
