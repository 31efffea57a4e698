using Looped.Studies.Ledger;

namespace Looped.Studies.ToyStudy;

/// <summary>The ledger of a study: each claim in each world, and where a changed setting turns its verdict.</summary>
public static class StudyLedger
{
    /// <summary>All claims of one world.</summary>
    public static IReadOnlyList<LedgerRow> Judge(WorldSeeds world) => [.. CourseClaims.Judge(world)];
}
