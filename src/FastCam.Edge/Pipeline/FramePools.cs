using FastCam.Video.Frames;

namespace FastCam.Edge.Pipeline;

/// <summary>The pool for the stream's present frame size, made when the stream starts and when its size changes. One thread rents from it.</summary>
/// <param name="capacity">The number of frames of one size.</param>
/// <param name="patience">How long to wait for a frame to come back before it is taken for lost.</param>
sealed class FramePools(int capacity, TimeSpan patience) : IDisposable
{
    volatile FramePool? _present;

    public int Capacity => capacity;

    /// <summary>
    /// Returns the pool for a frame size. When the size changes, it first waits until every frame of the old size is back, so that memory
    /// stays bounded.
    /// </summary>
    public FramePool For(FrameFormat format)
    {
        if (_present is { } pool)
        {
            if (pool.Format == format)
                return pool;
            Drain();
            pool.Dispose();
        }
        return _present = new FramePool(format, capacity);
    }

    /// <summary>Rents a frame of the present size; it waits until one is back.</summary>
    /// <exception cref="LedgerException">No frame came back in time: the frames were lost on the way.</exception>
    public Frame Rent() => _present!.Rent(patience)
        ?? throw new LedgerException($"No frame came back within {patience.TotalSeconds:F0} s. {string.Join(" ", Leaks().Take(3))}");

    /// <summary>Returns a sentence for each frame that was not given back.</summary>
    public IReadOnlyList<string> Leaks() => _present?.DescribeOutstanding() ?? [];

    public void Dispose() => _present?.Dispose();

    /// <summary>Waits until every frame is back: who holds all of them knows that nobody else holds one.</summary>
    void Drain()
    {
        var held = new List<Frame>();
        try
        {
            while (held.Count < capacity)
                held.Add(Rent());
        }
        finally
        {
            foreach (var frame in held)
                frame.Release();
        }
    }
}
