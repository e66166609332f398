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
