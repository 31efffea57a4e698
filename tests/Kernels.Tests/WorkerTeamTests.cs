namespace Looped.Kernels.Tests;

public class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_piece_is_done_once_however_often_the_team_is_used(int size)
    {
        using var team = new WorkerTeam(size);
        Assert.Equal(size, team.Size);
        foreach (var items in (int[])[0, 1, 2, 3, 4, 5, 100, 7, 1, 0, 1000])
        {
            var work = new Counting(items, size);
            team.Run(work, items);
            Assert.All(work.Done, count => Assert.Equal(1, count));
            Assert.Equal(0, work.StrangeWorkers);
        }
    }

    /// <summary>Whoever is still looking for pieces of one round must not take one of the next before it has begun.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Rounds_of_changing_length_follow_each_other_at_once(int size)
    {
        using var team = new WorkerTeam(size);
        var (few, many) = (new Counting(2, size), new Counting(20, size));
        const int Rounds = 50_000;
        for (var round = 0; round < Rounds; round++)
        {
            team.Run(few, 2);
            team.Run(many, 20);
        }

        Assert.All(few.Done.Concat(many.Done), count => Assert.Equal(Rounds, count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_worker_does_one_piece_at_a_time(int size)
    {
        using var team = new WorkerTeam(size);
        var work = new Exclusive(size);
        team.Run(work, 2000);
        Assert.Equal(0, work.Collisions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void The_first_failure_reaches_the_caller_and_the_team_stays_usable(int size)
    {
        using var team = new WorkerTeam(size);
        for (var round = 0; round < 20; round++)
        {
            var failure = Assert.Throws<InvalidDataException>(() => team.Run(new Failing(13), 50));
            Assert.Equal("piece 13", failure.Message);

            var work = new Counting(50, size);
            team.Run(work, 50);
            Assert.All(work.Done, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void A_team_has_at_least_one_thread() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(0));

    [Fact]
    public void A_team_may_be_disposed_twice()
    {
        var team = new WorkerTeam(2);
        team.Dispose();
        team.Dispose();
    }

    private sealed class Counting(int items, int size) : IParallelWork
    {
        private int _strange;

        public int[] Done { get; } = new int[items];

        public int StrangeWorkers => _strange;

        public void Run(int item, int worker)
        {
            Interlocked.Increment(ref Done[item]);
            if (worker < 0 || worker >= size)
            {
                Interlocked.Increment(ref _strange);
            }
        }
    }

    private sealed class Exclusive(int size) : IParallelWork
    {
        private readonly int[] _busy = new int[size];
        private int _collisions;

        public int Collisions => _collisions;

        public void Run(int item, int worker)
        {
            if (Interlocked.Increment(ref _busy[worker]) != 1)
            {
                Interlocked.Increment(ref _collisions);
            }

            Thread.SpinWait(50);
            Interlocked.Decrement(ref _busy[worker]);
        }
    }

    private sealed class Failing(int piece) : IParallelWork
    {
        public void Run(int item, int worker)
        {
            if (item == piece)
            {
                throw new InvalidDataException($"piece {item}");
            }
        }
    }
}
