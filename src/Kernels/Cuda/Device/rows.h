// Rows of elements that a group of lanes shares: lane l takes the elements l, l + lanes, .. and the group's results are
// combined in an order that depends on the number of lanes alone. A group is a power of two of lanes within a warp, or a
// whole block of several warps.
#pragma once
#include "loops.h"

struct RowGroup
{
    uint32 row;
    int lane;
    int lanes;
    bool isThere;

    // Groups fill blocks; a group beyond the last row stays, so that its warp is whole, and does nothing.
    DEVICE_MEMBER static RowGroup of(uint32 rows, int lanes)
    {
        RowGroup group;
        uint32 number = blockIndex() * (blockSize() / (uint32)lanes) + threadIndex() / (uint32)lanes;
        group.isThere = number < rows;
        group.row = group.isThere ? number : 0;
        group.lane = (int)(threadIndex() % (uint32)lanes);
        group.lanes = lanes;
        return group;
    }

    // Combines a value of each lane by a commutative function; all lanes get the result. Larger groups use one element of
    // shared memory a warp.
    template<typename T, typename Combine> DEVICE_MEMBER T combine(T value, Combine function) const
    {
        int width = minimum(lanes, 32);
        for (int distance = width / 2; distance > 0; distance /= 2)
            value = function(value, shuffleXor(value, distance));
        if (lanes <= 32) return value;

        T* warps = sharedMemory<T>();
        barrier();
        if (lane % 32 == 0) warps[lane / 32] = value;
        barrier();
        value = warps[0];
        for (int warp = 1; warp < lanes / 32; warp++) value = function(value, warps[warp]);
        return value;
    }

    template<typename T> DEVICE_MEMBER T sum(T value) const
    {
        return combine(value, [](T a, T b) { return a + b; });
    }

    template<typename T> DEVICE_MEMBER T largest(T value) const
    {
        return combine(value, [](T a, T b) { return largerOf(a, b); });
    }
};
