// Cross-entropy of rows of logits x against their target classes t: the loss ln sum_c e^(x_c) - x_t, or its gradient
// softmax(x)_c - [c = t]. Rows with the ignored target give zeros, those whose target is no class give not-a-numbers.
//
// A group of lanes shares a row, and stores nothing of the softmax but the gradient.
#include "Device/elementary.h"
#include "Device/rows.h"

struct RowLossArguments
{
    uint64 logits;
    uint64 targets;
    uint64 output;
    StridedLoops<3> rows; // of logits, targets and output
    long long logitStep;
    long long outputStep;
    uint32 classes;
    uint32 lanes;
    int ignored;
    uint32 isGradient;
};

template<typename T> DEVICE void rowLoss(const RowLossArguments& arguments)
{
    RowGroup group = RowGroup::of(arguments.rows.loops.count, (int)arguments.lanes);
    const uint32 lane = (uint32)group.lane, lanes = (uint32)group.lanes;
    const T* logits = (const T*)arguments.logits + arguments.rows.offset(0, group.row);
    T* output = (T*)arguments.output + arguments.rows.offset(2, group.row);
    const int target = group.isThere ? ((const int*)arguments.targets)[arguments.rows.offset(1, group.row)] : 0;
    const bool isClass = target >= 0 && (uint32)target < arguments.classes;
    const bool counts = group.isThere && isClass && target != arguments.ignored;
    const uint32 count = counts ? arguments.classes : 0;

    T largest = -Limits<T>::infinity(), total = 0;
    for (uint32 i = lane; i < count; i += lanes) largest = largerOf(largest, logits[i * arguments.logitStep]);
    largest = group.largest(largest);
    bool isFinite = magnitude(largest) < Limits<T>::infinity();
    for (uint32 i = lane; isFinite && i < count; i += lanes) total += exponential(logits[i * arguments.logitStep] - largest);
    total = group.sum(total);
    if (!group.isThere) return;

    const T otherwise = target == arguments.ignored ? (T)0 : Limits<T>::none();
    if (!arguments.isGradient)
    {
        T logarithmOfSum = isFinite ? largest + logarithm(total) : largest;
        if (lane == 0) *output = counts ? logarithmOfSum - logits[target * arguments.logitStep] : otherwise;
        return;
    }

    for (uint32 i = lane; i < arguments.classes; i += lanes)
    {
        T share = counts ? exponential(logits[i * arguments.logitStep] - largest) / total : (T)0;
        output[i * arguments.outputStep] = counts ? share - (i == (uint32)target ? (T)1 : (T)0) : otherwise;
    }
}

KERNEL(row_loss_f32, 256, RowLossArguments)(const RowLossArguments arguments) { rowLoss<float>(arguments); }
KERNEL(row_loss_f64, 256, RowLossArguments)(const RowLossArguments arguments) { rowLoss<double>(arguments); }
