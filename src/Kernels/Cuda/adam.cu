// One step of Adam or AdamW over all parameters in one launch, in place:
//
//   m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,  w = w - rate (m / c1) / (sqrt(v / c2) + epsilon) - decay w
//
// c1 = 1 - b1^t and c2 = 1 - b2^t come from a counter in memory, which the first thread advances when it is done with it in
// adam_advance, so that a captured step can be replayed (Kingma and Ba, Adam; Loshchilov and Hutter, Decoupled weight decay).
#include "Device/elementary.h"

struct AdamArguments
{
    uint64 weights;
    uint64 gradient;
    uint64 mean;
    uint64 square;
    uint64 corrections; // (2), float64: b1^t and b2^t
    double rate;
    double firstDecay;
    double secondDecay;
    double epsilon;
    double weightDecay; // rate times decay
    uint32 count;
};

KERNEL(adam_advance, 32, AdamArguments)(const AdamArguments arguments)
{
    if (threadIndex() != 0 || blockIndex() != 0) return;
    double* corrections = (double*)arguments.corrections;
    corrections[0] *= arguments.firstDecay;
    corrections[1] *= arguments.secondDecay;
}

template<typename T> DEVICE void adam(const AdamArguments& arguments)
{
    const double* corrections = (const double*)arguments.corrections;
    const T first = (T)(1 - corrections[0]), second = (T)(1 - corrections[1]);
    const T b1 = (T)arguments.firstDecay, b2 = (T)arguments.secondDecay;
    T* weights = (T*)arguments.weights;
    T* mean = (T*)arguments.mean;
    T* square = (T*)arguments.square;
    for (uint32 i = blockIndex() * blockSize() + threadIndex(); i < arguments.count; i += gridSize() * blockSize())
    {
        T g = ((const T*)arguments.gradient)[i], w = weights[i];
        T m = b1 * mean[i] + (1 - b1) * g, v = b2 * square[i] + (1 - b2) * g * g;
        mean[i] = m;
        square[i] = v;
        weights[i] = w - (T)arguments.rate * (m / first) / (squareRoot(v / second) + (T)arguments.epsilon) -
            (T)arguments.weightDecay * w;
    }
}

KERNEL(adam_f32, 256, AdamArguments)(const AdamArguments arguments) { adam<float>(arguments); }
KERNEL(adam_f64, 256, AdamArguments)(const AdamArguments arguments) { adam<double>(arguments); }
