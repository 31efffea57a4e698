// Chains of elementwise functions in one pass over memory: out[i] = the last step's result for index i.
//
// The chain is data, not code: steps name registers that the host has assigned, few enough to lie in shared memory, each
// thread in a column of its own. Three forms: over strided operands, index by index; over operands in loop order, sixteen
// bytes at a time; and over chains too long for a launch's parameters, whose description lies in memory.
#include "Device/elementary.h"
#include "Device/loops.h"

struct MapStep
{
    unsigned char function, a, b, c, result, unused[3];
    double constant;
};

// Operand 0 is the output.
template<int Inputs, int Steps> struct MapArguments
{
    Loops loops;
    int inputs;
    int steps;
    uint64 addresses[Inputs + 1];
    long long strides[Inputs + 1][MaxRank];
    MapStep chain[Steps];
};

// In the order of the host's list of functions.
enum MapFunction : unsigned char
{
    Copy, Negate, Add, Subtract, Multiply, Divide, Scale, Offset, Exp, Log, Sqrt, Tanh, Power, ReciprocalSqrt, Sigmoid, Softplus,
    Sin, Cos, Erf, Max, Min, Greater, Equal, Select, Gelu, GeluTanhSlope, GeluTanhCurvature, GeluErfSlope, GeluErfCurvature
};

// GELU is x (1 + t) / 2; tanh form: t = tanh u, u = s (x + c x^3), s = sqrt(2/pi); exact form: t = erf(x / sqrt 2), whose
// slope is twice the normal density.
constexpr double GeluScale = 0.79788456080286536;
constexpr double GeluCubic = 0.044715;
constexpr double NormalDensity = 0.3989422804014327;

template<typename T> DEVICE T geluTanhSlope(T x, T t)
{
    T u1 = (T)GeluScale * (1 + (T)(3 * GeluCubic) * x * x);
    return (T)0.5 * (1 + t + x * (1 - t * t) * u1);
}

template<typename T> DEVICE T geluTanhCurvature(T x, T t)
{
    T u1 = (T)GeluScale * (1 + (T)(3 * GeluCubic) * x * x);
    T u2 = (T)(6 * GeluScale * GeluCubic) * x;
    return (1 - t * t) * (u1 + x * ((T)0.5 * u2 - t * u1 * u1));
}

template<typename T> DEVICE T normalDensity(T x) { return (T)NormalDensity * exponential((T)-0.5 * x * x); }

// Applies a function to V elements.
template<int V, typename T> DEVICE void apply(const MapStep& step, const T* a, const T* b, const T* c, T* result)
{
    const T constant = (T)step.constant;
    switch (step.function)
    {
#define CASE(name, value) \
    case name: \
        _Pragma("unroll") \
        for (int v = 0; v < V; v++) result[v] = value; \
        break;
        CASE(Copy, a[v])
        CASE(Negate, -a[v])
        CASE(Add, a[v] + b[v])
        CASE(Subtract, a[v] - b[v])
        CASE(Multiply, a[v] * b[v])
        CASE(Divide, a[v] / b[v])
        CASE(Scale, constant * a[v])
        CASE(Offset, a[v] + constant)
        CASE(Exp, exponential(a[v]))
        CASE(Log, logarithm(a[v]))
        CASE(Sqrt, squareRoot(a[v]))
        CASE(Tanh, hyperbolicTangent(a[v]))
        CASE(Power, power(a[v], constant))
        CASE(ReciprocalSqrt, 1 / squareRoot(a[v]))
        CASE(Sigmoid, logistic(a[v]))
        CASE(Softplus, softPlus(a[v]))
        CASE(Sin, sineFrom(a[v], 0))
        CASE(Cos, sineFrom(a[v], 1))
        CASE(Erf, errorFunction(a[v]))
        CASE(Max, largerOf(a[v], b[v]))
        CASE(Min, smallerOf(a[v], b[v]))
        CASE(Greater, a[v] > b[v] ? (T)1 : (T)0)
        CASE(Equal, a[v] == b[v] ? (T)1 : (T)0)
        CASE(Select, a[v] != 0 ? b[v] : c[v])
        CASE(Gelu, (T)0.5 * a[v] * (1 + b[v]))
        CASE(GeluTanhSlope, geluTanhSlope(a[v], b[v]))
        CASE(GeluTanhCurvature, geluTanhCurvature(a[v], b[v]))
        CASE(GeluErfSlope, (T)0.5 * (1 + b[v]) + a[v] * normalDensity(a[v]))
        CASE(GeluErfCurvature, normalDensity(a[v]) * (2 - a[v] * a[v]))
#undef CASE
    }
}

