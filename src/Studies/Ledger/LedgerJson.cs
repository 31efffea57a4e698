using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Looped.Studies.Ledger;

/// <summary>
/// The ledger as JSON: a list of <c>{id, statement, statistic, value, low, high, rule, verdict, settings}</c>, where a
/// number that JSON cannot write (NaN, infinity) is null, the verdict is in words, and settings stand in the order of
/// their names.
/// </summary>
public static class LedgerJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",

        // The file is not part of a web page, so Greek letters and signs may stay as they are.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new NumberOrNull(), new VerdictInWords() },
    };

    /// <summary>The rows as text, in their order.</summary>
    public static string Write(IEnumerable<LedgerRow> rows)
    {
        var sorted = rows.Select(row => row with
        {
            Settings = new SortedDictionary<string, string>(
                row.Settings.ToDictionary(), StringComparer.Ordinal),
        });
        return JsonSerializer.Serialize(sorted, Options) + "\n";
    }

    /// <summary>The rows of a text; null numbers are NaN.</summary>
    /// <exception cref="InvalidDataException">The text is not a ledger.</exception>
    public static IReadOnlyList<LedgerRow> Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<List<LedgerRow>>(json, Options)
                ?? throw new InvalidDataException("The ledger is null, not a list of rows.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"This is not a ledger: {e.Message}", e);
        }
    }

    private sealed class NumberOrNull : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }

    private sealed class VerdictInWords : JsonConverter<Verdict>
    {
        public override Verdict Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var words = reader.GetString();
            foreach (var verdict in Enum.GetValues<Verdict>())
            {
                if (verdict.InWords() == words)
                {
                    return verdict;
                }
            }

            var known = string.Join(", ", Enum.GetValues<Verdict>().Select(v => v.InWords()));
            throw new JsonException($"'{words}' is no verdict; it is one of: {known}.");
        }

        public override void Write(Utf8JsonWriter writer, Verdict verdict, JsonSerializerOptions options) =>
            writer.WriteStringValue(verdict.InWords());
    }
}
