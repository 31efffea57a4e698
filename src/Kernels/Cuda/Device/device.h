// The words that kernels are written in. They mean PTX where clang compiles for a GPU, and calls to an emulated grid where
// a host compiler does. Blocks and grids have one axis: kernels decode their own indices.
#pragma once

#if defined(__CUDA__)

typedef unsigned int uint32;
typedef unsigned long long uint64;

#define DEVICE static __attribute__((device)) __inline__ __attribute__((always_inline))
// Defines a kernel of at most so many threads a block: KERNEL(name, threads, Arguments)(const Arguments a) { .. }
#define KERNEL(name, threads, arguments) extern "C" __attribute__((global, launch_bounds(threads))) void name
#define INLINED __attribute__((always_inline))
#define DEVICE_CALL static __attribute__((device, noinline))
#define DEVICE_MEMBER __attribute__((device)) __inline__ __attribute__((always_inline))
#define CONSTANT static __attribute__((device)) const

DEVICE uint32 threadIndex() { return __nvvm_read_ptx_sreg_tid_x(); }
DEVICE uint32 blockIndex() { return __nvvm_read_ptx_sreg_ctaid_x(); }
DEVICE uint32 blockSize() { return __nvvm_read_ptx_sreg_ntid_x(); }
DEVICE uint32 gridSize() { return __nvvm_read_ptx_sreg_nctaid_x(); }

// All threads of a block wait for each other; what they wrote to shared memory is seen by all.
DEVICE void barrier() { __syncthreads(); }

// Shared memory of the block, as large as the launch asked for, with no defined content.
extern __attribute__((shared)) __attribute__((aligned(16))) unsigned char sharedBytes[];
template<typename T> DEVICE T* sharedMemory() { return (T*)sharedBytes; }

// The value that lane (own lane xor distance) of the warp holds; all 32 lanes must take part.
DEVICE int shuffleXor(int value, int distance) { return __nvvm_shfl_sync_bfly_i32(0xffffffffu, value, distance, 0x1f); }
DEVICE float shuffleXor(float value, int distance) { return __nvvm_shfl_sync_bfly_f32(0xffffffffu, value, distance, 0x1f); }
DEVICE double shuffleXor(double value, int distance)
{
    long long bits = __builtin_bit_cast(long long, value);
    uint32 low = (uint32)shuffleXor((int)bits, distance);
    int high = shuffleXor((int)(bits >> 32), distance);
    return __builtin_bit_cast(double, ((long long)high << 32) | low);
}

DEVICE uint32 multiplyHigh(uint32 a, uint32 b) { return __nvvm_mulhi_ui(a, b); }
DEVICE uint64 multiplyHigh(uint64 a, uint64 b) { return __nvvm_mulhi_ull(a, b); }
DEVICE float squareRoot(float x) { return __nvvm_sqrt_rn_f(x); }
DEVICE double squareRoot(double x) { return __nvvm_sqrt_rn_d(x); }
DEVICE float fusedMultiplyAdd(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
DEVICE double fusedMultiplyAdd(double a, double b, double c) { return __builtin_fma(a, b, c); }

// Vectors of sixteen bytes, loaded and stored in one piece from addresses that sixteen divides.
typedef float Float4 __attribute__((ext_vector_type(4)));
typedef double Double2 __attribute__((ext_vector_type(2)));
DEVICE void loadVector(float* to, const float* from)
{
    Float4 v = *(const Float4*)from;
    to[0] = v.x; to[1] = v.y; to[2] = v.z; to[3] = v.w;
}
DEVICE void loadVector(double* to, const double* from)
{
    Double2 v = *(const Double2*)from;
    to[0] = v.x; to[1] = v.y;
}
DEVICE void storeVector(float* to, const float* from)
{
    Float4 v = {from[0], from[1], from[2], from[3]};
    *(Float4*)to = v;
}
DEVICE void storeVector(double* to, const double* from)
{
    Double2 v = {from[0], from[1]};
    *(Double2*)to = v;
}

// Copies from global to shared memory that the thread need not wait for: what was begun before a commit is there after
// a wait that leaves fewer later commits open. Before sm_80 the copy is made at once.
#if __CUDA_ARCH__ >= 800
template<int Bytes> DEVICE void copyAsync(void* to, const void* from)
{
    uint32 shared = (uint32)(uint64)(__attribute__((address_space(3))) void*)to;
    if constexpr (Bytes == 16)
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" :: "r"(shared), "l"(from) : "memory");
    else
        asm volatile("cp.async.ca.shared.global [%0], [%1], %2;" :: "r"(shared), "l"(from), "n"(Bytes) : "memory");
}
DEVICE void commitCopies() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template<int Open> DEVICE void waitCopies() { asm volatile("cp.async.wait_group %0;" :: "n"(Open) : "memory"); }

// Products of tiles on tensor cores: d (16x8) += a (16x8, rows) b (8x8, columns), factors rounded to TF32; and
// d (16x8) += a (16x16) b (16x8), factors pairs of BF16. Which lane holds which elements is told in contract_tensor.cu.
DEVICE uint32 roundToTf32(float x)
{
    uint32 bits;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
    return bits;
}
DEVICE uint32 packBf16(float low, float high)
{
    uint32 bits;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(high), "f"(low));
    return bits;
}
DEVICE void multiplyTf32(float (&d)[4], const uint32 (&a)[4], const uint32 (&b)[2])
{
    asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
DEVICE void multiplyBf16(float (&d)[4], const uint32 (&a)[4], const uint32 (&b)[2])
{
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#define HAS_TENSOR_CORES 1
#else
template<int Bytes> DEVICE void copyAsync(void* to, const void* from)
{
    if constexpr (Bytes == 16) *(Float4*)to = *(const Float4*)from;
    else if constexpr (Bytes == 8) *(double*)to = *(const double*)from;
    else *(float*)to = *(const float*)from;
}
DEVICE void commitCopies() {}
template<int Open> DEVICE void waitCopies() {}
#endif

#else

#include "../Emulation/grid.h"

#endif

template<typename T> DEVICE T minimum(T a, T b) { return a < b ? a : b; }
template<typename T> DEVICE T maximum(T a, T b) { return a > b ? a : b; }

// Largest and smallest number; not a number where one of them is.
template<typename T> DEVICE T largerOf(T a, T b) { return a > b || a != a ? a : b; }
template<typename T> DEVICE T smallerOf(T a, T b) { return a < b || a != a ? a : b; }

template<typename T> struct Limits;
template<> struct Limits<float>
{
    DEVICE float infinity() { return __builtin_bit_cast(float, 0x7f800000); }
    DEVICE float none() { return __builtin_bit_cast(float, 0x7fc00000); }
};
template<> struct Limits<double>
{
    DEVICE double infinity() { return __builtin_bit_cast(double, 0x7ff0000000000000LL); }
    DEVICE double none() { return __builtin_bit_cast(double, 0x7ff8000000000000LL); }
};
