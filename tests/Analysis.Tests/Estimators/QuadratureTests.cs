using System.Collections.Concurrent;
using Looped.Analysis.Estimators;
using Looped.Analysis.Operators;
using Looped.Kernels;

namespace Looped.Analysis.Tests.Estimators;

/// <summary>Stochastic Lanczos quadrature against matrices of known spectrum, and how often its intervals hold.</summary>
public class QuadratureTests
{
    private const int N = 120;

    /// <summary>A spike of small values, a tail of negative ones, and a valley that a gap sets apart.</summary>
    private static readonly double[] Spectrum =
    [
        .. Enumerable.Range(0, 20).Select(i => -0.3 - (0.02 * i)),
        .. Enumerable.Range(0, 70).Select(i => 0.02 * Math.Sin(i)),
        .. Enumerable.Range(0, 30).Select(i => 1 + (0.1 * i)),
    ];

    private static readonly DenseOperator Matrix = new(Matrices.WithSpectrum(Spectrum, seed: 12), N);

    /// <summary>The quadrature of each seed, which many tests ask for.</summary>
    private static readonly ConcurrentDictionary<ulong, SpectralQuadrature> Runs = [];

    private static readonly double[] Positive = [.. Spectrum.Select(x => x + 2)];

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public void A_rule_of_m_nodes_integrates_polynomials_of_degree_below_2m(int steps)
    {
        var quadrature = StochasticLanczos.Run(Matrix, new QuadratureOptions(Probes: 3, Steps: steps, Seed: 4));
        for (var probe = 0; probe < 3; probe++)
        {
            var vector = new double[N];
            Probes.Fill(4, probe, vector);
            var power = vector.ToArray();
            for (var degree = 0; degree < 2 * steps; degree++)
            {
                // v'A^k v / v'v, A being of norm about 4, by products alone.
                var expected = vector.Zip(power, (a, b) => a * b).Sum() / N;
                var actual = quadrature.Rules[probe].Sum(x => Math.Pow(x / 4, degree));
                Assert.Equal(expected, actual, 1e-13);
                var next = new double[N];
                Matrix.Apply(power, next);
                power = Array.ConvertAll(next, x => x / 4);
            }
        }
    }

    [Fact]
    public void As_many_steps_as_dimensions_give_every_eigenvalue_and_no_bias()
    {
        double[] spectrum = [-2, -1, 0.5, 1, 3, 7];
        var quadrature = StochasticLanczos.Run(
            new DenseOperator(Matrices.WithSpectrum(spectrum, seed: 3), 6), new QuadratureOptions(Probes: 2, Steps: 50));
        Assert.Equal(6, quadrature.Steps);
        Assert.All(quadrature.Rules, rule =>
            Assert.All(rule.Nodes.Zip(spectrum), pair => Assert.Equal(pair.Second, pair.First, 1e-12)));
        Assert.Equal(0, quadrature.Entropy().Bias);
        Assert.Equal((-2, 7), (Math.Round(quadrature.Lowest, 12), Math.Round(quadrature.Highest, 12)));
    }

    [Fact]
    public void A_Krylov_space_that_is_complete_ends_a_probe_early_with_an_exact_rule()
    {
        double[] spectrum = [.. Enumerable.Range(0, 40).Select(i => i % 4 - 1.5)];
        var quadrature = StochasticLanczos.Run(
            new DenseOperator(Matrices.WithSpectrum(spectrum, seed: 3), 40), new QuadratureOptions(Probes: 3, Steps: 30));
        Assert.Equal(12, quadrature.Products);
        Assert.All(quadrature.Rules, rule => Assert.Equal(4, rule.Nodes.Length));

        // All magnitudes, and so all shares, are known but for how often each occurs.
        Assert.Equal(0, quadrature.CountAbove(1).Bias);
    }

    [Fact]
    public void Intervals_of_entropies_cover() => Coverage.Holds(
        MatrixEntropy.Of(Spectrum), seed => Run(seed).Entropy());

    [Fact]
    public void Intervals_of_counts_cover() => Coverage.Holds(30, seed => Run(seed).CountAbove(0.5));

    [Fact]
    public void Intervals_of_negative_shares_cover() => Coverage.Holds(
        Spectrum.Sum(x => Math.Max(0, -x)) / Spectrum.Sum(Math.Abs), seed => Run(seed).NegativeMass());

    [Fact]
    public void Intervals_of_traces_and_norms_cover()
    {
        Coverage.Holds(Spectrum.Sum(), seed => Run(seed).Trace());
        Coverage.Holds(Math.Sqrt(Spectrum.Sum(x => x * x)), seed => Run(seed).FrobeniusNorm());
    }

    [Fact]
    public void Intervals_of_log_determinants_cover() => Coverage.Holds(
        Positive.Sum(Math.Log), seed => Run(seed).LogDeterminant(2));

