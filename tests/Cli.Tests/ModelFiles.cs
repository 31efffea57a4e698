using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Cli.Tests;

/// <summary>A model and its data as the files that the commands take.</summary>
internal static class ModelFiles
{
    /// <summary>The options that name the files of <see cref="WriteModel"/>.</summary>
    public static readonly string[] Options = ["--params", "p.npz", "--embedding", "e.npy", "--data", "x.npy"];

    public static void WriteModel(this Looped looped, PlainModel model, double[] theta)
    {
        looped.WriteParameters(model.Width, model.Symbols, theta);
        looped.WriteArray("e.npy", [model.Symbols, model.Width], model.Embedding);
        looped.WriteArray<long>("x.npy", [model.Data.Length, model.Data[0].Length], [.. model.Data.SelectMany(row => row).Select(token => (long)token)]);
    }

    public static void WriteParameters(this Looped looped, int width, int symbols, double[] theta)
    {
        var square = width * width;
        Npz.Write(looped.PathOf("p.npz"), new KeyValuePair<string, NpyArray>[]
        {
            // In another order than theta's: names count, not places.
            new("W_h", NpyArray.Create<double>(new Shape(symbols, width), theta.AsSpan(3 * square))),
            new("W_V", NpyArray.Create<double>(new Shape(width, width), theta.AsSpan(2 * square, square))),
            new("W_Q", NpyArray.Create<double>(new Shape(width, width), theta.AsSpan(0, square))),
            new("W_K", NpyArray.Create<double>(new Shape(width, width), theta.AsSpan(square, square))),
        });
    }

    public static void WriteArray<T>(this Looped looped, string name, int[] extents, T[] values)
        where T : unmanaged =>
        Npy.Write<T>(looped.PathOf(name), new Shape(extents), values);

    public static NpyArray ReadArray(this Looped looped, string name) => Npy.Read(looped.PathOf(name));

    /// <summary>The numbers of a float64 array of this shape.</summary>
    public static double[] ReadDoubles(this Looped looped, string name, params int[] extents)
    {
        var array = looped.ReadArray(name);
        Assert.Equal(new Shape(extents), array.Shape);
        Assert.Equal(NpyType.Float64, array.Type);
        return array.ToDoubles();
    }
}
