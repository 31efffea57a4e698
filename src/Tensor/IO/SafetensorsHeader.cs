using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Looped.Tensors.IO;

/// <summary>Where a tensor lies in a safetensors file: bytes <c>Begin .. End - 1</c> behind the header.</summary>
internal sealed record SafetensorsEntry(string Name, SafetensorsType Type, Shape Shape, long Begin, long End);

/// <summary>
/// The header of a safetensors file: a JSON object with a member for each tensor,
/// <c>name: {"dtype": "F32", "shape": [2,3], "data_offsets": [0,24]}</c>, and, where wanted, <c>__metadata__</c>, an object
/// of strings.
/// </summary>
/// <param name="Entries">The tensors, in the order of their bytes, which follow one another without gaps.</param>
/// <param name="Metadata">What the file says of itself.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The member that is no tensor.</summary>
    public const string MetadataName = "__metadata__";

    /// <summary>The header's length is a multiple of this, so that data are aligned.</summary>
    private const int Alignment = 8;

    /// <summary>UTF-8 that refuses what is no text, such as half a surrogate pair.</summary>
    private static readonly UTF8Encoding StrictText = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The JSON of the header, filled up with spaces; metadata first, keys in ordinal order.</summary>
    /// <exception cref="ArgumentException">A name or a text is not Unicode.</exception>
    public byte[] Encode()
    {
        var bytes = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(bytes, options))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataName);
                foreach (var (key, text) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(Sound(key), Sound(text));
                }

                json.WriteEndObject();
            }

            foreach (var entry in Entries)
            {
                Write(json, entry);
            }

            json.WriteEndObject();
        }

        var padded = new byte[(bytes.WrittenCount + Alignment - 1) / Alignment * Alignment];
        padded.AsSpan().Fill((byte)' ');
        bytes.WrittenSpan.CopyTo(padded);
        return padded;
    }

    /// <summary>Reads the JSON.</summary>
    /// <exception cref="InvalidDataException">It is not such a header.</exception>
    public static SafetensorsHeader Parse(byte[] json, string name)
    {
        if (json is not [(byte)'{', ..])
        {
            throw new InvalidDataException($"{name} is not a safetensors file: its header does not begin with '{{'.");
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(document.RootElement, name);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The second is what text that is not Unicode gives.
            var place = (failure as JsonException)?.BytePositionInLine is { } at ? $" at byte {at} of a line" : "";
            throw new InvalidDataException($"The safetensors header of {name} is not sound JSON{place}.", failure);
        }
    }

    private static SafetensorsHeader Parse(JsonElement root, string name)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var entries = new List<SafetensorsEntry>();
        IReadOnlyDictionary<string, string> metadata = new Dictionary<string, string>();
        foreach (var member in root.EnumerateObject())
        {
            if (!names.Add(member.Name))
            {
                throw new InvalidDataException($"Tensor '{member.Name}' is there twice in the safetensors file {name}.");
            }

            if (member.Name == MetadataName)
            {
                metadata = ParseMetadata(member.Value, name);
            }
            else
            {
                entries.Add(ParseEntry(member, $"Tensor '{member.Name}' in {name}"));
            }
        }

        entries = [.. entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        RequireNoGaps(entries, name);
        return new SafetensorsHeader(entries, metadata);
    }

    private static Dictionary<string, string> ParseMetadata(JsonElement value, string name)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var isSound = value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(text =>
            text.Value.ValueKind == JsonValueKind.String && metadata.TryAdd(text.Name, text.Value.GetString()!));
        return isSound
            ? metadata
            : throw new InvalidDataException(
                $"{MetadataName} in the safetensors file {name} must be an object of strings, each key once.");
    }

    private static SafetensorsEntry ParseEntry(JsonProperty member, string tensor)
    {
        var value = member.Value;
        if (value.ValueKind != JsonValueKind.Object ||
            !value.EnumerateObject().Select(key => key.Name).Order(StringComparer.Ordinal)
                .SequenceEqual(["data_offsets", "dtype", "shape"]))
        {
            throw new InvalidDataException(
                $"{tensor} needs an object with 'dtype', 'shape' and 'data_offsets', once each and nothing else.");
        }

        var dtype = value.GetProperty("dtype");
        var type = (dtype.ValueKind == JsonValueKind.String ? SafetensorsType.FromCode(dtype.GetString()) : null)
            ?? throw new InvalidDataException(
                $"{tensor} holds elements of type {dtype.GetRawText()}; allowed are {SafetensorsType.AllCodes}.");
        var extents = Numbers(value.GetProperty("shape"));
        if (extents is null || Array.Exists(extents, extent => extent > int.MaxValue))
        {
            throw new InvalidDataException(
                $"{tensor} needs a shape of whole numbers from 0 to {int.MaxValue}, " +
                $"not {value.GetProperty("shape").GetRawText()}.");
        }

        if (Numbers(value.GetProperty("data_offsets")) is not [var begin, var end] || begin > end)
        {
            throw new InvalidDataException(
                $"{tensor} needs two ascending data_offsets, not {value.GetProperty("data_offsets").GetRawText()}.");
        }

        // A product of extents may be far beyond 64 bits; beyond what an array holds it need not be known.
        var most = Array.MaxLength / type.ReadAs.Size();
        var elements = extents.Contains(0)
            ? 0
            : extents.Aggregate(1L, (total, extent) => total > most ? total : total * extent);
        var shape = new Shape([.. extents.Select(extent => (int)extent)]);
        if (elements > most)
        {
            throw new InvalidDataException($"{tensor} claims {shape} elements; at most {most} are allowed.");
        }

        if (end - begin != elements * type.Size)
        {
            throw new InvalidDataException(
                $"{tensor} has {end - begin} bytes, where {shape} elements of {type.Code} take {elements * type.Size}.");
        }

        return new SafetensorsEntry(member.Name, type, shape, begin, end);
    }

    /// <summary>An array of whole numbers that are not negative, or null.</summary>
    private static long[]? Numbers(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var numbers = new List<long>();
        foreach (var element in value.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out var number) || number < 0)
            {
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static void RequireNoGaps(List<SafetensorsEntry> entries, string name)
    {
        var end = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != end)
            {
                var fault = entry.Begin < end ? "overlaps the tensor before it, which ends" : "leaves a gap behind what ends";
                throw new InvalidDataException(
                    $"Tensor '{entry.Name}' in {name} begins at byte {entry.Begin} and {fault} at {end}.");
            }

            end = entry.End;
        }
    }

    private static void Write(Utf8JsonWriter json, SafetensorsEntry entry)
    {
        json.WriteStartObject(Sound(entry.Name));
        json.WriteString("dtype", entry.Type.Code);
        json.WriteStartArray("shape");
        foreach (var extent in entry.Shape)
        {
            json.WriteNumberValue(extent);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(entry.Begin);
        json.WriteNumberValue(entry.End);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Text as it is, if UTF-8 can hold it.</summary>
    private static string Sound(string text)
    {
        _ = StrictText.GetByteCount(text);
        return text;
    }
}
