using Looped.Studies.Ledger;
using Looped.Studies.Toy;
namespace Looped.Studies.Theory;
internal static class TheoryReport
{
    public static string Build(TheoryResult result, IReadOnlyList<Check> checks, IReadOnlyList<LedgerRow> ledger, IReadOnlyList<NamedFigure> figures) => "";
}
