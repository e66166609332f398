using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Masks;

/// <summary>The picture under a Gaussian blur: what is removed keeps its colour and loses its detail.</summary>
public sealed class BlurFill : MaskFill
{
    readonly GaussianBlur _blur;
    readonly float[] _blurred;

    /// <param name="size">The size of the pictures.</param>
    /// <param name="channels">The planes of a picture.</param>
    /// <param name="sigma">The Gaussian's standard deviation in pixels, above 0.</param>
    public BlurFill(MapSize size, int channels, double sigma) : base(size, channels)
    {
        _blur = new GaussianBlur(size, sigma);
        _blurred = new float[channels * size.Pixels];
    }

    private protected override void Prepare(ReadOnlySpan<float> picture)
    {
        for (var channel = 0; channel < Channels; channel++)
            _blur.Apply(picture.Slice(channel * Size.Pixels, Size.Pixels), _blurred.AsSpan(channel * Size.Pixels, Size.Pixels));
    }

    private protected override void Fill(int channel, ReadOnlySpan<float> plane, ReadOnlySpan<bool> stays, Span<float> filled)
    {
        ReadOnlySpan<float> blurred = _blurred.AsSpan(channel * Size.Pixels, Size.Pixels);
        for (var i = 0; i < filled.Length; i++)
            filled[i] = stays[i] ? plane[i] : blurred[i];
    }
}
