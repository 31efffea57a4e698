// The elementary functions, the same code on every machine: within 1e-13 relative in double and 1e-6 in float. Ranges are
// reduced to where a Taylor series is short; only the error function has fitted polynomials.
#pragma once
#include "device.h"

// Coefficients, highest power first.
template<typename T> struct Series;

template<> struct Series<double>
{
    // (e^r - 1 - r) / r^2 = sum r^k / (k + 2)!, |r| <= ln 2 / 2
    static constexpr double Exp[] = {
        1.1470745597729725e-11, 1.6059043836821615e-10, 2.0876756987868099e-9, 2.5052108385441719e-8,
        2.7557319223985891e-7, 2.7557319223985891e-6, 2.4801587301587302e-5, 1.9841269841269841e-4,
        1.3888888888888889e-3, 8.3333333333333333e-3, 4.1666666666666667e-2, 0.16666666666666667,
        0.5};
    // (ln((1 + s) / (1 - s)) - 2s) / s^3 in z = s^2: sum 2 z^k / (2k + 3), |s| <= 0.172
    static constexpr double Log[] = {
        8.6956521739130435e-2, 9.5238095238095238e-2, 0.10526315789473684, 0.11764705882352941,
        0.13333333333333333, 0.15384615384615385, 0.18181818181818182, 0.22222222222222222,
        0.28571428571428571, 0.4, 0.66666666666666667};
    // (sin r - r) / r^3 and (cos r - 1 + r^2 / 2) / r^4 in r^2, |r| <= pi / 4
    static constexpr double Sin[] = {
        -8.2206352466243297e-18, 2.8114572543455208e-15, -7.6471637318198165e-13, 1.6059043836821615e-10,
        -2.5052108385441719e-8, 2.7557319223985891e-6, -1.9841269841269841e-4, 8.3333333333333333e-3,
        -0.16666666666666667};
    static constexpr double Cos[] = {
        -1.5619206968586226e-16, 4.7794773323873853e-14, -1.1470745597729725e-11, 2.0876756987868099e-9,
        -2.7557319223985891e-7, 2.4801587301587302e-5, -1.3888888888888889e-3, 4.1666666666666667e-2};
    // erf(x) / x in x^2, Chebyshev fit for |x| <= 1
    static constexpr double Erf[] = {
        -7.7958988270021422e-10, 1.3720064546777686e-8, -1.6208483801871706e-7, 1.6447424703317362e-6,
        -1.492473690741966e-5, 1.2055294904839708e-4, -8.5483259753896921e-4, 5.2239776071164227e-3,
        -2.686617064323777e-2, 0.11283791670945006, -0.3761263890318354, 1.1283791670955126};
    // e^(x^2) erfc(x) (x + 5/2) in t = (x - 5/2) / (x + 5/2), Chebyshev fit for 1 <= x <= 6
    static constexpr double Erfc[] = {
        -1.6733450280595904e-6, -2.3050516303190002e-6, 6.6750551235334249e-6, 1.823460411294998e-5,
        -1.9520816749008918e-5, -1.1260330757776583e-4, 5.8306903896491271e-5, 7.0269359589648471e-4,
        -4.3920822942802825e-4, -4.8187855171371392e-3, 8.393044301743346e-3, 2.8361550131834437e-2,
        -0.17125114524604221, 0.45391411664809798, -0.80465184943914887, 1.0540318203057179};
    static constexpr double LogTwoHigh = 0.6931467056274414;
    static constexpr double LogTwoLow = 4.7493250390316723e-7;
    static constexpr double LargestExponent = 709.79;
    static constexpr double SmallestExponent = -745.2;
};

