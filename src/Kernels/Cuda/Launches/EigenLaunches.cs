using System.Runtime.InteropServices;
using Looped.Kernels.Calls;
using Looped.Tensors;

namespace Looped.Kernels.Cuda;

/// <summary>Launches of eigensolvers: small_eigen.cu, tridiagonal.cu.</summary>
internal static class EigenLaunches
{
    /// <summary>Columns of a panel.</summary>
    private const int Panel = 32;

    private const int SumBytes = 16 * sizeof(double);

    public static void Add(LaunchList list, SmallEigenCall call)
    {
        var (matrices, n) = (call.Inputs[0], call.Inputs[0].Shape[2]);
        if (n > SmallEigenCall.MaxOrder)
        {
            throw new NotSupportedException(
                $"the small eigensolver takes matrices of order {SmallEigenCall.MaxOrder} at most, not {n}");
        }

        if (matrices.Shape.Size == 0)
        {
            return;
        }

        var pairs = (n + 1) / 2;
        var sharedBytes = SumBytes + (((2 * n * (n + 1)) + (2 * pairs)) * sizeof(double)) + (2 * pairs * sizeof(int));
        list.Add(
            "small_eigen",
            "small_eigen_f64",
            matrices.Shape[0],
            n <= 8 ? 32 : n <= 24 ? 64 : 128,
            sharedBytes,
            new SmallEigenArguments
            {
                Matrices = list.Address(matrices),
                Values = list.Address(call.Output),
                Vectors = call.Vectors is null ? 0 : list.Address(call.Vectors),
                N = (uint)n,
            });
    }

    public static void Add(LaunchList list, TridiagonalCall call)
    {
        var (matrix, reflections) = (call.Inputs[0], call.Inputs[1]);
        var n = matrix.Shape[0];
        var row = (long)n * sizeof(double);
        var products = list.Scratch(Panel * row);
        var arguments = new TridiagonalArguments
        {
            Matrix = list.Address(matrix),
            Reflections = list.Address(reflections),
            Products = products,
            Product = list.Scratch(row),
            Diagonal = list.Address(call.Output),
            OffDiagonal = list.Address(call.Inputs[3]),
            Factors = list.Address(call.Inputs[2]),
            N = (uint)n,
        };
        var block = LaunchList.Block(Power(n));
        for (var first = 0; first < n; first += Panel)
        {
            var end = Math.Min(first + Panel, n);
            for (var column = first; column < end; column++)
            {
                (arguments.Column, arguments.First) = ((uint)column, (uint)first);
                list.Add("tridiagonal", "tridiagonal_reflect", 1, block, SumBytes, arguments);
                if (column < n - 1)
                {
                    list.AddRows(
                        "tridiagonal", "tridiagonal_multiply", n - column - 1, 32, ElementType.Float64, arguments);
                    list.Add(
                        "tridiagonal", "tridiagonal_finish", 1, block, SumBytes + (2 * Panel * sizeof(double)), arguments);
                }
            }

            if (end < n)
            {
                // A - V W' - W V', behind the panel.
                var rest = Window(matrix, n, end, n - end, end);
                var v = Window(reflections, n, first, end - first, end);
                var w = Window(list.At(products), n, 0, end - first, end);
                ContractLaunches.Add(list, new ContractCall(v, [0, 1], w, [0, 2], rest, [1, 2], -1, true));
                ContractLaunches.Add(list, new ContractCall(w, [0, 1], v, [0, 2], rest, [1, 2], -1, true));
            }
        }
    }

    public static void Add(LaunchList list, RestoreCall call)
    {
        var (reflections, vectors) = (call.Inputs[0], call.Output);
        var n = reflections.Shape[0];
        list.Add(
            "tridiagonal",
            "tridiagonal_restore",
            vectors.Shape[0],
            LaunchList.Block(Power(n)),
            SumBytes,
            new TridiagonalArguments
            {
                Reflections = list.Address(reflections),
                Factors = list.Address(call.Inputs[1]),
                Vectors = list.Address(vectors),
                N = (uint)n,
            });
    }

    /// <summary>So many rows of a square matrix from one on, without the columns before another.</summary>
    private static Operand Window(Operand matrix, int n, int row, int rows, int column) => new(
        matrix.Offset + ((((long)row * n) + column) * sizeof(double)),
        ElementType.Float64,
        new Shape(rows, n - column),
        [n, 1]);

    /// <summary>A group of lanes is a power of two.</summary>
    private static long Power(int n)
    {
        var power = 32L;
        while (power < n)
        {
            power *= 2;
        }

        return power;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct SmallEigenArguments
    {
        public ulong Matrices;
        public ulong Values;
        public ulong Vectors;
        public uint N;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TridiagonalArguments
    {
        public ulong Matrix;
        public ulong Reflections;
        public ulong Products;
        public ulong Product;
        public ulong Diagonal;
        public ulong OffDiagonal;
        public ulong Factors;
        public ulong Vectors;
        public uint N;
        public uint Column;
        public uint First;
    }
}
