using System.Runtime.ExceptionServices;

namespace FastCam.Edge.Images;

/// <summary>Does numbered pieces of work on several threads and passes the results on in order, so that the output does not depend on the threads.</summary>
sealed class OrderedWork<TResult>(int count, Action<int, TResult> inOrder, CancellationToken stop)
{
    /// <summary>The number of pieces that may be done ahead of the one that is due; it bounds how many results wait.</summary>
    const int Ahead = 32;

    readonly object _gate = new(); // A Lock cannot be waited on, and a worker that is too far ahead waits.
    readonly Dictionary<int, TResult> _waiting = [];
    ExceptionDispatchInfo? _failure;
    int _next;
    int _due;

    /// <summary>Runs until everything is done, something fails, or a stop is requested; pieces that have begun are finished.</summary>
    /// <param name="workers">Each does the piece with the given number; each runs on a thread of its own.</param>
    /// <exception cref="Exception">The first failure of a worker.</exception>
    public void Run(IReadOnlyList<Func<int, TResult>> workers)
    {
        var threads = workers.Skip(1).Select(worker => new Thread(() => Work(worker)) { IsBackground = true, Name = "worker" }).ToList();
        foreach (var thread in threads)
            thread.Start();
        Work(workers[0]);
        foreach (var thread in threads)
            thread.Join();
        _failure?.Throw();
    }

    void Work(Func<int, TResult> worker)
    {
        while (Take() is { } index)
        {
            try
            {
                Deliver(index, worker(index));
            }
            catch (Exception error)
            {
                lock (_gate)
                {
                    _failure ??= ExceptionDispatchInfo.Capture(error);
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }

    int? Take()
    {
        lock (_gate)
        {
            while (_failure is null && _next < count && _next >= _due + Ahead)
                Monitor.Wait(_gate);
            return _failure is null && _next < count && !stop.IsCancellationRequested ? _next++ : null;
        }
    }

    void Deliver(int index, TResult result)
    {
        lock (_gate)
        {
            _waiting.Add(index, result);
            for (; _waiting.Remove(_due, out var due); _due++)
                inOrder(_due, due);
            Monitor.PulseAll(_gate);
        }
    }
}
