// The part of the CUDA driver API that the host side calls, over the emulated grid. Everything happens at once, in the
// caller's thread, one caller at a time; streams only record what is captured. Device memory is host memory, poisoned.
#include "host.h"
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <vector>

#define API extern "C" __attribute__((visibility("default"))) int

namespace
{
enum Status
{
    Success = 0, InvalidValue = 1, OutOfMemory = 2, InvalidDevice = 101, InvalidImage = 200, NotFound = 500, LaunchFailed = 719
};

typedef unsigned long long Address;

std::mutex one;
size_t pageBytes = 4096;

struct Node
{
    const emulation::Kernel* kernel;
    unsigned grid, threads, shared;
    std::vector<unsigned char> arguments;
};

struct Graph
{
    std::vector<Node> nodes;
};

struct Stream
{
    Graph* captured;
};

int run(const Node& node)
{
    // Arguments at a sixteen byte boundary, as a kernel expects them.
    std::vector<long double> aligned(node.arguments.size() / sizeof(long double) + 1);
    memcpy(aligned.data(), node.arguments.data(), node.arguments.size());
    std::string message = emulation::launch(*node.kernel, node.grid, node.threads, node.shared, aligned.data());
    if (message.empty()) return Success;
    fprintf(stderr, "emulated CUDA device: %s\n", message.c_str());
    return LaunchFailed;
}
}

// Chooses the order of threads, 0 to 3; not part of the driver API.
API emulation_set_order(int order)
{
    std::lock_guard<std::mutex> guard(one);
    if (order < 0 || order > 3) return InvalidValue;
    emulation::setOrder((emulation::Order)order);
    return Success;
}

API cuInit(unsigned)
{
    const char* chosen = getenv("LOOPED_EMULATION_ORDER");
    return chosen == nullptr ? Success : emulation_set_order(atoi(chosen));
}

API cuDriverGetVersion(int* version)
{
    *version = 12000;
    return Success;
}

API cuGetErrorName(int status, const char** name)
{
    switch (status)
    {
        case Success: *name = "CUDA_SUCCESS"; return Success;
        case InvalidValue: *name = "CUDA_ERROR_INVALID_VALUE"; return Success;
        case OutOfMemory: *name = "CUDA_ERROR_OUT_OF_MEMORY"; return Success;
        case InvalidDevice: *name = "CUDA_ERROR_INVALID_DEVICE"; return Success;
        case InvalidImage: *name = "CUDA_ERROR_INVALID_IMAGE"; return Success;
        case NotFound: *name = "CUDA_ERROR_NOT_FOUND"; return Success;
        case LaunchFailed: *name = "CUDA_ERROR_LAUNCH_FAILED"; return Success;
        default: return InvalidValue;
    }
}

API cuDeviceGetCount(int* count)
{
    *count = 1;
    return Success;
}

API cuDeviceGet(int* device, int ordinal)
{
    *device = 0;
    return ordinal == 0 ? Success : InvalidDevice;
}

API cuDeviceGetName(char* name, int bytes, int)
{
    snprintf(name, (size_t)bytes, "emulated on the CPU");
    return Success;
}

API cuDeviceTotalMem_v2(size_t* bytes, int)
{
    *bytes = (size_t)4 << 30;
    return Success;
}

API cuDeviceGetAttribute(int* value, int attribute, int)
{
    switch (attribute)
    {
        case 16: *value = 2; return Success;  // multiprocessors: few, so that grids stay small
        case 75: *value = 8; return Success;  // compute capability, major
        case 76: *value = 0; return Success;  // and minor
        default: return InvalidValue;
    }
}

API cuDevicePrimaryCtxRetain(void** context, int)
{
    *context = &one;
    return Success;
}

API cuDevicePrimaryCtxRelease_v2(int) { return Success; }
API cuCtxSetCurrent(void*) { return Success; }

API cuModuleLoadData(void** module, const void* image)
{
    *module = new std::string((const char*)image);
    return Success;
}

API cuModuleUnload(void* module)
{
    delete (std::string*)module;
    return Success;
}

