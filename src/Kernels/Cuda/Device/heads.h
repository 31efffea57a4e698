// Operands of attention, (B,H,T,D), a head at a time, and tiles of their rows in shared memory.
#pragma once
#include "loops.h"

struct AttentionOperand
{
    uint64 address;
    long long position; // steps along T and D
    long long width;
};

// Copies some positions of a head to rows so many elements apart.
template<typename T> DEVICE void loadTile(
    T* tile, const AttentionOperand& operand, long long head, uint32 start, uint32 positions, uint32 width, uint32 stride)
{
    const T* source = (const T*)operand.address + head;
    for (uint32 i = threadIndex(); i < positions * width; i += blockSize())
    {
        uint32 position = i / width, d = i - position * width;
        tile[position * stride + d] = source[(start + position) * operand.position + d * operand.width];
    }
}
