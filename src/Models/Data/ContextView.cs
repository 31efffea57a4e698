namespace Looped.Models.Data;

/// <summary>What is seen of a context when its next token is predicted.</summary>
public enum ContextView
{
    /// <summary>The last token alone.</summary>
    LastToken,

    /// <summary>How often each symbol is in the context, and which one is last.</summary>
    Bag,

    /// <summary>Every token at its place.</summary>
    Full,
}
