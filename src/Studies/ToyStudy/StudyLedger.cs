using Looped.Studies.Ledger;

namespace Looped.Studies.ToyStudy;

/// <summary>A claim whose verdict changes with a setting.</summary>
/// <param name="Id">The claim.</param>
/// <param name="World">The world it was judged in.</param>
/// <param name="Variation">The changed setting.</param>
/// <param name="Row">The claim judged under it.</param>
/// <param name="Baseline">The claim judged on as many seeds without the change; null where there is no such world.</param>
public sealed record Flip(string Id, StudyWorld World, Variation Variation, LedgerRow Row, LedgerRow? Baseline);

/// <summary>The ledger of a study: each claim in each world, and where a changed setting turns its verdict.</summary>
/// <param name="Rows">The claims, world by world.</param>
/// <param name="Varied">The claims under each changed setting, in the order of the sweep; empty without one.</param>
/// <param name="Flips">Those of them whose verdict differs from that of the sweep's baseline.</param>
public sealed record StudyLedger(
    IReadOnlyList<LedgerRow> Rows, IReadOnlyList<Flip> Varied, IReadOnlyList<Flip> Flips)
{
    /// <summary>
    /// Judges all claims. A flip compares verdicts under equal numbers of seeds and spectra: the changed setting against the
    /// sweep's baseline; worlds that are a change themselves are compared with the one of the same positions, or the first.
    /// </summary>
    public static StudyLedger Judge(IReadOnlyList<(StudyCell Cell, SeedResult Result)> results)
    {
        var groups = results
            .GroupBy(result => (result.Cell.Variation, result.Cell.World))
            .Select(group => (
                group.Key.Variation,
                Rows: Judge(new WorldSeeds(group.Key.World, [.. group.Select(result => result.Result)])),
                group.Key.World))
            .ToList();
        var baselines = groups.Where(group => group.Variation.IsBaseline).ToDictionary(group => group.World, group => group.Rows);
        var varied = groups
            .Where(group => group.Variation != Variation.None && !group.Variation.IsBaseline)
            .SelectMany(group => group.Rows.Select(row => new Flip(
                row.Id, group.World, group.Variation, row, BaselineOf(group.World)?.FirstOrDefault(other => other.Id == row.Id))))
            .ToList();
        var flips = varied.Where(flip => flip.Baseline is { } baseline && baseline.Verdict != flip.Row.Verdict).ToList();
        return new StudyLedger(
            [.. groups.Where(group => group.Variation == Variation.None).SelectMany(group => group.Rows.Select(row => With(row, group.World)))],
            varied,
            flips);

        IReadOnlyList<LedgerRow>? BaselineOf(StudyWorld world) => baselines.TryGetValue(world, out var same) ? same
            : baselines.FirstOrDefault(pair => pair.Key.Dynamics == world.Dynamics).Value ?? baselines.FirstOrDefault().Value;

        // Where a verdict flips is a setting of the claim like the others.
        LedgerRow With(LedgerRow row, StudyWorld world)
        {
            if (varied.Count == 0)
            {
                return row;
            }

            var here = flips
                .Where(flip => flip.Id == row.Id && BaselineOf(flip.World) is { } rows && BaselineOf(world) == rows)
                .Select(flip => $"{flip.Variation.Name}: {flip.Baseline!.Verdict.InWords()} becomes {flip.Row.Verdict.InWords()}")
                .ToList();
            return row with
            {
                Settings = new Dictionary<string, string>(row.Settings)
                {
                    ["flips under"] = !varied.Any(flip => flip.Id == row.Id) ? "not judged in the sweep, whose spectra are too far apart"
                        : here.Count == 0 ? "none of the settings swept"
                        : string.Join("; ", here),
                },
            };
        }
    }

    /// <summary>All claims of one world.</summary>
    private static IReadOnlyList<LedgerRow> Judge(WorldSeeds world) =>
    [
        .. CourseClaims.Judge(world),
        .. ValleyClaims.Judge(world),
        .. MotionClaims.Judge(world),
        .. ShiftClaims.Judge(world),
        .. LengthClaims.Judge(world),
    ];
}
