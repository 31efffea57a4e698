namespace Looped.Kernels.Tests.Conformance;

/// <summary>How the elements of an operand lie in memory.</summary>
internal enum Layout
{
    /// <summary>Row-major without gaps.</summary>
    Contiguous,

    /// <summary>The first axis innermost.</summary>
    Transposed,

    /// <summary>A window in the middle of a larger tensor.</summary>
    Sliced,

    /// <summary>Every third element: no axis has neighbours side by side.</summary>
    Strided,

    /// <summary>Every other axis, from the first, repeats one element. For inputs only.</summary>
    RepeatedEven,

    /// <summary>Every other axis, from the second, repeats one element. For inputs only.</summary>
    RepeatedOdd,
}
