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
/// </summary>
public sealed class WorkerTeam : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly SemaphoreSlim _done = new(0);
    private readonly Thread[] _threads;
    private IParallelWork? _work;
    private int _items;
    private int _next;
    private Exception? _failure;
    private volatile bool _stopping;

    /// <summary>A team of a given size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    public WorkerTeam(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        _threads = new Thread[size - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var worker = i + 1;
            _threads[i] = new Thread(() => Wait(worker)) { IsBackground = true, Name = $"worker {worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Number of threads, the calling one included.</summary>
    public int Size => _threads.Length + 1;

    /// <summary>Does all pieces 0 .. <paramref name="items"/> - 1 and returns when the last is done.</summary>
    public void Run(IParallelWork work, int items)
    {
        lock (_gate)
        {
            (_work, _items, _next, _failure) = (work, items, 0, null);
            var helpers = Math.Min(_threads.Length, items - 1);
            if (helpers > 0)
            {
                _wake.Release(helpers);
            }

            TakeItems(worker: 0);
            for (var i = 0; i < helpers; i++)
            {
                _done.Wait();
            }

            _work = null;
            if (_failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
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
        if (_threads.Length > 0)
        {
            _wake.Release(_threads.Length);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _wake.Dispose();
        _done.Dispose();
    }

    private void Wait(int worker)
    {
        while (true)
        {
            _wake.Wait();
            if (_stopping)
            {
                return;
            }

            TakeItems(worker);
            _done.Release();
        }
    }

    private void TakeItems(int worker)
    {
        try
        {
            for (var item = Interlocked.Increment(ref _next) - 1; item < _items; item = Interlocked.Increment(ref _next) - 1)
            {
                _work!.Run(item, worker);
            }
        }
        catch (Exception failure)
        {
            // The first failure is thrown to the caller; what is left is abandoned.
            Interlocked.CompareExchange(ref _failure, failure, null);
            Interlocked.Exchange(ref _next, _items);
        }
    }
}
