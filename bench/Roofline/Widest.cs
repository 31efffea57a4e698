using System.Runtime.Intrinsics;
using Looped.Kernels.Cpu;

namespace Looped.Benchmarks.Roofline;

/// <summary>The widest vectors of this machine, which the backend uses unless told otherwise.</summary>
public static class Widest
{
    /// <summary>Their width.</summary>
    public static VectorWidth Vectors => Vector512.IsHardwareAccelerated ? VectorWidth.Bits512 : VectorWidth.Bits256;
}
