namespace Looped.Kernels.Cuda;

/// <summary>A CUDA device cannot be used, or a call of its driver failed; the message is one sentence.</summary>
public sealed class CudaException : Exception
{
    /// <summary>A device cannot be used.</summary>
    public CudaException(string message)
        : base(message)
    {
    }

    /// <summary>A call failed.</summary>
    internal CudaException(string call, int code, string name, string? kernel)
        : base($"{call} returned {name} ({code}){(kernel is null ? string.Empty : $", kernel {kernel}")}") => Code = code;

    /// <summary>The driver's status; 0 where no call failed.</summary>
    public int Code { get; }
}
