using System.Runtime.ExceptionServices;

namespace Looped.Kernels;

/// <summary>Numbered pieces of work that may run at the same time.</summary>
public interface IParallelWork
{
    /// <summary>Does one piece.</summary>
    /// <param name="item">Which piece. What it computes must depend on this alone.</param>
    /// <param name="worker">Who does it, below the team's size: chooses scratch memory, never results.</param>
    void Run(int item, int worker);
}

/// <summary>
/// A few threads that wait for work, the calling one among them. Handing out work allocates nothing; pieces go to
/// whoever is free, so work must put results in places of its own for each piece, to be combined in order afterwards.
/// A thread that runs out of work looks for more for a moment before it sleeps, so that bursts of short work find it awake.
/// A team that is busy, with another caller or with the piece that calls, leaves all pieces to the caller.
/// </summary>
public sealed class WorkerTeam : IDisposable
{
    /// <summary>
    /// Looks for new work before a thread sleeps: about a fifth of a millisecond. Awake it starts within a third of a
    /// microsecond, asleep after eight.
    /// </summary>
    private const int Patience = 1000;

    /// <summary>Bits of a ticket that count pieces; those above count rounds.</summary>
    private const int ItemBits = 32;

    private readonly Helper[] _helpers;
    private readonly SemaphoreSlim _finished = new(0);
    private IParallelWork? _work;
    private int _items;

    // The round and the next piece in one number, so that nobody takes a piece of a round other than the one he saw.
    private long _ticket;
    private int _left;
    private int _callerSleeps;
    private int _busy;
    private Exception? _failure;
    private volatile bool _stopping;

    /// <summary>A team of a given size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    public WorkerTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        _helpers = new Helper[size - 1];
        for (var i = 0; i < _helpers.Length; i++)
        {
            var helper = new Helper();
            var worker = i + 1;
            helper.Thread = new Thread(() => Serve(helper, worker)) { IsBackground = true, Name = $"worker {worker}" };
            _helpers[i] = helper;
            helper.Thread.Start();
        }
    }

    /// <summary>Number of threads, the calling one included.</summary>
    public int Size => _helpers.Length + 1;

    /// <summary>Does all pieces 0 .. <paramref name="items"/> - 1 and returns when the last is done.</summary>
    public void Run(IParallelWork work, int items)
    {
        if (items <= 1 || _helpers.Length == 0 || Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
        {
            for (var item = 0; item < items; item++)
            {
                work.Run(item, worker: 0);
            }

            return;
        }

        // A round without pieces comes first: whoever still looks for pieces of the last one must not take one of these
        // between the change of their number and that of the round.
        var closed = (Volatile.Read(ref _ticket) >> ItemBits) + 1;
        Interlocked.Exchange(ref _ticket, (closed << ItemBits) | int.MaxValue);
        (_work, _items, _left, _failure) = (work, items, items, null);
        var round = closed + 1;
        Interlocked.Exchange(ref _ticket, round << ItemBits);
        for (var i = 0; i < Math.Min(_helpers.Length, items - 1); i++)
        {
            _helpers[i].Wake();
        }

        TakeItems(round, worker: 0);
        AwaitOthers();
        var failure = _failure;
        (_work, _failure) = (null, null);
        Volatile.Write(ref _busy, 0);
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        foreach (var helper in _helpers)
        {
            helper.Wake();
            helper.Thread!.Join();
            helper.Called.Dispose();
        }

        _finished.Dispose();
    }

    private void Serve(Helper helper, int worker)
    {
        var seen = 0L;
        while (true)
        {
            var round = AwaitRound(helper, seen);
            if (_stopping)
            {
                return;
            }

            TakeItems(round, worker);
            seen = round;
        }
    }

    /// <summary>The number of a round after one, or any when the team stops.</summary>
    private long AwaitRound(Helper helper, long seen)
    {
        while (true)
        {
            for (var look = 0; look < Patience; look++)
            {
                var round = Volatile.Read(ref _ticket) >> ItemBits;
                if (round != seen || _stopping)
                {
                    return round;
                }

                Thread.SpinWait(1);
            }

            // Whoever starts a round after this line sees the sleeper; a round started before it is seen here.
            Interlocked.Exchange(ref helper.Sleeps, 1);
            var isCalled = Volatile.Read(ref _ticket) >> ItemBits != seen || _stopping;
            if (!isCalled || Interlocked.CompareExchange(ref helper.Sleeps, 0, 1) == 0)
            {
                helper.Called.Wait();
            }
        }
    }

    private void TakeItems(long round, int worker)
    {
        while (true)
        {
            var ticket = Volatile.Read(ref _ticket);
            var item = (int)ticket;
            if (ticket >> ItemBits != round || item >= Volatile.Read(ref _items))
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) != ticket)
            {
                continue;
            }

            try
            {
                // After a failure what is left is abandoned.
                if (Volatile.Read(ref _failure) is null)
                {
                    _work!.Run(item, worker);
                }
            }
            catch (Exception failure)
            {
                Interlocked.CompareExchange(ref _failure, failure, null);
            }

            if (Interlocked.Decrement(ref _left) == 0 && Interlocked.CompareExchange(ref _callerSleeps, 0, 1) == 1)
            {
                _finished.Release();
            }
        }
    }

    /// <summary>Returns when the pieces that others took are done.</summary>
    private void AwaitOthers()
    {
        for (var look = 0; look < Patience; look++)
        {
            if (Volatile.Read(ref _left) == 0)
            {
                return;
            }

            Thread.SpinWait(1);
        }

        Interlocked.Exchange(ref _callerSleeps, 1);
        if (Volatile.Read(ref _left) != 0 || Interlocked.CompareExchange(ref _callerSleeps, 0, 1) == 0)
        {
            _finished.Wait();
        }
    }

    /// <summary>A thread of the team other than the caller's.</summary>
    private sealed class Helper
    {
        /// <summary>1 while the thread sleeps, or is about to, and nobody has called it.</summary>
        public int Sleeps;

        public SemaphoreSlim Called { get; } = new(0);

        public Thread? Thread { get; set; }

        public void Wake()
        {
            if (Interlocked.CompareExchange(ref Sleeps, 0, 1) == 1)
            {
                Called.Release();
            }
        }
    }
}
