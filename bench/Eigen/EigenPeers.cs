using System.Globalization;
using Looped.Benchmarks.Comparison;
using Looped.Kernels;
using Looped.Tensors;
using Looped.Tensors.IO;

namespace Looped.Benchmarks.Eigen;

/// <summary>The comparison of our symmetric eigensolver with LAPACK's, as a table on the console.</summary>
public static class EigenPeers
{
    private const int Threads = 2;

    /// <summary>Results that differ by more, relative, are not results of the same work.</summary>
    private const double Tolerance = 1e-12;

    /// <summary>The order from which on a matrix is large enough to be solved by all threads.</summary>
    private const int LargestOfPair = 300;

    /// <summary>The order at which MathNet.Numerics is timed.</summary>
    private const int MathNetOrder = 816;

    /// <summary>Runs the comparison.</summary>
    /// <returns>0; 1 where results differ.</returns>
    public static int Run(EigenOptions options)
    {
        using var lapack = TorchProcess.Start(options.Python, "peers/eigen.py", Threads, [], out var missing);
        if (lapack is null)
        {
            Console.WriteLine($"There is no SciPy to compare with: {missing}");
            return 0;
        }

        Console.WriteLine($"Ours: {Threads} threads. Theirs: {lapack.Description}.");
        var folder = Directory.CreateTempSubdirectory("looped-eigen-").FullName;
        try
        {
            return Run(options, lapack, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Run(EigenOptions options, TorchProcess lapack, string folder)
    {
        using var team = new WorkerTeam(Threads);
        var table = new MarkdownTable(
            Console.Out,
            ("n", 4), ("work", 16), ("driver", 16), ("ours ms", 9), ("theirs ms", 9), ("ratio", 5), ("of fastest", 5), ("bytes", 5), ("differ by", 9));
        var duel = new Duel(lapack, folder, options.Rounds);
        var different = 0;
        foreach (var order in options.Orders)
        {
            var ours = new EigenWorks(order, team);
            Npy.Write<double>(Path.Combine(folder, "matrix.npy"), new Shape(order, order), ours.Matrix);
            lapack.Load(folder);
            foreach (var (work, title) in Works(ours, order))
            {
                var verdict = duel.Run(work);
                different += verdict.Difference <= Tolerance ? 0 : 1;
                Add(table, order, title, verdict.Form.Name, verdict.Ours, verdict.Theirs, $"{verdict.Bytes}", Number(verdict.Difference, "0.0e+0"));
            }

            if (order <= LargestOfPair)
            {
                var (atOnce, inTurn) = Turns.Time(ours.Pair("pair").Run, ours.Sequence().Run, options.Rounds);
                Add(table, order, "vectors of two", "ours in turn", atOnce, inTurn, "", "");
            }

            if (order == MathNetOrder)
            {
                var (seconds, theirs) = MathNetSide.Time(ours, options.Rounds);
                Add(table, order, "vectors", "MathNet.Numerics", seconds, theirs, "", "");
            }
        }

        Console.WriteLine(different == 0
            ? $"All eigenvalues agree to {Tolerance:0e+0}."
            : $"{different} results differ by more than {Tolerance:0e+0}: their times do not compare.");
        return different == 0 ? 0 : 1;
    }

    private static IEnumerable<(Work Work, string Title)> Works(EigenWorks ours, int order)
    {
        foreach (var driver in (string[])["evd", "evr"])
        {
            yield return (ours.Values($"{driver}-values"), "values");
            yield return (ours.Vectors($"{driver}-vectors"), "vectors");
        }

        if (order <= LargestOfPair)
        {
            yield return (ours.Pair("evd-pair"), "vectors of two");
        }
    }

    private static void Add(
        MarkdownTable table, int order, string title, string driver, double[] ours, double[] theirs, string bytes, string difference)
    {
        var (our, their) = (ours[ours.Length / 2], theirs[theirs.Length / 2]);
        table.Add(
            $"{order}",
            title,
            driver,
            Number(our * 1e3, "0.00"),
            Number(their * 1e3, "0.00"),
            Number(their / our, "0.00"),
            Number(theirs[0] / ours[0], "0.00"),
            bytes,
            difference);
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
