using System.CommandLine;
using Looped.Analysis;
using Looped.Kernels;
using Looped.Kernels.Cuda;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Cli;

/// <summary><c>looped spectrum</c>: the eigenvalues, and on request the eigenvectors, of a symmetric matrix from a file.</summary>
internal static class SpectrumCommand
{
    public static Command Create()
    {
        var matrix = PathOption.Required("--matrix", "NPY file with a symmetric matrix, n x n");
        var output = PathOption.Required("--out", "NPY file for the eigenvalues, (n,) float64, ascending");
        var vectorsOut = PathOption.Optional(
            "--vectors-out", "NPY file for the eigenvectors, (n,n) float64, column j for value j");
        var command = new Command("spectrum", "Writes the whole spectrum of a symmetric matrix.")
        {
            matrix, output, vectorsOut, DeviceOption.Create(),
        };
        command.SetAction(parsed => UserErrors.Guard(() =>
        {
            Run(
                parsed.GetValue(matrix)!,
                PathOption.Writable(output.Name, parsed.GetValue(output)!),
                parsed.GetValue(vectorsOut) is { } path ? PathOption.Writable(vectorsOut.Name, path) : null,
                DeviceOption.Backend(parsed) as CudaBackend);
            return 0;
        }));
        return command;
    }

    /// <summary>On a CUDA device, or without one on the processor.</summary>
    private static void Run(string path, string output, string? vectorsOutput, CudaBackend? cuda)
    {
        if (vectorsOutput is not null && Path.GetFullPath(vectorsOutput) == Path.GetFullPath(output))
        {
            throw new UserException($"--out and --vectors-out must name two files, not {output} both");
        }

        var array = Npy.Read(path);
        if (array.Shape.Rank != 2 || array.Shape[0] != array.Shape[1])
        {
            throw new UserException($"the matrix in {path} must be square, not {array.Shape}");
        }

        var n = array.Shape[0];
        var entries = array.ToDoubles();
        using var team = new WorkerTeam(Environment.ProcessorCount);
        try
        {
            if (vectorsOutput is null)
            {
                Npy.Write<double>(output, new Shape(n), Values(entries, n, team, cuda));
                return;
            }

            var decomposition = Decompose(entries, n, team, cuda);
            var columns = new double[entries.Length];
            for (var j = 0; j < n; j++)
            {
                for (var i = 0; i < n; i++)
                {
                    columns[(i * n) + j] = decomposition.Vector(j)[i];
                }
            }

            Npy.Write<double>(vectorsOutput, new Shape(n, n), columns);
            Npy.Write<double>(output, new Shape(n), decomposition.Values);
        }
        catch (ArgumentException failure)
        {
            throw new UserException($"{path}: {failure.Message}");
        }
    }

    private static double[] Values(double[] matrix, int n, WorkerTeam team, CudaBackend? cuda)
    {
        if (cuda is null || n == 0)
        {
            return SymmetricEigen.Values(matrix, n, team);
        }

        using var solver = new CudaEigensolver(n, cuda);
        var values = new double[n];
        solver.Values(matrix, values);
        return values;
    }

    private static EigenDecomposition Decompose(double[] matrix, int n, WorkerTeam team, CudaBackend? cuda)
    {
        if (cuda is null || n == 0)
        {
            return SymmetricEigen.Decompose(matrix, n, team);
        }

        using var solver = new CudaEigensolver(n, cuda);
        var decomposition = new EigenDecomposition(n, new double[n], new double[matrix.Length]);
        solver.Decompose(matrix, decomposition.Values, decomposition.Vectors);
        return decomposition;
    }
}