template<> struct Series<float>
{
    static constexpr float Exp[] = {
        2.48015873e-5f, 1.98412698e-4f, 1.38888889e-3f, 8.33333333e-3f,
        4.16666667e-2f, 0.166666667f, 0.5f};
    static constexpr float Log[] = {
        0.181818182f, 0.222222222f, 0.285714286f, 0.4f,
        0.666666667f};
    static constexpr float Sin[] = {
        2.75573192e-6f, -1.98412698e-4f, 8.33333333e-3f, -0.166666667f};
    static constexpr float Cos[] = {
        -2.75573192e-7f, 2.48015873e-5f, -1.38888889e-3f, 4.16666667e-2f};
    static constexpr float Erf[] = {
        7.87587506e-5f, -8.01686429e-4f, 5.18908742e-3f, -2.6854212e-2f,
        0.112835947f, -0.376126267f, 1.12837917f};
    static constexpr float Erfc[] = {
        -4.64100648e-4f, -4.581621e-3f, 8.40262374e-3f, 2.83358327e-2f,
        -0.17125193f, 0.453915017f, -0.804651835f, 1.05403182f};
    static constexpr float LogTwoHigh = 0.693145751953125f;
    static constexpr float LogTwoLow = 1.42860682e-6f;
    static constexpr float LargestExponent = 88.73f;
    static constexpr float SmallestExponent = -104.0f;
};

template<typename T, int N> DEVICE T horner(const T (&coefficients)[N], T x)
{
    T y = coefficients[0];
#pragma unroll
    for (int i = 1; i < N; i++) y = fusedMultiplyAdd(y, x, coefficients[i]);
    return y;
}

DEVICE double powerOfTwo(int n, double) { return __builtin_bit_cast(double, (long long)(n + 1023) << 52); }
DEVICE float powerOfTwo(int n, float) { return __builtin_bit_cast(float, (n + 127) << 23); }
DEVICE double magnitude(double x) { return __builtin_fabs(x); }
DEVICE float magnitude(float x) { return __builtin_fabsf(x); }

// The nearest whole number, by adding and taking away 3/2 2^52 (2^23): what is left of a fraction is rounded away.
DEVICE double nearest(double x) { return x + 6755399441055744.0 - 6755399441055744.0; }
DEVICE float nearest(float x) { return x + 12582912.0f - 12582912.0f; }

// x = n ln 2 + r, and e^r - 1.
template<typename T> struct ReducedExponential
{
    int n;
    T excess;

    DEVICE_MEMBER explicit ReducedExponential(T x)
    {
        T k = nearest(x * (T)1.4426950408889634);
        T r = fusedMultiplyAdd(-k, Series<T>::LogTwoLow, fusedMultiplyAdd(-k, Series<T>::LogTwoHigh, x));
        n = (int)k;
        excess = fusedMultiplyAdd(horner(Series<T>::Exp, r) * r, r, r);
    }
};

template<typename T> DEVICE T exponential(T x)
{
    if (x != x) return x;
    if (x > Series<T>::LargestExponent) return Limits<T>::infinity();
    if (x < Series<T>::SmallestExponent) return 0;
    ReducedExponential<T> reduced(x);

    // In two steps, so that subnormal numbers come out right.
    int half = reduced.n >> 1;
    return (1 + reduced.excess) * powerOfTwo(half, x) * powerOfTwo(reduced.n - half, x);
}

// e^x - 1 without cancellation, for moderate x.
template<typename T> DEVICE T exponentialLessOne(T x)
{
    ReducedExponential<T> reduced(x);
    T scale = powerOfTwo(reduced.n, x);
    return fusedMultiplyAdd(reduced.excess, scale, scale - 1);
}

// x = 2^exponent (1 + fraction) with 1 + fraction from sqrt(1/2) to sqrt 2; x positive and finite.
DEVICE double splitNumber(double x, int& exponent)
{
    exponent = 0;
    if (x < 2.2250738585072014e-308)
    {
        x *= 18014398509481984.0;
        exponent = -54;
    }

    long long bits = __builtin_bit_cast(long long, x);
    long long top = bits - 0x3fe6a09e667f3bcdLL;
    exponent += (int)(top >> 52);
    return __builtin_bit_cast(double, bits - (top & (long long)0xfff0000000000000ULL)) - 1;
}

