// Nested loops over strided memory: a running number is turned into one index a loop, and these into offsets. Extents and
// strides come from the host, which has dropped loops of one turn and merged those that memory does not tell apart.
#pragma once
#include "device.h"

constexpr int MaxRank = 8;

// Quotients by multiplication: n / d = (high(n magic) + n) >> shift for all n below 2^31, with magic = floor(2^32 (2^shift -
// d) / d) + 1 and shift the least with 2^shift >= d (Granlund and Montgomery, Division by invariant integers).
struct Divider
{
    uint32 divisor;
    uint32 magic;
    uint32 shift;

    DEVICE_MEMBER uint32 quotient(uint32 n) const { return (multiplyHigh(n, magic) + n) >> shift; }
};

struct Loops
{
    uint32 rank;
    uint32 count;
    Divider extents[MaxRank]; // innermost first

    // Calls step(loop, index) for each loop. The loop's number is known to the compiler, so that arrays indexed by it stay
    // in registers.
    template<typename Step> DEVICE_MEMBER void decode(uint32 number, Step step) const
    {
#pragma unroll
        for (uint32 loop = 0; loop < MaxRank; loop++)
        {
            if (loop >= rank) break;
            uint32 next = extents[loop].quotient(number);
            step(loop, number - next * extents[loop].divisor);
            number = next;
        }
    }
};

// Loops with the steps of N operands along each, in elements.
template<int N> struct StridedLoops
{
    Loops loops;
    long long strides[N][MaxRank];

    // The offset where there is at most one loop; the stride of none is zero.
    DEVICE_MEMBER long long along(int operand, uint32 number) const { return number * strides[operand][0]; }

    DEVICE_MEMBER long long offset(int operand, uint32 number) const
    {
        if (loops.rank <= 1) return along(operand, number);
        long long offset = 0;
#pragma unroll 1
        for (uint32 loop = 0; loop < loops.rank; loop++)
        {
            uint32 next = loops.extents[loop].quotient(number);
            offset += (number - next * loops.extents[loop].divisor) * strides[operand][loop];
            number = next;
        }

        return offset;
    }
};
