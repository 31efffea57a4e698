// Random numbers by Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3): the numbers that
// the host's generator draws for the same seed and purpose, bit for bit where they are uniform.
//
// A thread a block of the counter: four words, which make two uniform numbers of [0, 1) or, by Box and Muller, two normal ones.
#include "Device/elementary.h"

struct PhiloxArguments
{
    uint64 output;
    uint64 seed;
    uint64 stream;
    double scale;
    uint32 count;
    uint32 isNormal;
};

DEVICE void philoxBlock(uint64 counter, uint64 stream, uint64 seed, uint32 (&words)[4])
{
    words[0] = (uint32)counter;
    words[1] = (uint32)(counter >> 32);
    words[2] = (uint32)stream;
    words[3] = (uint32)(stream >> 32);
    uint32 k0 = (uint32)seed, k1 = (uint32)(seed >> 32);
#pragma unroll
    for (int round = 0; round < 10; round++)
    {
        uint32 high0 = multiplyHigh(0xD2511F53u, words[0]), low0 = 0xD2511F53u * words[0];
        uint32 high1 = multiplyHigh(0xCD9E8D57u, words[2]), low1 = 0xCD9E8D57u * words[2];
        words[0] = high1 ^ words[1] ^ k0;
        words[1] = low1;
        words[2] = high0 ^ words[3] ^ k1;
        words[3] = low0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
}

DEVICE double uniform(uint32 high, uint32 low) { return (double)(((uint64)high << 32 | low) >> 11) * 1.1102230246251565e-16; }

template<typename T> DEVICE void philox(const PhiloxArguments& arguments)
{
    T* output = (T*)arguments.output;
    for (uint32 i = blockIndex() * blockSize() + threadIndex(); 2 * i < arguments.count; i += gridSize() * blockSize())
    {
        uint32 words[4];
        philoxBlock(i, arguments.stream, arguments.seed, words);
        double first = uniform(words[0], words[1]), second = uniform(words[2], words[3]);
        if (arguments.isNormal)
        {
            // 1 - u lies in (0, 1], so its logarithm is finite.
            double radius = squareRoot(-2 * logarithm(1 - first)), angle = 6.2831853071795865 * second;
            first = radius * sineFrom(angle, 1);
            second = radius * sineFrom(angle, 0);
        }

        output[2 * i] = (T)(arguments.scale * first);
        if (2 * i + 1 < arguments.count) output[2 * i + 1] = (T)(arguments.scale * second);
    }
}

KERNEL(philox_f32, 256, PhiloxArguments)(const PhiloxArguments arguments) { philox<float>(arguments); }
KERNEL(philox_f64, 256, PhiloxArguments)(const PhiloxArguments arguments) { philox<double>(arguments); }
