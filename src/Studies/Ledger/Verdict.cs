namespace Looped.Studies.Ledger;

/// <summary>What the measurements say about a claim, by a rule fixed before them.</summary>
public enum Verdict
{
    /// <summary>The interval lies where the claim says.</summary>
    Supported,

    /// <summary>It does not.</summary>
    NotSupported,

    /// <summary>It does under some of the settings and not under others.</summary>
    Depends,
}

/// <summary>Verdicts in words.</summary>
public static class Verdicts
{
    /// <summary><c>supported</c>, <c>not supported</c> or <c>depends</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no verdict.</exception>
    public static string InWords(this Verdict verdict) => verdict switch
    {
        Verdict.Supported => "supported",
        Verdict.NotSupported => "not supported",
        Verdict.Depends => "depends",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "not a verdict"),
    };
}
