// The part of the CUDA driver API that the host side calls, over the emulated grid. Everything happens at once, in the
// caller's thread, one caller at a time. Device memory is host memory, poisoned.
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
    std::vector<size_t> waits;
};

// Nodes are numbered from one, so that none looks like nothing.
struct Graph
{
    std::vector<Node> nodes;
};

struct Launch
{
    const emulation::Kernel* kernel;
    unsigned gridX, gridY, gridZ, blockX, blockY, blockZ, shared;
    void** parameters;
    void** extra;
};

int order = 0;

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

// Runs a graph: of the nodes that may run the first, the last, or any.
int runAll(const Graph& graph)
{
    std::vector<bool> done(graph.nodes.size());
    unsigned state = 1;
    for (size_t count = 0; count < graph.nodes.size(); count++)
    {
        std::vector<size_t> ready;
        for (size_t i = 0; i < graph.nodes.size() && (order != 0 || ready.empty()); i++)
        {
            bool mayRun = !done[i];
            for (size_t wait : graph.nodes[i].waits) mayRun = mayRun && done[wait - 1];
            if (mayRun) ready.push_back(i);
        }

        state = state * 1664525u + 1013904223u;
        size_t chosen = order == 0 ? ready.front() : order == 1 ? ready.back() : ready[(state >> 8) % ready.size()];
        if (int status = run(graph.nodes[chosen])) return status;
        done[chosen] = true;
    }

    return Success;
}
}

// Chooses the order of threads, and of kernels that need not wait for each other, 0 to 3; not part of the driver API.
API emulation_set_order(int chosen)
{
    std::lock_guard<std::mutex> guard(one);
    if (chosen < 0 || chosen > 3) return InvalidValue;
    order = chosen;
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
    *stream = new int(0);
    return Success;
}

API cuStreamDestroy_v2(void* stream)
{
    delete (int*)stream;
    return Success;
}

API cuStreamSynchronize(void*) { return Success; }

API cuGraphCreate(void** graph, unsigned)
{
    *graph = new Graph();
    return Success;
}

API cuGraphAddKernelNode(void** node, void* graph, void* const* waits, size_t count, const Launch* launch)
{
    const emulation::Kernel* kernel = launch->kernel;
    bool fits = launch->gridX > 0 && launch->gridY == 1 && launch->gridZ == 1 && launch->blockY == 1 && launch->blockZ == 1 &&
        launch->blockX > 0 && launch->blockX <= kernel->threads && launch->blockX % 32 == 0 && launch->shared <= 48 * 1024;
    if (!fits) return InvalidValue;
    const unsigned char* arguments = (const unsigned char*)launch->parameters[0];
    std::vector<Node>& nodes = ((Graph*)graph)->nodes;
    nodes.push_back({kernel, launch->gridX, launch->blockX, launch->shared, {arguments, arguments + kernel->bytes}, {}});
    for (size_t i = 0; i < count; i++)
    {
        size_t wait = (size_t)waits[i];
        if (wait == 0 || wait >= nodes.size()) return InvalidValue;
        nodes.back().waits.push_back(wait);
    }

    *node = (void*)nodes.size();
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
    return runAll(*(Graph*)executable);
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
