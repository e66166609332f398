using FastCam.Video.Frames;

namespace FastCam.Edge.Sinks;

/// <summary>A frame's buffer of one's own, made anew when the size changes.</summary>
sealed class Canvas : IDisposable
{
    FramePool? _pool;
    Frame? _frame;

    /// <summary>The buffer of the size that was asked for last.</summary>
    public Frame Frame => _frame ?? throw new InvalidOperationException("No size was asked for yet.");

    public FrameFormat Format => Frame.Format;

    /// <summary>The buffer of a size; what it holds is kept while the size stays the same.</summary>
    public Frame Of(FrameFormat format)
    {
        if (_frame?.Format == format)
            return _frame;
        Dispose();
        _pool = new FramePool(format, 1);
        return _frame = _pool.Rent()!;
    }

    /// <summary>The same, in black.</summary>
    public Frame Black(FrameFormat format)
    {
        const byte Neutral = 128;
        var frame = Of(format);
        frame.Pixels[..format.LumaByteCount].Clear();
        frame.Pixels[format.LumaByteCount..].Fill(Neutral);
        return frame;
    }

    public void Dispose()
    {
        _frame?.Release();
        _pool?.Dispose();
        (_frame, _pool) = (null, null);
    }
}
