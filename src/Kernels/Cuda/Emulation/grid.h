// What kernels see when a host compiler compiles them: the words of device.h, as calls to an emulated grid. A GPU's thread
// becomes a thread of the emulation only where it must wait: see grid.cpp.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>

typedef unsigned int uint32;
typedef unsigned long long uint64;

#define DEVICE static inline
#define INLINED
#define DEVICE_CALL static
#define DEVICE_MEMBER inline
#define CONSTANT static const
#define KERNEL(name, threads, arguments) \
    extern "C" void name(const arguments); \
    static const emulation::Registration registration_##name( \
        #name, [](const void* bytes) { name(*(const arguments*)bytes); }, sizeof(arguments), threads); \
    extern "C" void name
#define HAS_TENSOR_CORES 1

namespace emulation
{
// A kernel by its name, how to run one thread of it, the bytes of its arguments, and the most threads of a block.
struct Registration
{
    Registration(const char* name, void (*run)(const void*), unsigned bytes, unsigned threads);
};

// Where the running thread is.
struct Position
{
    uint32 thread, block, blockSize, gridSize;
    void* shared;
};

extern Position now;

// What all lanes of a warp do together: the last to come runs the function on the arguments of all 32.
typedef void (*WarpFunction)(void** lanes);
void together(const char* what, WarpFunction function, void* argument);

void barrier();
void copyAsync(void* to, const void* from, unsigned bytes);
void commitCopies();
void waitCopies(int open);
[[noreturn]] void fault(const char* what);
}

DEVICE uint32 threadIndex() { return emulation::now.thread; }
DEVICE uint32 blockIndex() { return emulation::now.block; }
DEVICE uint32 blockSize() { return emulation::now.blockSize; }
DEVICE uint32 gridSize() { return emulation::now.gridSize; }
DEVICE void barrier() { emulation::barrier(); }
template<typename T> DEVICE T* sharedMemory() { return (T*)emulation::now.shared; }

template<typename T> DEVICE T shuffleXor(T value, int distance)
{
    struct Lane { T value, result; int distance; } mine{value, value, distance};
    emulation::together("a shuffle", [](void** lanes)
    {
        for (int i = 0; i < 32; i++)
        {
            Lane* lane = (Lane*)lanes[i];
            lane->result = ((Lane*)lanes[i ^ lane->distance])->value;
        }
    }, &mine);
    return mine.result;
}

DEVICE uint32 multiplyHigh(uint32 a, uint32 b) { return (uint32)((uint64)a * b >> 32); }
DEVICE uint64 multiplyHigh(uint64 a, uint64 b) { return (uint64)((unsigned __int128)a * b >> 64); }
DEVICE float squareRoot(float x) { return std::sqrt(x); }
DEVICE double squareRoot(double x) { return std::sqrt(x); }
DEVICE float fusedMultiplyAdd(float a, float b, float c) { return std::fma(a, b, c); }
DEVICE double fusedMultiplyAdd(double a, double b, double c) { return std::fma(a, b, c); }

// A vector access to an address that sixteen does not divide is an error, as on a GPU.
DEVICE void checkVector(const void* address)
{
    if ((uintptr_t)address % 16 != 0) emulation::fault("an access of sixteen bytes at an address that sixteen does not divide");
}
template<typename T> DEVICE void loadVector(T* to, const T* from)
{
    checkVector(from);
    memcpy(to, from, 16);
}
template<typename T> DEVICE void storeVector(T* to, const T* from)
{
    checkVector(to);
    memcpy(to, from, 16);
}

template<int Bytes> DEVICE void copyAsync(void* to, const void* from) { emulation::copyAsync(to, from, Bytes); }
DEVICE void commitCopies() { emulation::commitCopies(); }
template<int Open> DEVICE void waitCopies() { emulation::waitCopies(Open); }

DEVICE uint32 roundToTf32(float x) { return (__builtin_bit_cast(uint32, x) + 0x1000u) & ~0x1fffu; }
DEVICE uint32 roundToBf16(float x)
{
    uint32 bits = __builtin_bit_cast(uint32, x);
    return (bits + 0x7fffu + (bits >> 16 & 1)) >> 16;
}
DEVICE uint32 packBf16(float low, float high) { return roundToBf16(low) | roundToBf16(high) << 16; }

// Tensor cores: lane 4g + t holds of a the rows g and g + 8, of b the column g, of d both rows and the columns 2t, 2t + 1.
struct TensorLane
{
    float* d;
    const uint32* a;
    const uint32* b;
};

template<int Depth, typename Element> DEVICE void multiplyTiles(void** lanes, Element element)
{
    float a[16][Depth], b[Depth][8];
    for (int i = 0; i < 32; i++) element((const TensorLane*)lanes[i], i / 4, i % 4, a, b);
    for (int i = 0; i < 32; i++)
        for (int r = 0; r < 4; r++)
        {
            float& d = ((const TensorLane*)lanes[i])->d[r];
            for (int k = 0; k < Depth; k++) d += a[i / 4 + r / 2 * 8][k] * b[k][i % 4 * 2 + r % 2];
        }
}

DEVICE void multiplyTf32(float (&d)[4], const uint32 (&a)[4], const uint32 (&b)[2])
{
    TensorLane mine{d, a, b};
    emulation::together("a TF32 product", [](void** lanes)
    {
        multiplyTiles<8>(lanes, [](const TensorLane* lane, int g, int t, float (*a)[8], float (*b)[8])
        {
            auto number = [](uint32 bits) { return __builtin_bit_cast(float, bits & ~0x1fffu); };
            for (int i = 0; i < 4; i++) a[g + i % 2 * 8][t + i / 2 * 4] = number(lane->a[i]);
            for (int i = 0; i < 2; i++) b[t + i * 4][g] = number(lane->b[i]);
        });
    }, &mine);
}

DEVICE void multiplyBf16(float (&d)[4], const uint32 (&a)[4], const uint32 (&b)[2])
{
    TensorLane mine{d, a, b};
    emulation::together("a BF16 product", [](void** lanes)
    {
        multiplyTiles<16>(lanes, [](const TensorLane* lane, int g, int t, float (*a)[16], float (*b)[8])
        {
            auto number = [](uint32 pair, int half) { return __builtin_bit_cast(float, (half ? pair >> 16 : pair & 0xffff) << 16); };
            for (int half = 0; half < 2; half++)
            {
                for (int i = 0; i < 4; i++) a[g + i % 2 * 8][t * 2 + half + i / 2 * 8] = number(lane->a[i], half);
                for (int i = 0; i < 2; i++) b[t * 2 + half + i * 8][g] = number(lane->b[i], half);
            }
        });
    }, &mine);
}
