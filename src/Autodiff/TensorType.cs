using Looped.Tensors;

namespace Looped.Autodiff;

/// <summary>Element type and shape: everything a program knows of a value before it runs.</summary>
public readonly record struct TensorType(ElementType Element, Shape Shape)
{
    /// <summary>Bytes of the elements.</summary>
    public long Bytes => Shape.Size * Element.Size();

    /// <inheritdoc/>
    public override string ToString() => $"{Element.ShortName()}{Shape}";
}