// A kernel must be in the module's PTX and in the emulation, with arguments of one size.
API cuModuleGetFunction(void** function, void* module, const char* name)
{
    const std::string& text = *(std::string*)module;
    size_t entry = text.find(std::string(".visible .entry ") + name + "(");
    const emulation::Kernel* kernel = emulation::find(name);
    if (entry == std::string::npos || kernel == nullptr) return NotFound;
    size_t open = text.find('[', entry);
    unsigned bytes = open < text.find(')', text.find('(', entry)) ? (unsigned)atoi(text.c_str() + open + 1) : 8;
    if (bytes != kernel->bytes)
    {
        fprintf(stderr, "emulated CUDA device: %s takes %u bytes in its PTX and %u in its source\n", name, bytes, kernel->bytes);
        return InvalidImage;
    }

    *function = (void*)kernel;
    return Success;
}

API cuFuncGetAttribute(int* value, int, void*)
{
    *value = 0;
    return Success;
}

API cuMemAlloc_v2(Address* address, size_t bytes)
{
    if (bytes == 0) return InvalidValue;
    void* memory = aligned_alloc(pageBytes, (bytes + pageBytes - 1) / pageBytes * pageBytes);
    if (memory == nullptr) return OutOfMemory;
    memset(memory, 0xff, bytes);
    *address = (Address)memory;
    return Success;
}

API cuMemFree_v2(Address address)
{
    free((void*)address);
    return Success;
}

API cuMemHostAlloc(void** memory, size_t bytes, unsigned)
{
    *memory = malloc(bytes);
    return *memory == nullptr ? OutOfMemory : Success;
}

API cuMemFreeHost(void* memory)
{
    free(memory);
    return Success;
}

API cuMemcpyHtoDAsync_v2(Address to, const void* from, size_t bytes, void*)
{
    memcpy((void*)to, from, bytes);
    return Success;
}

API cuMemcpyDtoHAsync_v2(void* to, Address from, size_t bytes, void*)
{
    memcpy(to, (const void*)from, bytes);
    return Success;
}

API cuMemsetD8Async(Address to, unsigned char value, size_t bytes, void*)
{
    memset((void*)to, value, bytes);
    return Success;
}

API cuStreamCreate(void** stream, unsigned)
{
    *stream = new Stream{nullptr};
    return Success;
}

API cuStreamDestroy_v2(void* stream)
{
    delete (Stream*)stream;
    return Success;
}

API cuStreamSynchronize(void*) { return Success; }

API cuStreamBeginCapture_v2(void* stream, int)
{
    ((Stream*)stream)->captured = new Graph();
    return Success;
}

API cuStreamEndCapture(void* stream, void** graph)
{
    *graph = ((Stream*)stream)->captured;
    ((Stream*)stream)->captured = nullptr;
    return Success;
}

API cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long)
{
    *executable = new Graph(*(Graph*)graph);
    return Success;
}

API cuGraphLaunch(void* executable, void*)
{
    std::lock_guard<std::mutex> guard(one);
    for (const Node& node : ((Graph*)executable)->nodes)
        if (int status = run(node)) return status;
    return Success;
}

API cuGraphDestroy(void* graph)
{
    delete (Graph*)graph;
    return Success;
}

API cuGraphExecDestroy(void* executable)
{
    delete (Graph*)executable;
    return Success;
}

API cuLaunchKernel(
    void* function, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX, unsigned blockY, unsigned blockZ,
    unsigned shared, void* stream, void** parameters, void**)
{
    const emulation::Kernel* kernel = (const emulation::Kernel*)function;
    bool fits = gridX > 0 && gridY == 1 && gridZ == 1 && blockY == 1 && blockZ == 1 && blockX > 0 && blockX <= kernel->threads &&
        blockX % 32 == 0 && shared <= 48 * 1024;
    if (!fits) return InvalidValue;
    const unsigned char* arguments = (const unsigned char*)parameters[0];
    Node node{kernel, gridX, blockX, shared, {arguments, arguments + kernel->bytes}};
    if (Graph* graph = ((Stream*)stream)->captured)
    {
        graph->nodes.push_back(node);
        return Success;
    }

    std::lock_guard<std::mutex> guard(one);
    return run(node);
}
