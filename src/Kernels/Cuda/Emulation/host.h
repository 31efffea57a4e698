// The emulated grid as the emulated driver sees it.
#pragma once
#include <string>

namespace emulation
{
struct Kernel
{
    const char* name;
    void (*run)(const void* arguments);
    unsigned bytes;   // of the arguments
    unsigned threads; // the most of a block
};

// The order in which threads take turns; blocks come in descending order with the second.
enum Order { Ascending, Descending, Shuffled, ShuffledOtherwise };

void setOrder(Order chosen);
const Kernel* find(const char* name);

// Runs a grid to its end. Returns what went wrong; nothing where all went well.
std::string launch(const Kernel& kernel, unsigned grid, unsigned threads, size_t sharedBytes, const void* arguments);
}
