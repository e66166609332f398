using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Imaging;

/// <summary>
/// Scaling a part of a frame to another size, bilinear with antialiasing: a triangle filter as wide as a target pixel is on
/// the frame, and never narrower than a frame pixel. The filters are computed once and no call allocates. Holds work buffers: one
/// thread at a time.
/// </summary>
sealed unsafe class FrameScaling
{
    readonly (int Width, int Height, SourceRectangle Rectangle, MapSize Target) _shape;
    readonly PlaneScaling _luma;
    readonly PlaneScaling _chroma;

    /// <exception cref="ArgumentException">The rectangle has no area.</exception>
    public FrameScaling(int frameWidth, int frameHeight, SourceRectangle rectangle, MapSize target)
    {
        rectangle.ThrowIfEmpty(nameof(rectangle));
        _shape = (frameWidth, frameHeight, rectangle, target);
        _luma = Plane(1);
        _chroma = Plane(2);

        PlaneScaling Plane(int pitch) => new(
            Axis(rectangle.X, rectangle.Width, frameWidth, target.Width, pitch),
            Axis(rectangle.Y, rectangle.Height, frameHeight, target.Height, pitch));
    }

    /// <summary>Where the samples of a target come from whose last chroma sample may reach beyond its end.</summary>
    static ResamplingAxis Axis(double start, double length, int frame, int target, int pitch)
    {
        var samples = (target + pitch - 1) / pitch;
        // The last chroma sample of an odd length has its centre on the edge, but for rounding.
        return new ResamplingAxis(samples, start, samples * pitch * length / target, frame, pitch, antialias: true, rounding: 1e-6);
    }

    public bool Fits(in I420 frame, SourceRectangle rectangle, MapSize target) => _shape == (frame.Width, frame.Height, rectangle, target);

    /// <summary>Fills the target; what reaches outside the frame is black.</summary>
    public void Scale(in I420 frame, in I420 target)
    {
        _luma.Scale(frame.Y, frame.StrideY, target.Y, target.StrideY, 0);
        _chroma.Scale(frame.U, frame.StrideUV, target.U, target.StrideUV, Bt601.Neutral);
        _chroma.Scale(frame.V, frame.StrideUV, target.V, target.StrideUV, Bt601.Neutral);
    }
}

/// <summary>Scaling one plane along both axes.</summary>
sealed unsafe class PlaneScaling(ResamplingAxis columns, ResamplingAxis rows)
{
    readonly float[] _mixed = new float[columns.End];

    public void Scale(byte* source, int sourceStride, byte* target, int targetStride, byte black)
    {
        for (var y = 0; y < rows.Firsts.Length; y++)
        {
            var row = new Span<byte>(target + (nint)y * targetStride, columns.Firsts.Length);
            if (rows.IsOutside(y))
            {
                row.Fill(black);
                continue;
            }

            Mix(source, sourceStride, y);
            for (var x = 0; x < row.Length; x++)
                row[x] = columns.IsOutside(x) ? black : Sample(x);
        }
    }

    void Mix(byte* source, int stride, int y)
    {
        var weights = rows.Weights.Slice(y * rows.Width, rows.Width);
        Array.Clear(_mixed);
        for (var place = 0; place < weights.Length; place++)
        {
            var row = source + (nint)(rows.Firsts[y] + place) * stride;
            for (var x = columns.First; x < _mixed.Length; x++)
                _mixed[x] += row[x] * weights[place];
        }
    }

    byte Sample(int x)
    {
        var weights = columns.Weights.Slice(x * columns.Width, columns.Width);
        var sum = 0f;
        for (var place = 0; place < weights.Length; place++)
            sum += _mixed[columns.Firsts[x] + place] * weights[place];
        return (byte)Math.Clamp(sum + 0.5f, 0, 255);
    }
}