DEVICE float splitNumber(float x, int& exponent)
{
    exponent = 0;
    if (x < 1.17549435e-38f)
    {
        x *= 33554432.0f;
        exponent = -25;
    }

    int bits = __builtin_bit_cast(int, x);
    int top = bits - 0x3f3504f3;
    exponent += top >> 23;
    return __builtin_bit_cast(float, bits - (top & (int)0xff800000)) - 1;
}

// ln(2^k (1 + f)) = k ln 2 + f - (f^2/2 - s (f^2/2 + R)), s = f / (2 + f), R = (ln(1 + f) - 2s) / s: the last bracket, small
// beside f, and k times the low part of ln 2 are given back as the tail of head = k ln 2 + f.
template<typename T> DEVICE T logarithmParts(T x, T& tail)
{
    int exponent;
    T f = splitNumber(x, exponent), k = (T)exponent;
    T s = f / (2 + f), z = s * s, half = (T)0.5 * f * f;
    T bracket = half - s * (half + horner(Series<T>::Log, z) * z);
    T high = k * Series<T>::LogTwoHigh;
    T head = high + f, back = head - high;
    tail = (high - (head - back)) + (f - back) + fusedMultiplyAdd(k, Series<T>::LogTwoLow, -bracket);
    return head;
}

template<typename T> DEVICE T logarithm(T x)
{
    if (!(x > 0)) return x == 0 ? -Limits<T>::infinity() : Limits<T>::none();
    if (x == Limits<T>::infinity()) return x;
    T tail, head = logarithmParts(x, tail);
    return head + tail;
}

template<typename T> DEVICE T hyperbolicTangent(T x)
{
    if (x != x) return x;
    T size = magnitude(x);
    T e = exponentialLessOne(minimum(2 * size, (T)40));
    T y = size > 20 ? (T)1 : e / (e + 2);
    return x < 0 ? -y : y;
}

template<typename T> DEVICE T logistic(T x) { return 1 / (1 + exponential(-x)); }

// ln(1 + e^x) as max(x, 0) + ln(1 + e^-|x|); what ln(1 + s) loses of a small s is put back.
template<typename T> DEVICE_CALL T softPlus(T x)
{
    if (x != x) return x;
    T small = exponential(-magnitude(x)), u = 1 + small;
    return maximum(x, (T)0) + logarithm(u) + (small - (u - 1)) / u;
}

template<typename T> DEVICE_CALL T errorFunction(T x)
{
    if (x != x) return x;
    T size = magnitude(x);
    if (size <= 1) return x * horner(Series<T>::Erf, x * x);
    T t = (size - (T)2.5) / (size + (T)2.5);
    T tail = size >= 6 ? (T)0 : exponential(-size * size) * horner(Series<T>::Erfc, t) / (size + (T)2.5);
    return x < 0 ? tail - 1 : 1 - tail;
}

// Bits of 2/pi after the point, behind a word of zeros.
CONSTANT uint64 TwoOverPi[] = {
    0,
    0xa2f9836e4e441529ULL, 0xfc2757d1f534ddc0ULL, 0xdb6295993c439041ULL, 0xfe5163abdebbc561ULL,
    0xb7246e3a424dd2e0ULL, 0x06492eea09d1921cULL, 0xfe1deb1cb129a73eULL, 0xe88235f52ebb4484ULL,
    0xe99c7026b45f7e41ULL, 0x3991d639835339f4ULL, 0x9c845f8bbdf9283bULL, 0x1ff897ffde05980fULL,
    0xef2f118b5a0a6d1fULL, 0x6d367ecf27cb09b7ULL, 0x4f463f669e5fea2dULL, 0x7527bac7ebe5f17bULL,
    0x3d0739f78a5292eaULL, 0x6bfb5fb11f8d5d08ULL, 0x56033046fc7b6babULL, 0xf0cfbc209af4361dULL};

