using FastCam.Video.Frames;

namespace FastCam.Video.Writers;

/// <summary>
/// Fits frames of any size into one size, whole and undistorted, on black. They are scaled bilinearly, from the centres of
/// samples. Work buffers are made when the size of the frames changes, and at no other time.
/// </summary>
sealed class FrameFitter
{
    const byte Black = 0, Neutral = 128;

    readonly FrameFormat _to;
    readonly byte[] _pixels;
    FrameFormat _from;
    PlaneScaler? _luma;
    PlaneScaler? _chroma;

    /// <param name="to">The size of the fitted frames.</param>
    public FrameFitter(FrameFormat to)
    {
        _to = to;
        _pixels = new byte[to.ByteCount];
    }

    /// <summary>Fits one frame.</summary>
    /// <param name="from">The size of the frame.</param>
    /// <param name="pixels">Its three planes.</param>
    /// <returns>The three planes of the fitted frame, valid until the next call.</returns>
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
        _chroma = new(
            new(from.ChromaWidth, left / 2, (width + 1) / 2), new(from.ChromaHeight, top / 2, (height + 1) / 2), _to.ChromaWidth);
    }

    // The start is an even sample, so that chroma lies where luma does.
    static (int Start, int Length) Place(double length, int room)
    {
        var whole = Math.Clamp((int)Math.Round(length), 1, room);
        return ((room - whole) / 4 * 2, whole);
    }
}

/// <summary>Scales one plane bilinearly into a part of another.</summary>
/// <param name="x">Where the columns come from.</param>
/// <param name="y">Where the rows come from.</param>
/// <param name="stride">The bytes of a row of the plane that is written.</param>
sealed class PlaneScaler(ScaledAxis x, ScaledAxis y, int stride)
{
    const int Half = ScaledAxis.One * ScaledAxis.One / 2;

    public void Scale(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (var row = 0; row < y.Length; row++)
        {
            var upper = from.Slice(y.First[row] * x.From, x.From);
            var lower = from.Slice(y.Second(row) * x.From, x.From);
            var target = to.Slice((y.Start + row) * stride + x.Start, x.Length);
            var weight = y.Weight[row];
            for (var column = 0; column < target.Length; column++)
            {
                var (left, right, share) = (x.First[column], x.Second(column), x.Weight[column]);
                var above = upper[left] * (ScaledAxis.One - share) + upper[right] * share;
                var below = lower[left] * (ScaledAxis.One - share) + lower[right] * share;
                target[column] = (byte)((above * (ScaledAxis.One - weight) + below * weight + Half) / (ScaledAxis.One * ScaledAxis.One));
            }
        }
    }
}

/// <summary>Where each sample of a scaled axis comes from: two neighbours and the share of the second.</summary>
sealed class ScaledAxis
{
    /// <summary>1 in the fixed point of <see cref="Weight"/>.</summary>
    public const int One = 256;

    /// <param name="from">The number of samples that are scaled.</param>
    /// <param name="start">The first sample that is written.</param>
    /// <param name="length">The number of samples that are written.</param>
    public ScaledAxis(int from, int start, int length)
    {
        (From, Start, Length) = (from, start, length);
        First = new int[length];
        Weight = new int[length];
        for (var i = 0; i < length; i++)
        {
            var at = Math.Clamp((i + 0.5) * from / length - 0.5, 0, from - 1);
            First[i] = (int)at;
            Weight[i] = (int)Math.Round((at - First[i]) * One);
        }
    }

    public int From { get; }

    public int Start { get; }

    public int Length { get; }

    public int[] First { get; }

    public int[] Weight { get; }

    public int Second(int at) => Math.Min(First[at] + 1, From - 1);
}
