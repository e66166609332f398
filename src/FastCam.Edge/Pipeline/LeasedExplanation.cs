using FastCam.Onnx.Explanation;

namespace FastCam.Edge.Pipeline;

/// <summary>An explanation that several stages hold at once; the last release returns it to its pool.</summary>
sealed class LeasedExplanation(FrameExplanation value, ExplanationPool pool)
{
    int _leases;

    public FrameExplanation Value { get; } = value;

    public void AddLease()
    {
        if (Interlocked.Increment(ref _leases) < 2)
            throw new InvalidOperationException("An explanation was leased after it was returned.");
    }

    public void Release()
    {
        var left = Interlocked.Decrement(ref _leases);
        if (left < 0)
            throw new InvalidOperationException("An explanation was returned twice.");
        if (left == 0)
            pool.Return(this);
    }

    internal void Start() => _leases = 1;
}

/// <summary>A pool of a fixed number of explanations. Renting waits until one is free, and allocates nothing.</summary>
sealed class ExplanationPool
{
    readonly Lock _gate = new();
    readonly SemaphoreSlim _available;
    readonly Stack<LeasedExplanation> _free;
    readonly int _capacity;

    public ExplanationPool(int capacity, Func<FrameExplanation> create)
    {
        _available = new SemaphoreSlim(capacity);
        _free = new Stack<LeasedExplanation>(capacity);
        _capacity = capacity;
        for (var i = 0; i < capacity; i++)
            _free.Push(new LeasedExplanation(create(), this));
    }

    /// <summary>Returns a sentence if explanations were not given back.</summary>
    public IReadOnlyList<string> Leaks()
    {
        lock (_gate)
            return _free.Count == _capacity ? [] : [$"{_capacity - _free.Count} of {_capacity} explanations were not given back."];
    }

    public LeasedExplanation Rent()
    {
        _available.Wait();
        lock (_gate)
        {
            var rented = _free.Pop();
            rented.Start();
            return rented;
        }
    }

    internal void Return(LeasedExplanation explanation)
    {
        lock (_gate)
            _free.Push(explanation);
        _available.Release();
    }
}