    [Theory]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(40)]
    [InlineData(61)]
    public void Intervals_hold_what_steps_of_either_parity_do_to_a_kink(int steps)
    {
        // Magnitudes over four decades about zero, where |x| has its kink: errors of even and odd steps have opposite signs.
        double[] spectrum = [.. Enumerable.Range(0, 400).Select(i => (i % 2 == 0 ? -8 : 8) * Math.Pow(10, -i / 100.0))];
        var quadrature = StochasticLanczos.Run(
            new DenseOperator(Matrices.WithSpectrum(spectrum, seed: 7), 400),
            new QuadratureOptions(Probes: 40, Steps: steps));
        var entropy = quadrature.Entropy();
        Assert.InRange(MatrixEntropy.Of(spectrum), entropy.Low, entropy.High);
    }

    [Fact]
    public void The_intervals_of_a_few_steps_hold_the_bias()
    {
        // Five steps cannot resolve the spike: the estimate is off by more than its standard error, and says so.
        var missed = 0;
        for (var seed = 0UL; seed < 50; seed++)
        {
            var entropy = StochasticLanczos.Run(Matrix, new QuadratureOptions(Probes: 30, Steps: 5, Seed: seed)).Entropy();
            missed += Math.Abs(entropy.Value - MatrixEntropy.Of(Spectrum)) > entropy.Margin ? 1 : 0;
        }

        Assert.InRange(missed, 0, 5);
    }

    [Fact]
    public void The_condition_number_of_a_valley_behind_a_gap_is_found()
    {
        var condition = StochasticLanczos.Run(Matrix, new QuadratureOptions(Probes: 20, Steps: 100)).ConditionNumber(0.5);
        Assert.Equal(3.9, condition.Value, 0.05);
        Assert.True(condition.Bias < 0.5);
        Assert.True(double.IsNaN(Run(0).ConditionNumber(10).Value));
    }

    [Fact]
    public void A_density_is_that_of_the_eigenvalues_under_the_kernel()
    {
        const double Width = 0.1;
        var quadrature = StochasticLanczos.Run(Matrix, new QuadratureOptions(Probes: 40, Steps: 80));
        var density = SpectralDensity.Of(quadrature, Width, 400);
        var step = density.Grid[1] - density.Grid[0];
        Assert.Equal(1, density.Density.Sum() * step, 1e-5);
        Assert.Equal((40, 80, Width), (density.Probes, density.Steps, density.KernelWidth));
        for (var i = 0; i < density.Grid.Length; i++)
        {
            var expected = Spectrum.Average(x =>
                Math.Exp(-0.5 * Math.Pow((density.Grid[i] - x) / Width, 2)) / (Width * Math.Sqrt(2 * Math.PI)));
            Assert.InRange(expected - density.Density[i], -(5 * density.StandardError[i]) - 1e-6, (5 * density.StandardError[i]) + 1e-6);
        }
    }

    [Fact]
    public void Functions_without_a_value_are_refused()
    {
        var quadrature = Run(1);
        Assert.Contains(
            "shift of 0.5", Assert.Throws<ArgumentException>(() => quadrature.LogDeterminant(0.5)).Message, StringComparison.Ordinal);
        var zero = StochasticLanczos.Run(new DenseOperator(new double[9], 3), new QuadratureOptions(Probes: 2));
        Assert.Equal(new Estimate(0, 0, 0, 2), zero.Entropy());
        Assert.Throws<InvalidOperationException>(() => zero.NegativeMass());
        Assert.Throws<ArithmeticException>(() => StochasticLanczos.Run(new CombinedOperator(double.NaN, (1, Matrix))));
        foreach (var options in new[] { new QuadratureOptions(Probes: 1), new(Steps: 1), new(AtOnce: 0) })
        {
            Assert.Throws<ArgumentException>(() => StochasticLanczos.Run(Matrix, options));
        }
    }

    [Fact]
    public void Results_depend_neither_on_threads_nor_on_how_many_probes_go_side_by_side()
    {
        var expected = Run(3);
        foreach (var (threads, atOnce) in new[] { (1, 1), (2, 3), (3, 16) })
        {
            using var team = new WorkerTeam(threads);
            var quadrature = StochasticLanczos.Run(Matrix, new QuadratureOptions(16, 60, 3, atOnce), team);
            Assert.All(quadrature.Rules.Zip(expected.Rules), pair => Assert.Equal(pair.Second.Nodes, pair.First.Nodes));
        }
    }

    [Fact]
    public void Progress_is_told_to_the_end()
    {
        var told = new List<(int, int)>();
        StochasticLanczos.Run(Matrix, new QuadratureOptions(5, 10), progress: (done, all) => told.Add((done, all)));
        Assert.Equal(20, told.Count);
        Assert.Equal((4, 50), told[0]);
        Assert.Equal((50, 50), told[^1]);
    }

    private static SpectralQuadrature Run(ulong seed) => Runs.GetOrAdd(
        seed, _ => StochasticLanczos.Run(Matrix, new QuadratureOptions(Probes: 16, Steps: 60, Seed: seed)));
}
