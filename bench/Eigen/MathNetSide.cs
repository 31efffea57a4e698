using MathNet.Numerics.LinearAlgebra;

namespace Looped.Benchmarks.Eigen;

/// <summary>MathNet.Numerics, with the provider that it has of its own, in this process.</summary>
internal static class MathNetSide
{
    /// <summary>Times decompositions with vectors, ours and theirs in turn.</summary>
    /// <returns>Seconds of each side, ascending.</returns>
    public static (double[] Ours, double[] Theirs) Time(EigenWorks works, int rounds)
    {
        var work = works.Vectors("vectors");
        var order = (int)Math.Sqrt(works.Matrix.Length);
        var matrix = Matrix<double>.Build.Dense(order, order, works.Matrix);
        Action theirs = () => matrix.Evd(Symmetricity.Symmetric);
        return Turns.Time(work.Run, theirs, rounds);
    }
}
