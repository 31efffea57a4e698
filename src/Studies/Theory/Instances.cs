namespace Looped.Studies.Theory;

/// <summary>Runs many independent instances on several threads.</summary>
internal static class Instances
{
    /// <summary>The results in the order of the instances, whatever the number of threads.</summary>
    /// <param name="count">Number of instances.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="run">The result of an instance, of its number alone.</param>
    /// <param name="done">Told after each instance.</param>
    /// <param name="cancellation">Stops between instances.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static T[] Run<T>(int count, int threads, Func<int, T> run, Action done, CancellationToken cancellation)
    {
        var results = new T[count];
        Parallel.For(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            i =>
            {
                results[i] = run(i);
                done();
            });
        return results;
    }
}