// Runs the chain on this thread's registers of V elements each; the result is left in result.
template<int V, typename T, typename Arguments> DEVICE void runChain(const Arguments& arguments, T* registers, T* result)
{
    const uint32 step = blockSize() * V;
    for (int s = 0; s < arguments.steps; s++)
    {
        const MapStep& now = arguments.chain[s];
        T a[V], b[V], c[V];
#pragma unroll
        for (int v = 0; v < V; v++)
        {
            a[v] = registers[now.a * step + v];
            b[v] = registers[now.b * step + v];
            c[v] = registers[now.c * step + v];
        }

        apply<V>(now, a, b, c, result);
#pragma unroll
        for (int v = 0; v < V; v++) registers[now.result * step + v] = result[v];
    }
}

template<typename T, typename Arguments> DEVICE void mapStrided(const Arguments& arguments)
{
    T* registers = sharedMemory<T>() + threadIndex();
    const uint32 step = gridSize() * blockSize();
    for (uint32 i = blockIndex() * blockSize() + threadIndex(); i < arguments.loops.count; i += step)
    {
        uint32 index[MaxRank];
        arguments.loops.decode(i, [&](uint32 loop, uint32 at) { index[loop] = at; });
        for (int input = 1; input <= arguments.inputs; input++)
        {
            long long offset = 0;
#pragma unroll
            for (uint32 loop = 0; loop < MaxRank; loop++)
                if (loop < arguments.loops.rank) offset += index[loop] * arguments.strides[input][loop];
            registers[(input - 1) * blockSize()] = ((const T*)arguments.addresses[input])[offset];
        }

        T result = 0;
        runChain<1>(arguments, registers, &result);
        long long offset = 0;
#pragma unroll
        for (uint32 loop = 0; loop < MaxRank; loop++)
            if (loop < arguments.loops.rank) offset += index[loop] * arguments.strides[0][loop];
        ((T*)arguments.addresses[0])[offset] = result;
    }
}

// One loop at most, along which operands step by one or not at all; sixteen bytes divide addresses and length.
template<typename T, typename Arguments> DEVICE void mapFlat(const Arguments& arguments)
{
    constexpr int V = 16 / sizeof(T);
    T* registers = sharedMemory<T>() + threadIndex() * V;
    const uint32 step = gridSize() * blockSize() * V;
    for (uint32 i = (blockIndex() * blockSize() + threadIndex()) * V; i < arguments.loops.count; i += step)
    {
        for (int input = 1; input <= arguments.inputs; input++)
        {
            const T* source = (const T*)arguments.addresses[input];
            T elements[V];
            if (arguments.strides[input][0] != 0) loadVector(elements, source + i);
            else
#pragma unroll
                for (int v = 0; v < V; v++) elements[v] = *source;
            storeVector(registers + (input - 1) * blockSize() * V, elements);
        }

        T result[V] = {};
        runChain<V>(arguments, registers, result);
        storeVector((T*)arguments.addresses[0] + i, result);
    }
}

typedef MapArguments<15, 32> ShortChain;
typedef MapArguments<127, 255> LongChain;

KERNEL(map_f32, 256, ShortChain)(const ShortChain arguments) { mapStrided<float>(arguments); }
KERNEL(map_f64, 256, ShortChain)(const ShortChain arguments) { mapStrided<double>(arguments); }
KERNEL(map_flat_f32, 256, ShortChain)(const ShortChain arguments) { mapFlat<float>(arguments); }
KERNEL(map_flat_f64, 256, ShortChain)(const ShortChain arguments) { mapFlat<double>(arguments); }

struct LongMapArguments
{
    const LongChain* chain;
};

KERNEL(map_long_f32, 256, LongMapArguments)(const LongMapArguments arguments) { mapStrided<float>(*arguments.chain); }
KERNEL(map_long_f64, 256, LongMapArguments)(const LongMapArguments arguments) { mapStrided<double>(*arguments.chain); }
