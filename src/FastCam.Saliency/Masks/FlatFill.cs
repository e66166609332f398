using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Masks;

/// <summary>One colour for every removed pixel.</summary>
public abstract class FlatFill : MaskFill
{
    readonly float[] _colour;

    private protected FlatFill(MapSize size, int channels) : base(size, channels) => _colour = new float[channels];

    private protected Span<float> Colour => _colour;

    private protected override void Fill(int channel, ReadOnlySpan<float> plane, ReadOnlySpan<bool> stays, Span<float> filled)
    {
        var colour = _colour[channel];
        for (var i = 0; i < filled.Length; i++)
            filled[i] = stays[i] ? plane[i] : colour;
    }
}

/// <summary>The mean of each channel over the whole picture.</summary>
public sealed class MeanFill(MapSize size, int channels) : FlatFill(size, channels)
{
    private protected override void Prepare(ReadOnlySpan<float> picture)
    {
        for (var channel = 0; channel < Channels; channel++)
            Colour[channel] = Mean(picture.Slice(channel * Size.Pixels, Size.Pixels));
    }
}

/// <summary>Zero in every channel.</summary>
public sealed class ZeroFill(MapSize size, int channels) : FlatFill(size, channels)
{
    private protected override void Prepare(ReadOnlySpan<float> picture)
    {
        // The colour does not depend on the picture.
    }
}