// x = (pi/2) (4 m + quadrant) + r, |r| <= pi/4. Moderate x by parts of pi/2 whose products are exact; others by the bits of
// 2/pi whose product with x is not a multiple of four (Payne and Hanek).
DEVICE double reduceAngle(double x, int& quadrant)
{
    double size = magnitude(x);
    if (size < 1e6)
    {
        double k = nearest(x * 0.63661977236758134);
        quadrant = (int)k & 3;
        double r = fusedMultiplyAdd(-k, 1.570796012878418, x);
        r = fusedMultiplyAdd(-k, 3.139164164167596e-07, r);
        return fusedMultiplyAdd(-k, 6.2233721718966134e-14, r);
    }

    long long bits = __builtin_bit_cast(long long, size);
    uint64 mantissa = ((uint64)bits & 0xfffffffffffffULL) | 0x10000000000000ULL;
    int first = (int)(bits >> 52) - 1023 - 52 - 2 + 64;
    int word = first / 64, shift = first % 64;
    uint64 f[3];
    for (int i = 0; i < 3; i++)
    {
        f[i] = TwoOverPi[word + i] << shift;
        if (shift > 0) f[i] |= TwoOverPi[word + i + 1] >> (64 - shift);
    }

    uint64 low = mantissa * f[2];
    uint64 carry = multiplyHigh(mantissa, f[2]);
    uint64 middle = mantissa * f[1] + carry;
    carry = multiplyHigh(mantissa, f[1]) + (middle < carry ? 1 : 0);
    uint64 high = mantissa * f[0] + carry;

    int turn = (int)(high >> 62);
    long long fraction = (long long)(high << 2 | middle >> 62);
    uint64 rest = middle << 2 | low >> 62;
    turn += fraction < 0 ? 1 : 0;
    double r = ((double)fraction * 5.421010862427522e-20 + (double)rest * 2.938735877055719e-39) * 1.5707963267948966;
    quadrant = (x < 0 ? -turn : turn) & 3;
    return x < 0 ? -r : r;
}

// Sine of x plus so many quarter turns.
template<typename T> DEVICE_CALL T sineFrom(T x, int quarters)
{
    if (!(magnitude(x) < Limits<T>::infinity())) return Limits<T>::none();
    int quadrant;
    T r = (T)reduceAngle((double)x, quadrant), z = r * r;
    quadrant += quarters;
    T y = quadrant & 1
        ? fusedMultiplyAdd(z * z, horner(Series<T>::Cos, z), 1 - (T)0.5 * z)
        : fusedMultiplyAdd(z * r, horner(Series<T>::Sin, z), r);
    return quadrant & 2 ? -y : y;
}

// x^p for a number p: whole small powers by squaring, others as e^(p ln |x|) with the logarithm in two parts.
template<typename T> DEVICE_CALL T power(T x, T p)
{
    if (p == 0 || x == 1) return 1;
    if (x != x || p != p) return Limits<T>::none();
    T size = magnitude(x), whole = nearest(p);
    bool isWhole = magnitude(p) >= (T)4194304 || whole == p;
    bool isOdd = magnitude(p) < (T)4194304 && isWhole && ((int)whole & 1);
    bool isNegative = __builtin_signbit(x);
    T y;
    if (isWhole && magnitude(p) <= 64)
    {
        int n = (int)magnitude(p);
        T square = size;
        y = 1;
        for (; n > 0; n >>= 1, square *= square) y = n & 1 ? y * square : y;
        y = p < 0 ? 1 / y : y;
    }
    else if (size == 0 || size == Limits<T>::infinity() || magnitude(p) == Limits<T>::infinity())
    {
        bool grows = magnitude(p) == Limits<T>::infinity() ? (size > 1) == (p > 0) : (size > 0) == (p > 0);
        y = size == 1 ? (T)1 : grows ? Limits<T>::infinity() : (T)0;
    }
    else
    {
        if (isNegative && !isWhole) return Limits<T>::none();
        T tail, head = logarithmParts(size, tail);
        T sum = head + tail;
        tail = tail - (sum - head);
        T product = p * sum;
        T rest = fusedMultiplyAdd(p, sum, -product) + p * tail;
        y = exponential(product);
        y = y == Limits<T>::infinity() || y == 0 ? y : fusedMultiplyAdd(y, rest, y);
    }

    return isNegative && isOdd ? -y : y;
}
