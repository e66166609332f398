using FastCam.Video.Frames;

namespace FastCam.Video.Sources;

/// <summary>
/// A synthetic source: coloured discs that bounce over a gradient, with each frame's number as a bar code at the top. The
/// frame of a number is always the same; frames come as fast as they are taken.
/// </summary>
public sealed class TestPattern : FrameSource
{
    readonly FrameFormat _format;
    readonly FrameRate _rate;
    readonly long? _frames;
    readonly byte[] _background;
    readonly Disc[] _discs;
    long _next;
    volatile bool _stopped;

    /// <summary>Makes the pattern.</summary>
    /// <param name="format">The size, from 160×90 to 8192×8192.</param>
    /// <param name="rate">The rate, which sets the presentation times.</param>
    /// <param name="frames">How many frames there are; null: no end.</param>
    public TestPattern(FrameFormat format, FrameRate rate, long? frames)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(format.Width, BarCode.SmallestWidth);
        ArgumentOutOfRangeException.ThrowIfLessThan(format.Height, BarCode.SmallestHeight);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(format.Width, FrameFormat.MaximumWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(format.Height, FrameFormat.MaximumHeight);
        _format = format;
        _rate = rate;
        _frames = frames;
        _background = Gradient(format);
        _discs =
        [
            new(format, radius: 0.17, stepX: 1.1, stepY: 0.9, y: 226, u: 90, v: 150),
            new(format, radius: 0.12, stepX: 1.9, stepY: 1.3, y: 96, u: 96, v: 200),
            new(format, radius: 0.08, stepX: 2.7, stepY: 2.3, y: 70, u: 200, v: 100),
        ];
    }

    /// <inheritdoc/>
    public override string Name => $"test pattern {_format}";

    /// <inheritdoc/>
    public override bool IsLive => false;

    /// <inheritdoc/>
    public override bool IsFinite => _frames is not null;

    /// <inheritdoc/>
    public override bool WaitNext(out FrameHeader header)
    {
        header = new(_format, _next, _rate.TimeOf(_next));
        return !_stopped && !(_next >= _frames);
    }

    /// <inheritdoc/>
    public override bool Read(Frame frame)
    {
        Draw(frame.Pixels, _next);
        _next++;
        return true;
    }

    /// <inheritdoc/>
    public override void Skip() => _next++;

    /// <inheritdoc/>
    public override void Stop() => _stopped = true;

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    /// <summary>Draws the frame of one number.</summary>
    /// <param name="pixels">The three planes, as large as the pattern.</param>
    /// <param name="sequence">The number, not negative.</param>
    public void Draw(Span<byte> pixels, long sequence)
    {
        _background.CopyTo(pixels);
        foreach (ref readonly var disc in _discs.AsSpan())
            disc.Draw(_format, pixels, sequence);
        BarCode.Write(_format, pixels, sequence);
    }

    // Luma rises to the lower right, U runs across and V down.
    static byte[] Gradient(FrameFormat format)
    {
        var pixels = GC.AllocateUninitializedArray<byte>(format.ByteCount);
        for (var y = 0; y < format.Height; y++)
        {
            var row = pixels.AsSpan(y * format.Width, format.Width);
            for (var x = 0; x < row.Length; x++)
                row[x] = (byte)(60 + 70L * x / format.Width + 70L * y / format.Height);
        }

        var u = pixels.AsSpan(format.LumaByteCount, format.ChromaByteCount);
        var v = pixels.AsSpan(format.LumaByteCount + format.ChromaByteCount);
        for (var i = 0; i < u.Length; i++)
        {
            u[i] = (byte)(100 + 70L * (i % format.ChromaWidth) / format.ChromaWidth);
            v[i] = (byte)(100 + 50L * (i / format.ChromaWidth) / format.ChromaHeight);
        }

        return pixels;
    }
}

/// <summary>A disc of one colour that bounces off the frame's edges below the bar code.</summary>
readonly struct Disc
{
    readonly int _radius;
    readonly int _stepX;
    readonly int _stepY;
    readonly byte _y;
    readonly byte _u;
    readonly byte _v;

    /// <param name="format">The frame's size.</param>
    /// <param name="radius">The radius as a part of the shorter side.</param>
    /// <param name="stepX">How far it moves from frame to frame, as a percentage of the width.</param>
    /// <param name="stepY">How far it moves from frame to frame, as a percentage of the height.</param>
    /// <param name="y">The colour's Y.</param>
    /// <param name="u">The colour's U.</param>
    /// <param name="v">The colour's V.</param>
    public Disc(FrameFormat format, double radius, double stepX, double stepY, byte y, byte u, byte v)
    {
        _radius = (int)(Math.Min(format.Width, format.Height) * radius);
        _stepX = Math.Max(1, (int)(format.Width * stepX / 100));
        _stepY = Math.Max(1, (int)(format.Height * stepY / 100));
        (_y, _u, _v) = (y, u, v);
    }

    public void Draw(FrameFormat format, Span<byte> pixels, long sequence)
    {
        var top = BarCode.HeightIn(format);
        var x = _radius + Bounce(sequence, _stepX, format.Width - 2 * _radius);
        var y = top + _radius + Bounce(sequence, _stepY, format.Height - top - 2 * _radius);
        var (luma, chroma) = (format.LumaByteCount, format.ChromaByteCount);
        Fill(pixels[..luma], format.Width, x, y, _radius, _y);
        Fill(pixels.Slice(luma, chroma), format.ChromaWidth, x / 2, y / 2, _radius / 2, _u);
        Fill(pixels[(luma + chroma)..], format.ChromaWidth, x / 2, y / 2, _radius / 2, _v);
    }

    static void Fill(Span<byte> plane, int stride, int x, int y, int radius, byte value)
    {
        for (var dy = -radius; dy < radius; dy++)
        {
            var half = (int)Math.Sqrt(radius * radius - dy * dy);
            plane.Slice((y + dy) * stride + x - half, 2 * half).Fill(value);
        }
    }

    // The place runs from 0 up to the range and back, for ever.
    static int Bounce(long sequence, int step, int range)
    {
        var at = (int)(sequence % (2L * range) * step % (2L * range));
        return at < range ? at : 2 * range - at;
    }
}
