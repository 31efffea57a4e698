namespace Looped.Kernels.Cpu;

/// <summary>
/// The vector operations that kernels are written in. A kernel names the element type <typeparamref name="T"/>, the
/// vector type <typeparamref name="V"/> and an implementation of this interface, so that one text serves every vector
/// width, and the width is chosen when the backend is made. Comparisons give masks: all bits of a lane set, or none.
/// </summary>
internal unsafe partial interface ISimd<T, V>
    where T : unmanaged
    where V : struct
{
    static abstract int Width { get; }

    static abstract V Load(T* source);

    static abstract void Store(V vector, T* destination);

    /// <summary>Stores to an address that a vector's bytes divide, past the caches where the machine can.</summary>
    static abstract void StoreStreamed(V vector, T* destination);

    static abstract V Broadcast(T value);

    /// <summary>A number, rounded to the element type.</summary>
    static abstract V Number(double number);

    /// <summary>One number for float64, another for float32.</summary>
    static abstract V Number(double wide, double narrow);

    static abstract V Negate(V a);

    static abstract V Abs(V a);

    /// <summary>The magnitude of <paramref name="a"/> with the sign of <paramref name="sign"/>.</summary>
    static abstract V CopySign(V a, V sign);

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    static abstract V Multiply(V a, V b);

    static abstract V Divide(V a, V b);

    static abstract V Sqrt(V a);

    /// <summary><c>a b + c</c>, rounded once.</summary>
    static abstract V MultiplyAdd(V a, V b, V c);

    /// <summary>The larger, not a number where one of them is.</summary>
    static abstract V Max(V a, V b);

    /// <summary>The smaller, not a number where one of them is.</summary>
    static abstract V Min(V a, V b);

    /// <summary>The larger of a number, which it may fail to be, and a limit: one instruction where <see cref="Max"/> is several.</summary>
    static abstract V Above(V a, V limit);

    /// <summary>The smaller of a number, which it may fail to be, and a limit.</summary>
    static abstract V Below(V a, V limit);

    /// <summary>Mask of <c>a &gt; b</c>.</summary>
    static abstract V Greater(V a, V b);

    /// <summary>Mask of <c>a = b</c>.</summary>
    static abstract V Equal(V a, V b);

    /// <summary><paramref name="a"/> where the mask is set, else <paramref name="b"/>.</summary>
    static abstract V Select(V mask, V a, V b);

    /// <summary>Whether a mask is set anywhere.</summary>
    static abstract bool Any(V mask);

    /// <summary>The nearest whole number, the even one of two.</summary>
    static abstract V Round(V a);

    /// <summary><c>a 2^n</c>, rounded once, for whole n of up to twice the type's largest exponent.</summary>
    static abstract V Scale(V a, V n);

    /// <summary>
    /// Splits positive normal numbers into <c>m 2^exponent</c>, m from <c>1/sqrt 2</c> to <c>sqrt 2</c>. Others give some
    /// finite m and exponent.
    /// </summary>
    static abstract V Split(V a, out V exponent);

    /// <summary>Lanes in another order: lane i of the result is that which lane i of the indices names.</summary>
    static abstract V Permute(V a, V indices);

    /// <summary>A lane of indices, or all bits for minus one.</summary>
    static abstract T Index(int index);

    /// <summary>The sum of the lanes, halves added to halves.</summary>
    static abstract T Sum(V a);

    /// <summary>The first lane.</summary>
    static abstract T First(V a);

    /// <summary>The largest lane, not a number where one is not.</summary>
    static abstract T Largest(V a);

    /// <summary>The largest lane of such as are all numbers.</summary>
    static abstract T LargestNumber(V a);
}
