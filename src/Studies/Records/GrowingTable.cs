using System.Globalization;
using System.Text;

namespace Looped.Studies.Records;

/// <summary>
/// A CSV file that only grows, a row at a time, ordered by its first column, the step. A process that is killed leaves at
/// most a part of a row behind; opening the file cuts it back to whole rows up to a step.
/// </summary>
public sealed class GrowingTable : IDisposable
{
    private readonly FileStream _stream;

    private GrowingTable(FileStream stream, string? lastRow) => (_stream, LastRow) = (stream, lastRow);

    /// <summary>The last row that was kept when the file was opened; null where there was none.</summary>
    public string? LastRow { get; }

    /// <summary>Opens a table, or begins it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">Its first line: the columns' names.</param>
    /// <param name="lastStep">Rows of later steps are cut off.</param>
    /// <exception cref="InvalidDataException">The file has other columns or a row without a step.</exception>
    public static GrowingTable Open(string path, string header, long lastStep)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var (end, last) = Keep(bytes, path, header, lastStep);
            stream.SetLength(end);
            stream.Position = end;
            var table = new GrowingTable(stream, last);
            if (end == 0)
            {
                table.Append(header);
            }

            return table;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Adds a row, without its line break.</summary>
    public void Append(string row)
    {
        // In one piece, so that a kill cuts a row at most where the system cuts a write.
        _stream.Write(Encoding.UTF8.GetBytes(row + "\n"));
        _stream.Flush();
    }

    /// <summary>Returns when all rows are on the disk.</summary>
    public void Flush() => _stream.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>Bytes of the header and the rows that stay, and the last of these.</summary>
    private static (int End, string? Last) Keep(byte[] bytes, string path, string header, long lastStep)
    {
        var (end, isFirst, last) = (0, true, (string?)null);
        while (Array.IndexOf(bytes, (byte)'\n', end) is var stop and >= 0)
        {
            var line = Encoding.UTF8.GetString(bytes, end, stop - end);
            if (isFirst)
            {
                isFirst = line == header
                    ? false
                    : throw new InvalidDataException($"{path} has other columns than a run's: its first line must be '{header}'.");
            }
            else
            {
                if (!long.TryParse(line.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var step))
                {
                    throw new InvalidDataException($"{path} has a row that does not begin with a step: '{line}'.");
                }

                if (step > lastStep)
                {
                    break;
                }

                last = line;
            }

            end = stop + 1;
        }

        return (end, last);
    }
}
