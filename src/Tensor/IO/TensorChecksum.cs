using System.Security.Cryptography;
using System.Text;

namespace Looped.Tensors.IO;

/// <summary>A checksum of named tensors and texts, to tell later whether a file still holds what was written.</summary>
public static class TensorChecksum
{
    /// <summary>
    /// SHA-256 in hexadecimal over all texts and tensors in ordinal order of their names: names, types, shapes and elements.
    /// </summary>
    /// <param name="tensors">Tensors by name.</param>
    /// <param name="texts">Texts by name.</param>
    public static string Of(
        IEnumerable<KeyValuePair<string, NpyArray>> tensors, IEnumerable<KeyValuePair<string, string>> texts)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(texts);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, text) in texts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Append(name);
            Append(text);
        }

        foreach (var (name, tensor) in tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Append(name);
            Append($"{tensor.Type.Code()} {tensor.Shape}");
            hash.AppendData(tensor.Bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        // With its length in front, so that no two lists of words run together to the same bytes.
        void Append(string word)
        {
            var bytes = Encoding.UTF8.GetBytes(word);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
    }
}
