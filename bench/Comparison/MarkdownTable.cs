using System.Text;

namespace Looped.Benchmarks.Comparison;

/// <summary>A table in Markdown, a line as soon as it is known; the head comes with the first.</summary>
/// <param name="writer">Where it goes.</param>
/// <param name="columns">Titles, and about how wide the cells under them are.</param>
public sealed class MarkdownTable(TextWriter writer, params (string Title, int Width)[] columns)
{
    private bool _hasHead;

    /// <summary>Adds a line.</summary>
    public void Add(params string[] cells)
    {
        if (!_hasHead)
        {
            Line([.. columns.Select(column => column.Title)]);
            Line([.. columns.Select(column => new string('-', Math.Max(column.Width, column.Title.Length)))]);
            _hasHead = true;
        }

        Line(cells);
    }

    private void Line(string[] cells)
    {
        var line = new StringBuilder("|");
        for (var i = 0; i < cells.Length; i++)
        {
            line.Append(' ').Append(cells[i].PadRight(Math.Max(columns[i].Width, columns[i].Title.Length))).Append(" |");
        }

        writer.WriteLine(line);
    }
}
