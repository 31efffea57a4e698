using Looped.Kernels;

namespace Looped.Autodiff;

/// <summary>
/// The exact full Hessian of an objective, forward over reverse, in chunks of directions. Each parameter has programs of
/// its own, since most of what its directions touch is zero upstream of it, and gives only the rows from itself on;
/// symmetry gives the others. Chunks are the unit of parallel work; an evaluation allocates nothing.
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
                .. groups.Select((group, g) => new BoundProgram(
                    LowerRows(gradient, g).Jvp(directions, group.Name), objective.Layout, backend)),
            ];
            _tangents = [.. groups.Select((group, g) => _programs[g].Input($"tangent({group.Name})"))];
            _columns =
            [
                .. _programs.Select((program, g) => groups
                    .Skip(g).Select(group => program.Output($"tangent(grad({group.Name}))")).ToArray()),
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
            var column = groups[chunk.Group].Offset + chunk.Start;
            for (var b = 0; b < objective.Blocks.Count; b++)
            {
                program.Execute(objective.Blocks[b]);
                for (var g = chunk.Group; g < groups.Count; g++)
                {
                    var block = _block.AsSpan(0, groups[g].Size * _directions);
                    _columns[chunk.Group][g - chunk.Group].Read(block);
                    Put(block, groups[g], chunk, column, theta.Length, hessian, accumulate: b > 0);
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

        /// <summary>
        /// The gradient in a parameter and those after it: what its directions would give in those before it, symmetry
        /// gives from theirs.
        /// </summary>
        private static Program LowerRows(Program gradient, int group) =>
            new(gradient.Inputs, [.. gradient.Outputs.Skip(group)]);

        /// <summary>
        /// Puts the columns of a chunk into the rows of one parameter, and, below the diagonal block, as rows into the
        /// columns of that parameter.
        /// </summary>
        private void Put(
            ReadOnlySpan<double> block,
            ParameterGroup rows,
            Chunk chunk,
            int column,
            int size,
            double[] hessian,
            bool accumulate)
        {
            var isBelowDiagonal = column < rows.Offset;
            for (var row = 0; row < rows.Size; row++)
            {
                for (var k = 0; k < chunk.Count; k++)
                {
                    ref var element = ref hessian[((rows.Offset + row) * size) + column + k];
                    element = block[(row * _directions) + k] + (accumulate ? element : 0);
                    if (isBelowDiagonal)
                    {
                        hessian[((column + k) * size) + rows.Offset + row] = element;
                    }
                }
            }
        }
    }
}
