using System.Diagnostics;

namespace Looped.Autodiff;

/// <summary>
/// Operands do not fit an operation. The message names the operation, the operands' types and, where debugging symbols
/// tell it, the line of the model that asked.
/// </summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>An error of one operation on operands of these types.</summary>
    public ShapeException(Operation operation, IReadOnlyList<TensorType> operands, string reason)
        : base($"{operation.Name} of {string.Join(" and ", operands)}: {reason}{Caller()}")
    {
    }

    /// <summary>The innermost stack frame outside this assembly.</summary>
    private static string Caller()
    {
        var own = typeof(ShapeException).Assembly;
        foreach (var frame in new StackTrace(fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod()?.DeclaringType?.Assembly != own)
            {
                return frame.GetFileName() is { } file
                    ? $" (asked by {Path.GetFileName(file)}, line {frame.GetFileLineNumber()})"
                    : string.Empty;
            }
        }

        return string.Empty;
    }
}
