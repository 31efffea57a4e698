using Looped.Kernels;

namespace Looped.Autodiff;

/// <summary>
/// The exact full Hessian of an objective, forward over reverse, in chunks of directions. Each parameter has programs of
/// its own, since most of what its directions touch is zero upstream of it. Chunks are the unit of parallel work; an
/// evaluation allocates nothing.
/// </summary>
public sealed class HessianEvaluator : IParallelWork, IDisposable
{
    /// <summary>Directions of a chunk, where memory allows: tangents of small models then stay in the second-level cache.</summary>
    private const int UsualDirections = 24;

    /// <summary>Directions of a chunk where these leave notably fewer directions of the last chunks empty.</summary>
    private const int RoundDirections = 32;

    /// <summary>Chunks are multiples of the widest vector of float64.</summary>
    private const int DirectionsStep = 8;

    private readonly Objective _objective;
    private readonly WorkerTeam _team;
    private readonly List<Chunk> _chunks = [];
    private readonly Worker[] _workers;
    private readonly double[] _theta;
    private double[] _hessian = [];

    /// <summary>Compiles the Hessian of an objective.</summary>
    /// <param name="objective">What is differentiated twice.</param>
    /// <param name="backend">What runs it.</param>
    /// <param name="team">Who runs the chunks.</param>
    /// <param name="memoryBudget">Bytes that the compiled programs of all workers may take together.</param>
    /// <exception cref="InvalidOperationException">Not even the smallest chunk fits the budget.</exception>
    public HessianEvaluator(Objective objective, IBackend backend, WorkerTeam team, long memoryBudget = 1L << 31)
    {
        _objective = objective;
        _team = team;
        _theta = new double[objective.Layout.Size];
        var gradient = objective.Loss.Gradient();
        for (Directions = PreferredDirections(objective.Layout); ; Directions -= DirectionsStep)
        {
            _workers = [.. Enumerable.Range(0, team.Size)
                .Select(_ => new Worker(objective, gradient, Directions, backend))];
            Bytes = _workers.Sum(worker => worker.Bytes);
            if (Bytes <= memoryBudget)
            {
                break;
            }

            Dispose();
            if (Directions <= DirectionsStep)
            {
                throw new InvalidOperationException(
                    $"{Directions} directions of this Hessian need {Bytes} bytes, more than the budget of " +
                    $"{memoryBudget}: give smaller blocks of data");
            }
        }

        for (var g = 0; g < objective.Layout.Groups.Count; g++)
        {
            for (var start = 0; start < objective.Layout.Groups[g].Size; start += Directions)
            {
                _chunks.Add(new Chunk(g, start, Math.Min(Directions, objective.Layout.Groups[g].Size - start)));
            }
        }
    }

    /// <summary>Directions of one chunk.</summary>
    public int Directions { get; }

    /// <summary>Bytes of all compiled programs.</summary>
    public long Bytes { get; }

    /// <summary>The Hessian at theta, (P,P) row-major.</summary>
    /// <param name="theta">(P,).</param>
    /// <param name="hessian">(P,P); every element is written.</param>
    /// <exception cref="ArgumentException">Theta or the Hessian has another length.</exception>
    public void Evaluate(ReadOnlySpan<double> theta, double[] hessian)
    {
        _objective.Layout.Require(theta.Length, 1, nameof(theta));
        _objective.Layout.Require(hessian.Length, _theta.Length, nameof(hessian));
        theta.CopyTo(_theta);
        _hessian = hessian;
        _team.Run(this, _chunks.Count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var worker in _workers)
        {
            worker.Dispose();
        }
    }

    void IParallelWork.Run(int item, int worker) =>
        _workers[worker].Run(_chunks[item], _theta, _objective, _hessian);

    /// <summary>
    /// Every chunk costs what a full one costs, so parameters whose sizes are just above a multiple of the usual number
    /// are better served by the other: those of width 8, 64 elements, by 2 chunks of 32 instead of 3 of 24.
    /// </summary>
    private static int PreferredDirections(ParameterLayout layout)
    {
        return Padded(RoundDirections) < 0.95 * Padded(UsualDirections) ? RoundDirections : UsualDirections;

        int Padded(int directions) =>
            layout.Groups.Sum(group => (group.Size + directions - 1) / directions * directions);
    }

    /// <summary>Some directions of one parameter.</summary>
    private readonly record struct Chunk(int Group, int Start, int Count);

    /// <summary>One thread's programs, a parameter each, and its scratch.</summary>
    private sealed class Worker : IDisposable
    {
        private readonly int _directions;
        private readonly BoundProgram[] _programs;
        private readonly Executable.Slot[] _tangents;
        private readonly Executable.Slot[][] _columns;
        private readonly double[] _seed;
        private readonly double[] _block;

        public Worker(Objective objective, Program gradient, int directions, IBackend backend)
        {
            _directions = directions;
            var groups = objective.Layout.Groups;
            _programs =
            [
                .. groups.Select(group => new BoundProgram(
                    gradient.Jvp(directions, group.Name), objective.Layout, backend)),
            ];
            _tangents = [.. groups.Select((group, g) => _programs[g].Input($"tangent({group.Name})"))];
            _columns =
            [
                .. _programs.Select(program => groups
                    .Select(group => program.Output($"tangent(grad({group.Name}))")).ToArray()),
            ];
            var largest = groups.Max(group => group.Size) * directions;
            _seed = new double[largest];
            _block = new double[largest];
        }

        public long Bytes => _programs.Sum(program => program.Bytes);

        public void Run(Chunk chunk, double[] theta, Objective objective, double[] hessian)
        {
            var program = _programs[chunk.Group];
            var groups = objective.Layout.Groups;
            var seed = _seed.AsSpan(0, groups[chunk.Group].Size * _directions);
            seed.Clear();
            for (var k = 0; k < chunk.Count; k++)
            {
                seed[((chunk.Start + k) * _directions) + k] = 1;
            }

            _tangents[chunk.Group].Write<double>(seed);
            program.WriteTheta(theta);
            for (var b = 0; b < objective.Blocks.Count; b++)
            {
                program.Execute(objective.Blocks[b]);
                for (var g = 0; g < groups.Count; g++)
                {
                    var block = _block.AsSpan(0, groups[g].Size * _directions);
                    _columns[chunk.Group][g].Read(block);
                    var column = groups[chunk.Group].Offset + chunk.Start;
                    for (var row = 0; row < groups[g].Size; row++)
                    {
                        var source = block.Slice(row * _directions, chunk.Count);
                        var target = hessian.AsSpan(((groups[g].Offset + row) * theta.Length) + column, chunk.Count);
                        Put(source, target, accumulate: b > 0);
                    }
                }
            }
        }

        public void Dispose()
        {
            foreach (var program in _programs)
            {
                program.Dispose();
            }
        }

        private static void Put(ReadOnlySpan<double> source, Span<double> target, bool accumulate)
        {
            if (!accumulate)
            {
                source.CopyTo(target);
                return;
            }

            for (var i = 0; i < source.Length; i++)
            {
                target[i] += source[i];
            }
        }
    }
}
