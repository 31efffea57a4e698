using System.Text;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Studies.ToyStudy;

/// <summary>
/// What was measured under one seed, as named arrays: one <c>.npz</c> file a seed, which NumPy opens too. Names of parts
/// stand before a slash, <c>geometry/kappa</c>.
/// </summary>
public sealed class SeedArchive
{
    private readonly Dictionary<string, NpyArray> _arrays;
    private readonly string _prefix;

    /// <summary>An empty archive.</summary>
    public SeedArchive()
        : this(new Dictionary<string, NpyArray>(StringComparer.Ordinal), string.Empty)
    {
    }

    private SeedArchive(Dictionary<string, NpyArray> arrays, string prefix) => (_arrays, _prefix) = (arrays, prefix);

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not such a file.</exception>
    public static SeedArchive Read(string path) =>
        new(new Dictionary<string, NpyArray>(Npz.Read(path), StringComparer.Ordinal), string.Empty);

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Write(string path) => Npz.Write(path, _arrays);

    /// <summary>The same archive, with names that all begin with a part's name and a slash.</summary>
    public SeedArchive Part(string name) => new(_arrays, $"{_prefix}{name}/");

    /// <summary>Whether there is an array of this name.</summary>
    public bool Has(string name) => _arrays.ContainsKey(_prefix + name);

    /// <summary>Stores numbers (n).</summary>
    public void Put(string name, ReadOnlySpan<double> values) => Put(name, new Shape(values.Length), values);

    /// <summary>Stores numbers of a shape, row-major.</summary>
    public void Put(string name, Shape shape, ReadOnlySpan<double> values) =>
        _arrays[_prefix + name] = NpyArray.Create(shape, values);

    /// <summary>Stores one number.</summary>
    public void Put(string name, double value) => Put(name, Shape.Scalar, [value]);

    /// <summary>Stores whole numbers (n).</summary>
    public void Put(string name, ReadOnlySpan<long> values) =>
        _arrays[_prefix + name] = NpyArray.Create(new Shape(values.Length), values);

    /// <summary>Stores text, in UTF-8.</summary>
    public void PutText(string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _arrays[_prefix + name] = NpyArray.Create<byte>(new Shape(bytes.Length), bytes);
    }

    /// <summary>The numbers of this name, row-major.</summary>
    /// <exception cref="InvalidDataException">There are none.</exception>
    public double[] Numbers(string name) => Find(name).ToDoubles();

    /// <summary>The shape of the numbers of this name.</summary>
    /// <exception cref="InvalidDataException">There are none.</exception>
    public Shape ShapeOf(string name) => Find(name).Shape;

    /// <summary>The one number of this name.</summary>
    /// <exception cref="InvalidDataException">There is none, or several.</exception>
    public double Number(string name) => Numbers(name) is [var value]
        ? value
        : throw new InvalidDataException($"{_prefix}{name} holds not one number.");

    /// <summary>The whole numbers of this name.</summary>
    /// <exception cref="InvalidDataException">There are none.</exception>
    public long[] Integers(string name) => Find(name).ToIntegers();

    /// <summary>The text of this name.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public string Text(string name) =>
        Encoding.UTF8.GetString([.. Find(name).ToIntegers().Select(value => (byte)value)]);

    private NpyArray Find(string name) => _arrays.TryGetValue(_prefix + name, out var array)
        ? array
        : throw new InvalidDataException($"There is no {_prefix}{name} in these measurements.");
}
