using System.Collections.Immutable;

namespace Looped.Studies.Reports;

/// <summary>A table with headings. A column all of whose cells are numbers or empty is set flush right.</summary>
public sealed record Table
{
    /// <summary>A table of these headings and rows.</summary>
    /// <exception cref="ArgumentException">A row has not as many cells as there are headings.</exception>
    public Table(IEnumerable<string> headings, IEnumerable<IReadOnlyList<Cell>> rows)
    {
        Headings = [.. headings];
        Rows = [.. rows.Select(row => row.ToImmutableArray())];
        foreach (var row in Rows)
        {
            if (row.Length != Headings.Length)
            {
                var cells = string.Join(" | ", row.Select(c => c.Text));
                throw new ArgumentException(
                    $"A table of {Headings.Length} columns has a row of {row.Length} cells: {cells}.");
            }
        }
    }

    public ImmutableArray<string> Headings { get; }

    public ImmutableArray<ImmutableArray<Cell>> Rows { get; }

    /// <summary>Whether a column holds numbers and nothing else.</summary>
    internal bool IsNumeric(int column) =>
        Rows.Any(row => row[column].IsNumber) && Rows.All(row => row[column].IsNumber || row[column].Text.Length == 0);
}
