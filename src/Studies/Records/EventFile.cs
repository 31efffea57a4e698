using System.Buffers.Binary;

namespace Looped.Studies.Records;

/// <summary>
/// A file of curves that TensorBoard shows. It only grows: records of a length, the length's check value, an <c>Event</c> as
/// protocol buffer and its check value, integers little-endian. Opening it cuts it back to whole records up to a step.
/// </summary>
/// <remarks>
/// Fields of an <c>Event</c>: 1 time in seconds, 2 step, 3 version of the format (first record), 5 <c>Summary</c>; of a
/// <c>Summary</c>: 1 values; of a value: 1 name, 2 number.
/// </remarks>
public sealed class EventFile : IDisposable
{
    /// <summary>The name by which TensorBoard finds it in a folder.</summary>
    public const string Name = "events.out.tfevents.0.looped";

    private const string Version = "brain.Event:2";
    private const int TimeField = 1, StepField = 2, VersionField = 3, SummaryField = 5;
    private const int HeadBytes = sizeof(ulong) + sizeof(uint);

    private readonly FileStream _stream;
    private readonly TimeProvider _clock;

    private EventFile(FileStream stream, TimeProvider clock) => (_stream, _clock) = (stream, clock);

    /// <summary>Opens a file, or begins it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lastStep">Records from the first of a later step on are cut off.</param>
    /// <param name="clock">Tells the time of records.</param>
    public static EventFile Open(string path, long lastStep, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var end = Keep(bytes, lastStep);
            stream.SetLength(end);
            stream.Position = end;
            var file = new EventFile(stream, clock);
            if (end == 0)
            {
                file.Append(file.Event(0).Text(VersionField, Version));
            }

            return file;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Adds a point to each of some curves.</summary>
    /// <param name="step">Where, from 1.</param>
    /// <param name="scalars">Names of curves and numbers.</param>
    public void Append(long step, IEnumerable<(string Name, double Value)> scalars)
    {
        ArgumentNullException.ThrowIfNull(scalars);
        var summary = new ProtobufMessage();
        foreach (var (name, value) in scalars)
        {
            summary.Message(1, new ProtobufMessage().Text(1, name).Float(2, (float)value));
        }

        Append(Event(step).Message(SummaryField, summary));
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private ProtobufMessage Event(long step)
    {
        var seconds = (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        return new ProtobufMessage().Double(TimeField, seconds).Integer(StepField, step);
    }

    private void Append(ProtobufMessage message)
    {
        var data = message.ToArray();
        var record = new byte[HeadBytes + data.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), Crc32C.Masked(record.AsSpan(0, sizeof(ulong))));
        data.CopyTo(record, HeadBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(HeadBytes + data.Length), Crc32C.Masked(data));
        _stream.Write(record);
        _stream.Flush();
    }

    /// <summary>Bytes of the sound records that stay.</summary>
    private static long Keep(ReadOnlySpan<byte> bytes, long lastStep)
    {
        var end = 0;
        while (bytes.Length - end >= HeadBytes + sizeof(uint))
        {
            var head = bytes[end..];
            var length = BinaryPrimitives.ReadUInt64LittleEndian(head);
            if (length > (ulong)(head.Length - HeadBytes - sizeof(uint)))
            {
                break;
            }

            var data = head.Slice(HeadBytes, (int)length);
            var isSound =
                BinaryPrimitives.ReadUInt32LittleEndian(head[sizeof(ulong)..]) == Crc32C.Masked(head[..sizeof(ulong)]) &&
                BinaryPrimitives.ReadUInt32LittleEndian(head[(HeadBytes + data.Length)..]) == Crc32C.Masked(data);
            if (!isSound || StepOf(data) is not { } step || step > lastStep)
            {
                break;
            }

            end += HeadBytes + data.Length + sizeof(uint);
        }

        return end;
    }

    /// <summary>The step of an event as <see cref="Event"/> begins it; null of any other.</summary>
    private static long? StepOf(ReadOnlySpan<byte> data)
    {
        const int Time = 1 + sizeof(double);
        if (data.Length < Time + 2 || data[0] != ((TimeField << 3) | 1) || data[Time] != StepField << 3)
        {
            return null;
        }

        var step = 0UL;
        for (var (i, shift) = (Time + 1, 0); i < data.Length && shift < 64; i++, shift += 7)
        {
            step |= (ulong)(data[i] & 0x7F) << shift;
            if (data[i] < 0x80)
            {
                return (long)step;
            }
        }

        return null;
    }
}
