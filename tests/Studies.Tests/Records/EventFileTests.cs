using System.Buffers.Binary;
using System.Text;
using Looped.Studies.Records;

namespace Looped.Studies.Tests.Records;

public sealed class EventFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string PathOf => _folder.PathOf(EventFile.Name);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Records_hold_what_was_written_in_the_format_that_is_documented()
    {
        using (var file = EventFile.Open(PathOf, 0, new FixedClock()))
        {
            file.Append(1, [("train/loss", 0.5)]);
            file.Append(300, [("train/loss", 0.25), ("in/accuracy", 1)]);
        }

        var events = Decode(File.ReadAllBytes(PathOf));
        Assert.Equal([(0, "brain.Event:2"), (1, ""), (300, "")], events.Select(e => (e.Step, e.Version)));
        Assert.All(events, e => Assert.Equal(1_700_000_000.5, e.Time));
        Assert.Equal([("train/loss", 0.5f)], events[1].Values);
        Assert.Equal([("train/loss", 0.25f), ("in/accuracy", 1f)], events[2].Values);
    }

    /// <summary>Whatever byte a killed process came to, what stays is whole records up to the step.</summary>
    [Fact]
    public void Opening_cuts_back_to_whole_records_up_to_a_step()
    {
        using (var file = EventFile.Open(PathOf, 0, new FixedClock()))
        {
            for (var step = 1; step <= 4; step++)
            {
                file.Append(step, [("a", step)]);
            }
        }

        var whole = File.ReadAllBytes(PathOf);
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(PathOf, whole[..length]);
            EventFile.Open(PathOf, 3, new FixedClock()).Dispose();
            var kept = File.ReadAllBytes(PathOf);
            Assert.Equal(whole[..kept.Length], kept);
            var steps = Decode(kept).Select(e => e.Step).ToList();
            Assert.Equal(Enumerable.Range(0, steps.Count), steps);
            Assert.InRange(steps.Count, 1, 4);
            Assert.True(length < whole.Length || steps.Count == 4);
        }
    }

    [Fact]
    public void A_damaged_record_ends_the_file()
    {
        using (var file = EventFile.Open(PathOf, 0, new FixedClock()))
        {
            file.Append(1, [("a", 1)]);
            file.Append(2, [("a", 2)]);
        }

        var bytes = File.ReadAllBytes(PathOf);
        bytes[^6] ^= 1;
        File.WriteAllBytes(PathOf, bytes);
        EventFile.Open(PathOf, 10, new FixedClock()).Dispose();
        Assert.Equal([0, 1], Decode(File.ReadAllBytes(PathOf)).Select(e => e.Step));
    }

    /// <summary>Reads records by the definition of the format, with a check value computed bit by bit.</summary>
    private static List<Event> Decode(byte[] bytes)
    {
        var events = new List<Event>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var data = bytes.AsSpan(at + 12, length);
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            var fields = Fields(data.ToArray());
            var values = fields.Where(field => field.Number == 5).SelectMany(summary => Fields(summary.Bytes))
                .Select(value => Fields(value.Bytes))
                .Select(value => (Encoding.UTF8.GetString(value[0].Bytes), BitConverter.ToSingle(value[1].Bytes)));
            events.Add(new Event(
                BitConverter.ToDouble(fields.Single(field => field.Number == 1).Bytes),
                (int)fields.Single(field => field.Number == 2).Varint,
                string.Concat(fields.Where(field => field.Number == 3).Select(field => Encoding.UTF8.GetString(field.Bytes))),
                [.. values]));
            at += 16 + length;
        }

        return events;
    }

    private static List<(int Number, ulong Varint, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, ulong, byte[])>();
        var at = 0;
        while (at < message.Length)
        {
            var key = Varint();
            var number = (int)(key >> 3);
            fields.Add((key & 7) switch
            {
                0 => (number, Varint(), []),
                1 => (number, 0, Take(8)),
                2 => (number, 0, Take((int)Varint())),
                5 => (number, 0, Take(4)),
                var type => throw new InvalidDataException($"wire type {type}"),
            });
        }

        return fields;

        ulong Varint()
        {
            var (value, shift) = (0UL, 0);
            while (true)
            {
                var part = message[at++];
                value |= (ulong)(part & 127) << shift;
                shift += 7;
                if (part < 128)
                {
                    return value;
                }
            }
        }

        byte[] Take(int count) => message[at..(at += count)];
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var register = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            register ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                register = (register >> 1) ^ ((register & 1) * 0x82F63B78u);
            }
        }

        var check = ~register;
        return ((check >> 15) | (check << 17)) + 0xA282EAD8u;
    }

    private sealed record Event(double Time, int Step, string Version, IReadOnlyList<(string Name, float Value)> Values);

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000.5);
    }
}
