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
            new ScalingFilter(rectangle.X, rectangle.Width, frameWidth, target.Width, pitch),
            new ScalingFilter(rectangle.Y, rectangle.Height, frameHeight, target.Height, pitch));
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

/// <summary>Scaling one plane by a filter along each axis.</summary>
sealed unsafe class PlaneScaling(ScalingFilter columns, ScalingFilter rows)
{
    readonly float[] _mixed = new float[columns.End];

    public void Scale(byte* source, int sourceStride, byte* target, int targetStride, byte black)
    {
        for (var y = 0; y < rows.Count; y++)
        {
            var weights = rows.Weights(y);
            Array.Clear(_mixed);
            for (var i = 0; i < weights.Length; i++)
            {
                var row = source + (nint)(rows.First(y) + i) * sourceStride;
                for (var x = 0; x < _mixed.Length; x++)
                    _mixed[x] += row[x] * weights[i];
            }

            for (var x = 0; x < columns.Count; x++)
                target[(nint)y * targetStride + x] = weights.IsEmpty || columns.Weights(x).IsEmpty ? black : Sample(x);
        }
    }

    byte Sample(int x)
    {
        var weights = columns.Weights(x);
        var first = columns.First(x);
        var sum = 0f;
        for (var i = 0; i < weights.Length; i++)
            sum += _mixed[first + i] * weights[i];
        return (byte)Math.Clamp(sum + 0.5f, 0, 255);
    }
}

/// <summary>For each target sample along one axis of one plane the source samples that it mixes; none where its centre lies outside the frame.</summary>
sealed class ScalingFilter
{
    readonly int[] _first;
    readonly float[][] _weights;

    /// <param name="origin">Where the target begins, in frame pixels.</param>
    /// <param name="length">What it covers, in frame pixels.</param>
    /// <param name="frame">The frame's length in pixels.</param>
    /// <param name="target">The target's length in pixels.</param>
    /// <param name="pitch">Pixels a sample: 1 for luma, 2 for chroma.</param>
    public ScalingFilter(double origin, double length, int frame, int target, int pitch)
    {
        var (samples, targets) = ((frame + pitch - 1) / pitch, (target + pitch - 1) / pitch);
        var step = length / target;
        var reach = Math.Max(step, 1);
        (_first, _weights) = (new int[targets], new float[targets][]);
        for (var i = 0; i < targets; i++)
        {
            _weights[i] = [];
            var position = origin + (i + 0.5) * pitch * step;
            // The last chroma sample of an odd length has its centre on the edge, but for rounding.
            if (position < 0 || position > frame + 1e-6)
                continue;
            var centre = Math.Clamp(position / pitch - 0.5, 0, samples - 1);
            _first[i] = Math.Max(0, (int)Math.Floor(centre - reach) + 1);
            var last = Math.Min(samples - 1, (int)Math.Ceiling(centre + reach) - 1);
            var weights = Enumerable.Range(_first[i], last - _first[i] + 1).Select(sample => 1 - Math.Abs(sample - centre) / reach).ToArray();
            _weights[i] = [.. weights.Select(weight => (float)(weight / weights.Sum()))];
            End = Math.Max(End, last + 1);
        }
    }

    /// <summary>Target samples.</summary>
    public int Count => _first.Length;

    /// <summary>One past the last source sample that any of them mixes.</summary>
    public int End { get; }

    public int First(int target) => _first[target];

    public ReadOnlySpan<float> Weights(int target) => _weights[target];
}
