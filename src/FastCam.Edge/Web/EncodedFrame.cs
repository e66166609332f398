namespace FastCam.Edge.Web;

/// <summary>One picture as the page gets it, in a pooled buffer; the last release returns it to its pool.</summary>
sealed class EncodedFrame(EncodedFramePool pool)
{
    byte[] _buffer = [];
    int _length;
    int _leases;

    public long Sequence { get; set; }

    public ReadOnlyMemory<byte> Message => _buffer.AsMemory(0, _length);

    /// <summary>Room for a message; the buffer grows with the stream's largest frame and never shrinks.</summary>
    public Span<byte> Begin(int capacity)
    {
        if (_buffer.Length < capacity) _buffer = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        return _buffer;
    }

    public void End(int length) => _length = length;

    public void AddLease()
    {
        if (Interlocked.Increment(ref _leases) < 2) throw new InvalidOperationException("An encoded picture was leased after it was returned.");
    }

    public void Release()
    {
        var left = Interlocked.Decrement(ref _leases);
        if (left < 0) throw new InvalidOperationException("An encoded picture was returned twice.");
        if (left == 0) pool.Return(this);
    }

    internal void Start() => _leases = 1;
}

/// <summary>Encoded pictures in use by the hub and its viewers. It grows to at most two for each viewer and one more.</summary>
sealed class EncodedFramePool
{
    readonly Lock _gate = new();
    readonly Stack<EncodedFrame> _free = [];

    public EncodedFrame Rent()
    {
        lock (_gate)
        {
            var rented = _free.TryPop(out var free) ? free : new EncodedFrame(this);
            rented.Start();
            return rented;
        }
    }

    internal void Return(EncodedFrame picture)
    {
        lock (_gate) _free.Push(picture);
    }
}
