using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace FastCam.Video.Frames;

/// <summary>
/// A fixed number of frame buffers of one format, all made at construction: the bound on memory, and in every-frame
/// mode the back-pressure on the source. Thread-safe; renting and returning allocate nothing.
/// </summary>
public sealed class FramePool : IDisposable
{
    readonly object _gate = new(); // a blocked Rent waits on it, which a Lock does not allow
    readonly Frame[] _frames;
    readonly Frame[] _free;
    int _freeCount;
    int _outstanding;
    bool _closed;
    bool _disposed;

    /// <summary>Makes <paramref name="capacity"/> buffers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Width, height or capacity is below 1, or the size is above 8192×8192.</exception>
    public FramePool(FrameFormat format, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(format.Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(format.Height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(format.Width, FrameFormat.MaximumWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(format.Height, FrameFormat.MaximumHeight);
        Format = format;
        _frames = new Frame[capacity];
        for (var i = 0; i < capacity; i++)
            _frames[i] = new Frame(this, format);
        _free = [.. _frames];
        _freeCount = capacity;
    }

    /// <summary>Size and layout of every buffer.</summary>
    public FrameFormat Format { get; }

    /// <summary>How many buffers there are.</summary>
    public int Capacity => _frames.Length;

    /// <summary>How many buffers are rented and not yet returned; counted at rent and return.</summary>
    public int Outstanding
    {
        get
        {
            lock (_gate)
                return _outstanding;
        }
    }

    /// <summary>Rents a frame with one lease if one is free now and the pool is open.</summary>
    public bool TryRent([NotNullWhen(true)] out Frame? frame)
    {
        lock (_gate)
        {
            frame = _closed || _freeCount == 0 ? null : Take();
            return frame is not null;
        }
    }

    /// <summary>Rents a frame with one lease, waiting until one is free.</summary>
    /// <param name="patience">How long to wait; null: for ever.</param>
    /// <returns>Null once <see cref="Close"/> was called, or when the time is over.</returns>
    public Frame? Rent(TimeSpan? patience = null)
    {
        var start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (_freeCount == 0 && !_closed)
            {
                var left = patience is { } limit ? limit - Stopwatch.GetElapsedTime(start) : Timeout.InfiniteTimeSpan;
                if (patience is not null && left <= TimeSpan.Zero)
                    return null;
                Monitor.Wait(_gate, left);
            }

            return _closed ? null : Take();
        }
    }

    /// <summary>Rents no more and wakes every blocked <see cref="Rent"/>. Frames that are out still come back.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Returns one sentence for each frame that is out: its sequence number, the stage it was last in, and its leases. Empty when none leaked.
    /// </summary>
    public IReadOnlyList<string> DescribeOutstanding()
    {
        var sentences = new List<string>();
        foreach (var frame in _frames)
        {
            var leases = frame.Leases;
            if (leases == 0)
                continue;
            var many = leases == 1 ? "" : "s";
            sentences.Add($"Frame {frame.Sequence} was not given back ({leases} lease{many}, last seen at stage {frame.Stage}).");
        }

        return sentences;
    }

    /// <summary>Closes the pool and frees its buffers; one that is still leased is freed by its last release.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            Close();
            while (_freeCount > 0)
                _free[--_freeCount].Free();
        }
    }

    internal void Return(Frame frame)
    {
        lock (_gate)
        {
            _outstanding--;
            if (_disposed)
            {
                frame.Free();
                return;
            }

            _free[_freeCount++] = frame;
            Monitor.Pulse(_gate);
        }
    }

    Frame Take()
    {
        var frame = _free[--_freeCount];
        _outstanding++;
        frame.StartLease();
        return frame;
    }
}
