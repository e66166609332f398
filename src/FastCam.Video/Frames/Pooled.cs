using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace FastCam.Video.Frames;

/// <summary>
/// What several holders use at once, each with a lease that it releases once. The last release returns it to its <see cref="Pool{T}"/>, and what
/// is back there cannot be leased again by somebody who still knows it.
/// </summary>
/// <typeparam name="T">The type itself.</typeparam>
public abstract class Pooled<T> where T : Pooled<T>
{
    readonly List<string> _lessees = [];
    Pool<T>? _pool;
    int _leases;

    internal int Leases => Volatile.Read(ref _leases);

    /// <summary>What it is and where it was last seen, as <c>Frame 17, last seen at stage Overlay,</c>: the subject of an error's sentence.</summary>
    protected abstract string Description { get; }

    /// <summary>Takes one more lease on what is leased already.</summary>
    /// <exception cref="InvalidOperationException">It is back in its pool.</exception>
    public void AddLease()
    {
        Change(+1);
        if (_pool!.NamesLessees)
            NameLessee();
    }

    /// <summary>Gives one lease back; the last one returns it to its pool.</summary>
    /// <exception cref="InvalidOperationException">It was released more often than leased.</exception>
    public void Release()
    {
        if (Change(-1) == 0)
            _pool!.Return((T)this);
    }

    /// <summary>Frees what the garbage collector does not.</summary>
    protected internal virtual void Free()
    {
    }

    /// <summary>Begins the first lease; the pool alone calls it.</summary>
    internal void StartLease(Pool<T> pool)
    {
        _pool = pool;
        lock (_lessees)
            _lessees.Clear();
        Volatile.Write(ref _leases, 1);
        if (pool.NamesLessees)
            NameLessee();
    }

    /// <summary>Returns a sentence about leases that were not given back.</summary>
    internal string DescribeLeak()
    {
        var leases = Leases;
        string lessees;
        lock (_lessees)
            lessees = _lessees.Count == 0 ? "" : $", taken by {string.Join(", ", _lessees)}";
        return $"{Description} was not given back ({leases} lease{(leases == 1 ? "" : "s")}{lessees}).";
    }

    int Change(int by)
    {
        while (true)
        {
            var leases = Volatile.Read(ref _leases);
            if (leases <= 0)
            {
                var what = by > 0 ? "leased after its return to the pool" : "released more often than leased";
                throw new InvalidOperationException($"{Description} was {what}.");
            }
            if (Interlocked.CompareExchange(ref _leases, leases + by, leases) == leases)
                return leases + by;
        }
    }

    /// <summary>Writes down the first caller that is no part of the pool.</summary>
    void NameLessee()
    {
        var callers = new StackTrace().GetFrames().Select(frame => frame.GetMethod());
        var caller = callers.FirstOrDefault(method => method?.DeclaringType is { } type && !IsOfThePool(type));
        lock (_lessees)
            _lessees.Add($"{caller?.DeclaringType?.Name}.{caller?.Name}");

        static bool IsOfThePool(Type type) => type.IsAssignableTo(typeof(Pooled<T>)) || type.IsAssignableTo(typeof(Pool<T>))
            || type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Pooled<>) || type.GetGenericTypeDefinition() == typeof(Pool<>));
    }
}

/// <summary>
/// A bound on memory, and where frames are concerned the back-pressure on the source: a number of things that are made once and rented again and
/// again. Thread-safe; renting and returning allocate nothing.
/// </summary>
/// <typeparam name="T">What it holds.</typeparam>
public class Pool<T> : IDisposable where T : Pooled<T>
{
    readonly object _gate = new(); // A blocked Rent waits on it, which a Lock does not allow.
    readonly List<T> _all;
    readonly Stack<T> _free;
    readonly Func<T>? _grow;
    bool _closed;
    bool _disposed;

    /// <summary>Makes all that it will ever hold.</summary>
    /// <param name="capacity">How many; 1 or more.</param>
    /// <param name="create">Makes one.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is below 1.</exception>
    public Pool(int capacity, Func<T> create)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _all = new List<T>(capacity);
        try
        {
            while (_all.Count < capacity)
                _all.Add(create());
        }
        catch
        {
            foreach (var item in _all)
                item.Free();
            throw;
        }
        _free = new Stack<T>(_all);
    }

    /// <summary>Makes one whenever none is free: it grows to the most that are in use at once.</summary>
    /// <param name="create">Makes one.</param>
    public Pool(Func<T> create) => (_all, _free, _grow) = ([], [], create);

    /// <summary>How many there are.</summary>
    public int Capacity
    {
        get
        {
            lock (_gate)
                return _all.Count;
        }
    }

    /// <summary>How many are rented and not yet returned.</summary>
    public int Outstanding
    {
        get
        {
            lock (_gate)
                return _all.Count - _free.Count;
        }
    }

    /// <summary>Whether a leak's sentence says who took each lease; by default in a debug build alone, since it costs a look at the stack each time.</summary>
    internal bool NamesLessees { get; init; }
#if DEBUG
        = true;
#endif

    /// <summary>Rents with one lease if one is free now and the pool is open.</summary>
    public bool TryRent([NotNullWhen(true)] out T? rented)
    {
        lock (_gate)
            return TryTake(out rented);
    }

    /// <summary>Rents with one lease, waiting until one is free.</summary>
    /// <param name="patience">How long to wait; null: for ever.</param>
    /// <returns>Null once <see cref="Close"/> was called, or when the time is over.</returns>
    public T? Rent(TimeSpan? patience = null)
    {
        var start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            T? rented;
            while (!TryTake(out rented) && !_closed)
            {
                var left = patience is { } limit ? limit - Stopwatch.GetElapsedTime(start) : Timeout.InfiniteTimeSpan;
                if (patience is not null && left <= TimeSpan.Zero)
                    return null;
                Monitor.Wait(_gate, left);
            }
            return rented;
        }
    }

    /// <summary>Rents no more and wakes every blocked <see cref="Rent"/>. What is out still comes back.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Returns one sentence for each that is out: what it is, its leases, and in a debug build who ever took one of them. Empty when none leaked.
    /// </summary>
    public IReadOnlyList<string> DescribeOutstanding()
    {
        lock (_gate)
            return [.. _all.Where(item => item.Leases > 0).Select(item => item.DescribeLeak())];
    }

    /// <summary>Closes the pool and frees what it holds; what is still leased is freed by its last release.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            Close();
            foreach (var item in _free)
                item.Free();
        }
    }

    internal void Return(T item)
    {
        lock (_gate)
        {
            _free.Push(item);
            if (_disposed)
                item.Free();
            else
                Monitor.Pulse(_gate);
        }
    }

    bool TryTake([NotNullWhen(true)] out T? rented)
    {
        rented = null;
        if (_closed)
            return false;
        if (!_free.TryPop(out rented))
        {
            if (_grow is null)
                return false;
            rented = _grow();
            _all.Add(rented);
        }
        rented.StartLease(this);
        return true;
    }
}
