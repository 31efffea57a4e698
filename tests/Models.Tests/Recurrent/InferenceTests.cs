using Looped.Kernels.Cpu;
using Looped.Models.Recurrent;
using Looped.Models.Tasks;

namespace Looped.Models.Tests.Recurrent;

public sealed class InferenceTests : IDisposable
{
    private const int Extra = 3;

    private readonly AlgorithmicTask _task = new Copy();
    private readonly double[][] _weights = RecurrentCase.Weights(8);
    private readonly TaskBatch _batch;
    private readonly LoopRunner _runner;

    public InferenceTests()
    {
        _batch = RecurrentCase.Batch(_task, 6, 4);
        _runner = new LoopRunner(RecurrentCase.Settings(1), _batch.Count, _batch.RowLength, new CpuBackend());
        _runner.Load([.. _weights.Select(array => Array.ConvertAll(array, weight => (float)weight))]);
    }

    public void Dispose() => _runner.Dispose();

    [Fact]
    public void Loop_by_loop_gives_the_logits_of_so_many_loops()
    {
        _runner.Begin(_batch.Tokens);
        for (var loop = 1; loop <= 5; loop++)
        {
            var logits = _runner.Next();
            for (var row = 0; row < _batch.Count; row++)
            {
                var plain = RecurrentCase.PlainLogits(_weights, _batch, row, loop).SelectMany(position => position).ToArray();
                var ours = _runner.Row(logits, row).ToArray();
                Assert.All(plain.Zip(ours), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
            }
        }
    }

    [Fact]
    public void Given_loops_are_each_rows_own_as_far_as_the_model_goes()
    {
        Assert.Equal(_batch.Loops, Loops(Inference.Read(_runner, _batch, StopRule.Given, int.MaxValue, Extra)));
        Assert.All(Loops(Inference.Read(_runner, _batch, StopRule.Sample, 1, Extra)), loop => Assert.Equal(1, loop));
        Assert.Equal(
            _batch.Loops.Select(loops => Math.Min(loops, 2)),
            Loops(Inference.Read(_runner, _batch, StopRule.Given, 2, Extra)));
    }

    [Fact]
    public void Each_sample_stops_where_it_is_surest_within_its_own_loops_and_some_more()
    {
        var readings = Inference.Read(_runner, _batch, StopRule.Sample, int.MaxValue, Extra);
        for (var row = 0; row < _batch.Count; row++)
        {
            var entropies = Enumerable.Range(1, _batch.Loops[row] + Extra).Select(loop => SelfEntropy(row, loop)).ToList();
            Assert.Equal(1 + entropies.IndexOf(entropies.Min()), readings[row].Loop);
            Assert.Equal(entropies.Min(), readings[row].Score.SelfEntropy, 1e-4);
        }
    }

    [Fact]
    public void A_batch_stops_where_it_is_surest_in_the_mean()
    {
        var readings = Inference.Read(_runner, _batch, StopRule.Batch, int.MaxValue, Extra);
        var means = Enumerable.Range(1, 4 + Extra)
            .Select(loop => Enumerable.Range(0, _batch.Count).Average(row => SelfEntropy(row, loop))).ToList();
        Assert.All(readings, reading => Assert.Equal(1 + means.IndexOf(means.Min()), reading.Loop));
    }

    /// <summary>More lengths than programs are kept for, twice: those that were dropped come back with the same bits.</summary>
    [Fact]
    public void An_evaluator_reads_any_number_of_lengths()
    {
        using var evaluator = new Evaluator(
            RecurrentCase.Settings(1),
            _task,
            [.. _weights.Select(array => Array.ConvertAll(array, weight => (float)weight))],
            new CpuBackend());
        var stream = new TaskStream(_task, 1, "tests");
        var first = Read();
        Assert.Equal(first, Read());
        Assert.Equal(15, first.Distinct().Count());

        List<Evaluation> Read() =>
        [
            .. Enumerable.Range(1, 15).Select(length =>
                Evaluation.Of(evaluator.Read(stream.OfLength(0, 2, length), StopRule.Given, int.MaxValue))),
        ];
    }

    private static IEnumerable<int> Loops(Reading[] readings) => readings.Select(reading => reading.Loop);

    /// <summary>By the plain decoder: the mean over scored positions of minus the logarithm of the greatest probability.</summary>
    private double SelfEntropy(int row, int loop) => RecurrentCase.PlainLogits(_weights, _batch, row, loop)
        .Where((_, i) => _batch.Targets[(row * _batch.RowLength) + i] >= 0)
        .Average(position => -Math.Log(position.Max(Math.Exp) / position.Sum(Math.Exp)));
}
