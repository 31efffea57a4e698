// The numbers 0, 1, .., n - 1 along one axis.
#include "Device/device.h"

struct IotaArguments
{
    uint64 output;
    long long step;
    uint32 count;
};

template<typename T> DEVICE void iota(const IotaArguments& arguments)
{
    for (uint32 i = blockIndex() * blockSize() + threadIndex(); i < arguments.count; i += gridSize() * blockSize())
        ((T*)arguments.output)[i * arguments.step] = (T)i;
}

KERNEL(iota_f32, 256, IotaArguments)(const IotaArguments arguments) { iota<float>(arguments); }
KERNEL(iota_f64, 256, IotaArguments)(const IotaArguments arguments) { iota<double>(arguments); }
KERNEL(iota_i32, 256, IotaArguments)(const IotaArguments arguments) { iota<int>(arguments); }
