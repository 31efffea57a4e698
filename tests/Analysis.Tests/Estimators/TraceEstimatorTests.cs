using Looped.Analysis.Estimators;
using Looped.Analysis.Operators;
using Looped.Analysis.Tests.Operators;
using Looped.Kernels;
using Looped.Kernels.Cpu;

namespace Looped.Analysis.Tests.Estimators;

/// <summary>Traces and norms against matrices of known spectrum, and how often their intervals hold.</summary>
public class TraceEstimatorTests
{
    private const int N = 100;

    /// <summary>A slowly falling spectrum of both signs, and one that falls quickly as those of networks do.</summary>
    private static readonly double[] Flat = [.. Enumerable.Range(0, N).Select(i => (i % 3 == 0 ? -1 : 1) * (1 + (i / 50.0)))];

    private static readonly double[] Steep = [.. Enumerable.Range(0, N).Select(i => (i % 4 == 3 ? -1 : 1) * Math.Pow(0.8, i))];

    private static readonly DenseOperator FlatMatrix = new(Matrices.WithSpectrum(Flat, seed: 1), N);

    private static readonly DenseOperator SteepMatrix = new(Matrices.WithSpectrum(Steep, seed: 2), N);

    public static TheoryData<string> Estimators => new() { "Hutchinson", "Hutch++", "XTrace" };

    [Theory]
    [MemberData(nameof(Estimators))]
    public void Intervals_of_traces_cover(string name)
    {
        Coverage.Holds(Flat.Sum(), seed => Trace(name, FlatMatrix, 30, seed));
        Coverage.Holds(Steep.Sum(), seed => Trace(name, SteepMatrix, 30, seed));
    }

    [Theory]
    [MemberData(nameof(Estimators))]
    public void Estimates_of_traces_have_no_bias(string name)
    {
        foreach (var (matrix, trace) in new[] { (FlatMatrix, Flat.Sum()), (SteepMatrix, Steep.Sum()) })
        {
            double[] values = [.. Enumerable.Range(0, 300).Select(seed => Trace(name, matrix, 24, (ulong)seed).Value)];
            var mean = Estimate.OfMean(values);
            Assert.InRange(trace, mean.Value - (4 * mean.StandardError), mean.Value + (4 * mean.StandardError));
        }
    }

    [Fact]
    public void Where_few_eigenvalues_dominate_Hutch_plus_plus_is_better_than_Hutchinson_and_XTrace_than_both()
    {
        double[] errors = [.. new[] { "Hutchinson", "Hutch++", "XTrace" }.Select(name => Math.Sqrt(Enumerable.Range(0, 50)
            .Average(seed => Math.Pow(Trace(name, SteepMatrix, 48, (ulong)seed).Value - Steep.Sum(), 2))))];
        Assert.True(errors[1] < 0.1 * errors[0]);
        Assert.True(errors[2] < 0.5 * errors[1]);
    }

    [Theory]
    [InlineData("Hutch++")]
    [InlineData("XTrace")]
    public void A_trace_that_a_sketch_holds_is_exact(string name)
    {
        // Of rank 5: 8 probes hold all of the range and more.
        var a = Matrices.RandomSymmetric(40, rank: 5, seed: 3);
        var trace = Enumerable.Range(0, 40).Sum(i => a[(i * 40) + i]);
        var estimate = Trace(name, new DenseOperator(a, 40), 24, seed: 1);
        Assert.Equal(trace, estimate.Value, 1e-11 * a.Max(Math.Abs) * 40);
        Assert.True(estimate.StandardError < 1e-11 * a.Max(Math.Abs) * 40);
    }

    [Fact]
    public void Intervals_of_Frobenius_norms_cover()
    {
        var norm = Math.Sqrt(Flat.Sum(x => x * x));
        Coverage.Holds(norm, seed => TraceEstimators.FrobeniusNorm(FlatMatrix, 12, seed));
    }

    [Theory]
    [MemberData(nameof(Estimators))]
    public void The_trace_of_a_logistic_model_is_that_of_its_closed_form(string name)
    {
        using var team = new WorkerTeam(2);
        var model = LogisticCase.Logistic;
        using var hessian = new HessianOperator(model.Objective(8), model.Theta, new CpuBackend(), team, 4);
        var exact = model.Hessian();
        var trace = Enumerable.Range(0, LogisticCase.Width).Sum(i => exact[(i * LogisticCase.Width) + i]);
        Coverage.Holds(trace, seed => Trace(name, hessian, 10, seed));
    }

    [Fact]
    public void A_diagonal_matrix_has_its_trace_from_any_two_signs() =>
        Assert.Equal(6, TraceEstimators.Hutchinson(new DenseOperator(Matrices.Diagonal(1, 2, 3), 3), 2).Value);

    [Fact]
    public void Too_few_probes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TraceEstimators.Hutchinson(FlatMatrix, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TraceEstimators.HutchPlusPlus(FlatMatrix, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => TraceEstimators.XTrace(FlatMatrix, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TraceEstimators.XTrace(FlatMatrix, 101));
    }

    /// <summary>An estimate that takes so many products.</summary>
    private static Estimate Trace(string name, ICurvatureOperator matrix, int products, ulong seed) => name switch
    {
        "Hutchinson" => TraceEstimators.Hutchinson(matrix, products, seed),
        "Hutch++" => TraceEstimators.HutchPlusPlus(matrix, products, seed),
        _ => TraceEstimators.XTrace(matrix, products / 2, seed),
    };
}
