// What queries, keys and values of causal attention receive of the cotangent g of its output: with the weights p of attention.cu
// and e_ij = scale p_ij (g_i'v_j - sum_l p_il g_i'v_l), dq_i = sum_j e_ij k_j, dk_j = sum_i e_ij q_i and dv_j = sum_i p_ij g_i.
//
// Two launches, a block a tile of rows, and scores of one tile by tile at a time in shared memory. The first takes a tile of
// queries over the keys up to it twice: for each row's largest score, sum of weights and mean share g_i'v_j, which it also leaves
// in memory, and for dq. The second takes a tile of keys over the queries from it on, for dk and dv. Each result is one thread's,
// which adds to it in the output, so that no sum needs atomics (Dao, FlashAttention-2, there with atomics for dq).
#include "Device/elementary.h"
#include "Device/heads.h"

struct AttentionPullbackArguments
{
    AttentionOperand query, key, value, cotangent, output;
    StridedLoops<5> heads; // of query, key, value, cotangent and output, over B and H
    long long part;        // from dq to dk, and to dv
    uint64 rows;           // (B,H,T) triples of largest score, sum of weights and mean share
    double scale;
    uint32 positions;
    uint32 width;
    uint32 tile;           // queries and keys of a tile
};

// A block's tiles in shared memory.
template<typename T> struct PullbackTiles
{
    uint32 width, stride, scoreStride, tile;
    T* query;
    T* cotangent;
    T* key;
    T* value;
    T* scores; // then weights
    T* shares; // then what the scores receive
    T* largest;
    T* total;
    T* mean;

    // Rows one element apart from a power of two, so that a warp's rows fall into different banks.
    DEVICE_MEMBER explicit PullbackTiles(const AttentionPullbackArguments& arguments)
    {
        tile = arguments.tile;
        width = arguments.width;
        stride = width + 1;
        scoreStride = tile + 1;
        query = sharedMemory<T>();
        cotangent = query + tile * stride;
        key = cotangent + tile * stride;
        value = key + tile * stride;
        scores = value + tile * stride;
        shares = scores + tile * scoreStride;
        largest = shares + tile * scoreStride;
        total = largest + tile;
        mean = total + tile;
    }

    DEVICE_MEMBER void loadQueries(const AttentionPullbackArguments& arguments, uint32 head, uint32 start, uint32 rows)
    {
        loadTile(query, arguments.query, arguments.heads.offset(0, head), start, rows, width, stride);
        loadTile(cotangent, arguments.cotangent, arguments.heads.offset(3, head), start, rows, width, stride);
    }

    DEVICE_MEMBER void loadKeys(const AttentionPullbackArguments& arguments, uint32 head, uint32 start, uint32 keys)
    {
        loadTile(key, arguments.key, arguments.heads.offset(1, head), start, keys, width, stride);
        loadTile(value, arguments.value, arguments.heads.offset(2, head), start, keys, width, stride);
    }

    // Calls store(row, place, score, share) for each pair of a row and a key; unseen ones have a score of minus infinity.
    template<typename Store> DEVICE_MEMBER void pairs(
        T scale, uint32 firstRow, uint32 rows, uint32 firstKey, uint32 keys, Store store) const
    {
        for (uint32 i = threadIndex(); i < rows * keys; i += blockSize())
        {
            uint32 row = i / keys, j = i - row * keys;
            T score = 0, share = 0;
            for (uint32 d = 0; d < width; d++)
            {
                score += query[row * stride + d] * key[j * stride + d];
                share += cotangent[row * stride + d] * value[j * stride + d];
            }

            bool isSeen = firstKey + j <= firstRow + row;
            store(row, row * scoreStride + j, isSeen ? scale * score : -Limits<T>::infinity(), isSeen ? share : (T)0);
        }
    }

    // Weights in place of scores, and what the scores receive, times their factor, in place of shares.
    DEVICE_MEMBER void changes(T scale, uint32 firstRow, uint32 rows, uint32 firstKey, uint32 keys) const
    {
        pairs(scale, firstRow, rows, firstKey, keys, [&](uint32 row, uint32 place, T score, T share)
        {
            T weight = exponential(score - largest[row]) / total[row];
            scores[place] = weight;
            shares[place] = scale * weight * (share - mean[row]);
        });
    }
};

