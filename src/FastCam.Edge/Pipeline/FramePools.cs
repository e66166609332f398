using FastCam.Video;

namespace FastCam.Edge.Pipeline;

/// <summary>The pool of the stream's present frame size, made when the stream starts or changes size. One thread asks for it.</summary>
sealed class FramePools(int capacity) : IDisposable
{
    volatile FramePool? _present;

    public int Capacity => capacity;

    /// <summary>The pool for a frame size. On a change of size it first waits until every frame of the old size is back, so that memory stays bounded.</summary>
    public FramePool For(FrameFormat format)
    {
        if (_present is { } pool)
        {
            if (pool.Format == format) return pool;
            Drain(pool);
            pool.Dispose();
        }
        return _present = new FramePool(format, capacity);
    }

    /// <summary>A sentence for each frame that was not given back.</summary>
    public IReadOnlyList<string> Leaks() => _present?.DescribeOutstanding() ?? [];

    public void Dispose() => _present?.Dispose();

    /// <summary>Holding all frames is knowing that nobody else holds one.</summary>
    static void Drain(FramePool pool)
    {
        var held = new List<Frame>();
        while (held.Count < pool.Capacity && pool.Rent() is { } frame) held.Add(frame);
        foreach (var frame in held) frame.Release();
    }
}
