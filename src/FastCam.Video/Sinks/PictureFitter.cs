using FastCam.Video.Frames;

namespace FastCam.Video.Sinks;

/// <summary>
/// Brings pictures of any size to one size, whole and undistorted, on black: scaled bilinearly, from the centres of samples.
/// Work buffers are made when the size of what comes changes, and at no other time.
/// </summary>
sealed class PictureFitter
{
    const byte Black = 0, Neutral = 128;

    readonly FrameFormat _to;
    readonly byte[] _pixels;
    FrameFormat _from;
    PlaneScaler? _luma;
    PlaneScaler? _chroma;

    /// <param name="to">The size of what comes out.</param>
    public PictureFitter(FrameFormat to)
    {
        _to = to;
        _pixels = new byte[to.ByteCount];
    }

    /// <param name="from">The size of the picture.</param>
    /// <param name="pixels">Its three planes.</param>
    /// <returns>The three planes of the fitted picture, valid until the next call.</returns>
    public ReadOnlySpan<byte> Fit(FrameFormat from, ReadOnlySpan<byte> pixels)
    {
        if (from != _from)
            Prepare(from);
        _luma!.Scale(pixels[..from.LumaByteCount], _pixels);
        for (var plane = 0; plane < 2; plane++)
        {
            _chroma!.Scale(
                pixels.Slice(from.LumaByteCount + plane * from.ChromaByteCount, from.ChromaByteCount),
                _pixels.AsSpan(_to.LumaByteCount + plane * _to.ChromaByteCount, _to.ChromaByteCount));
        }

        return _pixels;
    }

    void Prepare(FrameFormat from)
    {
        _from = from;
        _pixels.AsSpan(0, _to.LumaByteCount).Fill(Black);
        _pixels.AsSpan(_to.LumaByteCount).Fill(Neutral);
        var scale = Math.Min((double)_to.Width / from.Width, (double)_to.Height / from.Height);
        var (left, width) = Place(from.Width * scale, _to.Width);
        var (top, height) = Place(from.Height * scale, _to.Height);
        _luma = new(new(from.Width, left, width), new(from.Height, top, height), _to.Width);
        _chroma = new(new(from.ChromaWidth, left / 2, (width + 1) / 2), new(from.ChromaHeight, top / 2, (height + 1) / 2), _to.ChromaWidth);
    }

    // On even samples, so that chroma lies where luma does.
    static (int Start, int Length) Place(double length, int room)
    {
        var whole = Math.Clamp((int)Math.Round(length), 1, room);
        return ((room - whole) / 4 * 2, whole);
    }
}