template<typename T> DEVICE void pullQueries(const AttentionPullbackArguments& arguments)
{
    PullbackTiles<T> tiles(arguments);
    const uint32 tile = arguments.tile, width = arguments.width, thread = threadIndex(), threads = blockSize();
    const uint32 blocks = (arguments.positions + tile - 1) / tile;
    const uint32 head = blockIndex() / blocks, start = blockIndex() % blocks * tile;
    const uint32 rows = minimum(tile, arguments.positions - start);
    const T scale = (T)arguments.scale;
    tiles.loadQueries(arguments, head, start, rows);
    for (uint32 row = thread; row < rows; row += threads)
    {
        tiles.largest[row] = -Limits<T>::infinity();
        tiles.total[row] = 0;
        tiles.mean[row] = 0;
    }

    for (uint32 first = 0; first <= start; first += tile)
    {
        const uint32 keys = minimum(tile, arguments.positions - first);
        barrier();
        tiles.loadKeys(arguments, head, first, keys);
        barrier();
        tiles.pairs(scale, start, rows, first, keys, [&](uint32, uint32 place, T score, T share)
        {
            tiles.scores[place] = score;
            tiles.shares[place] = share;
        });
        barrier();
        for (uint32 row = thread; row < rows; row += threads)
        {
            const T* scores = tiles.scores + row * tiles.scoreStride;
            const T* shares = tiles.shares + row * tiles.scoreStride;
            T before = tiles.largest[row], now = before, sum = 0, product = 0;
            for (uint32 j = 0; j < keys; j++) now = largerOf(now, scores[j]);
            for (uint32 j = 0; j < keys; j++)
            {
                T weight = exponential(scores[j] - now);
                sum += weight;
                product += weight * shares[j];
            }

            T shrink = exponential(before - now);
            tiles.largest[row] = now;
            tiles.total[row] = tiles.total[row] * shrink + sum;
            tiles.mean[row] = tiles.mean[row] * shrink + product;
        }
    }

    T* known = (T*)arguments.rows + 3 * ((uint64)head * arguments.positions + start);
    for (uint32 row = thread; row < rows; row += threads)
    {
        tiles.mean[row] /= tiles.total[row];
        known[3 * row] = tiles.largest[row];
        known[3 * row + 1] = tiles.total[row];
        known[3 * row + 2] = tiles.mean[row];
    }

    T* output = (T*)arguments.output.address + arguments.heads.offset(4, head);
    for (uint32 first = 0; first <= start; first += tile)
    {
        const uint32 keys = minimum(tile, arguments.positions - first);
        barrier();
        tiles.loadKeys(arguments, head, first, keys);
        barrier();
        tiles.changes(scale, start, rows, first, keys);
        barrier();
        for (uint32 i = thread; i < rows * width; i += threads)
        {
            uint32 row = i / width, d = i - row * width;
            T* target = output + (start + row) * arguments.output.position + d * arguments.output.width;
            T sum = first == 0 ? (T)0 : *target;
            for (uint32 j = 0; j < keys; j++) sum += tiles.shares[row * tiles.scoreStride + j] * tiles.key[j * tiles.stride + d];
            *target = sum;
        }
    }
}

template<typename T> DEVICE void pullKeys(const AttentionPullbackArguments& arguments)
{
    PullbackTiles<T> tiles(arguments);
    const uint32 tile = arguments.tile, width = arguments.width, thread = threadIndex(), threads = blockSize();
    const uint32 blocks = (arguments.positions + tile - 1) / tile;
    const uint32 head = blockIndex() / blocks, start = blockIndex() % blocks * tile;
    const uint32 keys = minimum(tile, arguments.positions - start);
    tiles.loadKeys(arguments, head, start, keys);
    T* output = (T*)arguments.output.address + arguments.heads.offset(4, head);
    for (uint32 first = start; first < arguments.positions; first += tile)
    {
        const uint32 rows = minimum(tile, arguments.positions - first);
        const T* known = (const T*)arguments.rows + 3 * ((uint64)head * arguments.positions + first);
        barrier();
        tiles.loadQueries(arguments, head, first, rows);
        for (uint32 row = thread; row < rows; row += threads)
        {
            tiles.largest[row] = known[3 * row];
            tiles.total[row] = known[3 * row + 1];
            tiles.mean[row] = known[3 * row + 2];
        }

        barrier();
        tiles.changes((T)arguments.scale, first, rows, start, keys);
        barrier();
        for (uint32 i = thread; i < keys * width; i += threads)
        {
            uint32 j = i / width, d = i - j * width;
            T* key = output + arguments.part + (start + j) * arguments.output.position + d * arguments.output.width;
            T* value = key + arguments.part;
            T ofKey = first == start ? (T)0 : *key, ofValue = first == start ? (T)0 : *value;
            for (uint32 row = 0; row < rows; row++)
            {
                ofKey += tiles.shares[row * tiles.scoreStride + j] * tiles.query[row * tiles.stride + d];
                ofValue += tiles.scores[row * tiles.scoreStride + j] * tiles.cotangent[row * tiles.stride + d];
            }

            *key = ofKey;
            *value = ofValue;
        }
    }
}

KERNEL(attention_pull_queries_f32, 256, AttentionPullbackArguments)(const AttentionPullbackArguments arguments)
{
    pullQueries<float>(arguments);
}

KERNEL(attention_pull_queries_f64, 256, AttentionPullbackArguments)(const AttentionPullbackArguments arguments)
{
    pullQueries<double>(arguments);
}

KERNEL(attention_pull_keys_f32, 256, AttentionPullbackArguments)(const AttentionPullbackArguments arguments)
{
    pullKeys<float>(arguments);
}

KERNEL(attention_pull_keys_f64, 256, AttentionPullbackArguments)(const AttentionPullbackArguments arguments)
{
    pullKeys<double>(arguments);
}
