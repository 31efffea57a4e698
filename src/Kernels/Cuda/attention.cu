// Causal attention of each head: y_i = sum_{j <= i} p_ij v_j, p_i = softmax_{j <= i}(scale q_i'k_j), on (B,H,T,D).
//
// A block takes a tile of queries and goes over the tiles of keys and values up to it, all in shared memory. The scores of one
// tile live there too and nowhere else: with each tile the rows' largest scores and sums are brought up to date, and what has
// been added up before is scaled to the new largest score (Milakov and Gimelshein, Online normalizer calculation for softmax).
#include "Device/elementary.h"
#include "Device/heads.h"

struct AttentionArguments
{
    AttentionOperand query, key, value, output;
    StridedLoops<4> heads; // of query, key, value and output, over B and H
    double scale;
    uint32 positions;
    uint32 width;
    uint32 tile;           // queries of a block, and keys of a step
};

template<typename T> DEVICE void attention(const AttentionArguments& arguments)
{
    const uint32 tile = arguments.tile, width = arguments.width, thread = threadIndex(), threads = blockSize();

    // Rows one element apart from a power of two, so that a warp's rows fall into different banks.
    const uint32 stride = width + 1, scoreStride = tile + 1;
    T* query = sharedMemory<T>();
    T* key = query + tile * stride;
    T* value = key + tile * stride;
    T* output = value + tile * stride;
    T* scores = output + tile * stride;
    T* largest = scores + tile * scoreStride;
    T* total = largest + tile;
    T* factor = total + tile;

    const uint32 tiles = (arguments.positions + tile - 1) / tile;
    const uint32 head = blockIndex() / tiles, start = blockIndex() % tiles * tile;
    const uint32 rows = minimum(tile, arguments.positions - start);
    loadTile(query, arguments.query, arguments.heads.offset(0, head), start, rows, width, stride);
    for (uint32 i = thread; i < rows * width; i += threads) output[i / width * stride + i % width] = 0;
    for (uint32 row = thread; row < rows; row += threads)
    {
        largest[row] = -Limits<T>::infinity();
        total[row] = 0;
    }

    for (uint32 first = 0; first <= start; first += tile)
    {
        const uint32 keys = minimum(tile, arguments.positions - first);
        barrier();
        loadTile(key, arguments.key, arguments.heads.offset(1, head), first, keys, width, stride);
        loadTile(value, arguments.value, arguments.heads.offset(2, head), first, keys, width, stride);
        barrier();
        for (uint32 i = thread; i < rows * keys; i += threads)
        {
            uint32 row = i / keys, j = i - row * keys;
            T score = 0;
            for (uint32 d = 0; d < width; d++) score += query[row * stride + d] * key[j * stride + d];
            scores[row * scoreStride + j] = first + j <= start + row ? (T)arguments.scale * score : -Limits<T>::infinity();
        }

        barrier();
        for (uint32 row = thread; row < rows; row += threads)
        {
            T before = largest[row], now = before;
            for (uint32 j = 0; j < keys; j++) now = largerOf(now, scores[row * scoreStride + j]);
            T sum = 0;
            for (uint32 j = 0; j < keys; j++)
            {
                T weight = exponential(scores[row * scoreStride + j] - now);
                scores[row * scoreStride + j] = weight;
                sum += weight;
            }

            T shrink = exponential(before - now);
            total[row] = total[row] * shrink + sum;
            largest[row] = now;
            factor[row] = shrink;
        }

        barrier();
        for (uint32 i = thread; i < rows * width; i += threads)
        {
            uint32 row = i / width, d = i - row * width;
            T sum = output[row * stride + d] * factor[row];
            for (uint32 j = 0; j < keys; j++) sum += scores[row * scoreStride + j] * value[j * stride + d];
            output[row * stride + d] = sum;
        }
    }

    T* target = (T*)arguments.output.address + arguments.heads.offset(3, head);
    for (uint32 i = thread; i < rows * width; i += threads)
    {
        uint32 row = i / width, d = i - row * width;
        target[(start + row) * arguments.output.position + d * arguments.output.width] = output[row * stride + d] / total[row];
    }
}

KERNEL(attention_f32, 256, AttentionArguments)(const AttentionArguments arguments) { attention<float>(arguments); }
KERNEL(attention_f64, 256, AttentionArguments)(const AttentionArguments arguments) { attention<double>(arguments); }
