using System.Runtime.ExceptionServices;

namespace FastCam.Edge.Tiles;

/// <summary>Shares the tiles of a row among threads.</summary>
static class TileWorkers
{
    /// <summary>Does the work for each tile once, on as many threads as there are workers. What the work throws is thrown as it is.</summary>
    /// <param name="workers">The workers; one thread at a time uses each.</param>
    /// <param name="tiles">The number of tiles.</param>
    /// <param name="work">The work, given a worker and a tile.</param>
    /// <param name="stop">Asks for an early end.</param>
    /// <exception cref="OperationCanceledException">The end was asked for.</exception>
    public static void Run<T>(IReadOnlyList<T> workers, int tiles, Action<T, int> work, CancellationToken stop)
    {
        var next = -1;
        try
        {
            Parallel.For(0, workers.Count, new ParallelOptions { MaxDegreeOfParallelism = workers.Count }, worker =>
            {
                for (var tile = Interlocked.Increment(ref next); tile < tiles && !stop.IsCancellationRequested; tile = Interlocked.Increment(ref next))
                    work(workers[worker], tile);
            });
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }
        stop.ThrowIfCancellationRequested();
    }
}
