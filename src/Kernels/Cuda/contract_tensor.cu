// Contractions of float32 factors on tensor cores, with factors rounded to TF32 or BF16 and sums in float32: the same tiles as
// contract_tile.cu. For compute capability 8.0 and up; chosen only on request.
#include "Device/tiles.h"

#if defined(HAS_TENSOR_CORES)

// A block of eight warps, two by four, on a tile of 64 x 64: each warp multiplies 32 x 16 in pieces of 16 x 8. Lane 4g + t holds
// of a piece the rows g, g + 8 and the columns 2t, 2t + 1; of its factors the depths that Multiply's fragments name.
template<typename Piece> DEVICE void contractTensor(const ContractArguments& arguments)
{
    constexpr int Rows = 64, Columns = 64, Depth = 16;
    typedef Slices<float, Rows, Columns, Depth, 256> TileSlices;
    const TileSlices slices(arguments, tilePlace<Rows, Columns>(arguments));
    const int warp = (int)threadIndex() / 32, g = (int)threadIndex() % 32 / 4, t = (int)threadIndex() % 4;
    const int row = warp / 4 * 32, column = warp % 4 * 16;
    float totals[2][2][4] = {};
    slices.each([&](const float* left, const float* right) INLINED
    {
#pragma unroll
        for (int k = 0; k < Depth; k += Piece::Depth)
        {
            uint32 a[2][4], b[2][2];
#pragma unroll
            for (int i = 0; i < 2; i++)
            {
                Piece::loadLeft(a[i], left + k * TileSlices::LeftStride + row + 16 * i + g, TileSlices::LeftStride, t);
                Piece::loadRight(b[i], right + k * TileSlices::RightStride + column + 8 * i + g, TileSlices::RightStride, t);
            }

#pragma unroll
            for (int i = 0; i < 2; i++)
#pragma unroll
                for (int j = 0; j < 2; j++) Piece::multiply(totals[i][j], a[i], b[j]);
        }
    });

    const TileTarget<float> target(arguments, slices.place);
#pragma unroll
    for (int i = 0; i < 2; i++)
#pragma unroll
        for (int j = 0; j < 2; j++)
#pragma unroll
            for (int r = 0; r < 4; r++)
                target.put(
                    target.row(slices.place.firstRow + (uint32)(row + 16 * i + g + r / 2 * 8)),
                    target.column(slices.place.firstColumn + (uint32)(column + 8 * j + 2 * t + r % 2)), totals[i][j][r]);
}

struct Tf32Piece
{
    static constexpr int Depth = 8;

    DEVICE_MEMBER static void loadLeft(uint32 (&a)[4], const float* from, int stride, int t)
    {
#pragma unroll
        for (int i = 0; i < 4; i++) a[i] = roundToTf32(from[(t + i / 2 * 4) * stride + i % 2 * 8]);
    }

    DEVICE_MEMBER static void loadRight(uint32 (&b)[2], const float* from, int stride, int t)
    {
#pragma unroll
        for (int i = 0; i < 2; i++) b[i] = roundToTf32(from[(t + i * 4) * stride]);
    }

    DEVICE_MEMBER static void multiply(float (&d)[4], const uint32 (&a)[4], const uint32 (&b)[2]) { multiplyTf32(d, a, b); }
};

struct Bf16Piece
{
    static constexpr int Depth = 16;

    DEVICE_MEMBER static void loadLeft(uint32 (&a)[4], const float* from, int stride, int t)
    {
#pragma unroll
        for (int i = 0; i < 4; i++)
        {
            const float* pair = from + (t * 2 + i / 2 * 8) * stride + i % 2 * 8;
            a[i] = packBf16(pair[0], pair[stride]);
        }
    }

    DEVICE_MEMBER static void loadRight(uint32 (&b)[2], const float* from, int stride, int t)
    {
#pragma unroll
        for (int i = 0; i < 2; i++) b[i] = packBf16(from[(t * 2 + i * 8) * stride], from[(t * 2 + i * 8 + 1) * stride]);
    }

    DEVICE_MEMBER static void multiply(float (&d)[4], const uint32 (&a)[4], const uint32 (&b)[2]) { multiplyBf16(d, a, b); }
};

KERNEL(contract_tf32, 256, ContractArguments)(const ContractArguments arguments) { contractTensor<Tf32Piece>(arguments); }
KERNEL(contract_bf16, 256, ContractArguments)(const ContractArguments arguments) { contractTensor<Bf16Piece>(arguments); }

#endif
