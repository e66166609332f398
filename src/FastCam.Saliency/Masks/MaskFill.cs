using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Masks;

/// <summary>What a removed pixel becomes.</summary>
public enum FillKind
{
    /// <summary>The picture's own mean colour.</summary>
    Mean,
    /// <summary>Zero in every channel: black in a picture of 0..255, the training mean in a normalised tensor.</summary>
    Zero,
    /// <summary>The picture blurred.</summary>
    Blur,
    /// <summary>ROAD: a weighted mean of its eight neighbours, and a little noise.</summary>
    Road,
}

/// <summary>
/// Puts something else where a mask removed a picture. Made for one size: <see cref="Begin"/> takes a picture, then any number of
/// masks are applied to it. Holds work buffers, and no call allocates: one thread at a time.
/// </summary>
public abstract class MaskFill
{
    /// <summary>The blur's sigma for an input of 224 pixels: strong enough that a network no longer knows what it sees.</summary>
    const double BlurAt224 = 12.0 / 224;

    private protected MaskFill(MapSize size, int channels)
    {
        size.ThrowIfEmpty(nameof(size));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        Size = size;
        Channels = channels;
    }

    /// <summary>The size of the pictures.</summary>
    public MapSize Size { get; }

    /// <summary>The planes of a picture.</summary>
    public int Channels { get; }

    /// <summary>A fill with the usual parameters, for pictures whose values span <paramref name="range"/>.</summary>
    /// <param name="kind">What a removed pixel becomes.</param>
    /// <param name="size">The size of the pictures.</param>
    /// <param name="channels">The planes of a picture.</param>
    /// <param name="range">From the least to the greatest value that a picture can have.</param>
    public static MaskFill Create(FillKind kind, MapSize size, int channels = 3, float range = 255) => kind switch
    {
        FillKind.Mean => new MeanFill(size, channels),
        FillKind.Zero => new ZeroFill(size, channels),
        FillKind.Blur => new BlurFill(size, channels, BlurAt224 * Math.Min(size.Width, size.Height)),
        FillKind.Road => new RoadFill(size, channels, RoadFill.DefaultNoise * range),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Takes a picture: does what does not depend on the mask.</summary>
    /// <param name="picture">Channels × pixels, finite.</param>
    /// <exception cref="ArgumentException">The picture is not of the size given to the constructor.</exception>
    public void Begin(ReadOnlySpan<float> picture)
    {
        ThrowIfNotPicture(picture.Length, nameof(picture));
        Prepare(picture);
    }

    /// <summary>The masked picture.</summary>
    /// <param name="picture">The picture given to <see cref="Begin"/>.</param>
    /// <param name="stays">One value a pixel: true where the picture stays.</param>
    /// <param name="filled">Channels × pixels: the picture where it stays, the fill elsewhere. May be <paramref name="picture"/> itself.</param>
    /// <exception cref="ArgumentException">A length is not that of the size given to the constructor.</exception>
    public void Apply(ReadOnlySpan<float> picture, ReadOnlySpan<bool> stays, Span<float> filled)
    {
        ThrowIfNotPicture(picture.Length, nameof(picture));
        ThrowIfNotPicture(filled.Length, nameof(filled));
        Size.ThrowIfNot(stays.Length, nameof(stays));
        for (var channel = 0; channel < Channels; channel++)
        {
            var offset = channel * Size.Pixels;
            Fill(channel, picture.Slice(offset, Size.Pixels), stays, filled.Slice(offset, Size.Pixels));
        }
    }

    private protected abstract void Prepare(ReadOnlySpan<float> picture);

    private protected abstract void Fill(int channel, ReadOnlySpan<float> plane, ReadOnlySpan<bool> stays, Span<float> filled);

    private protected static float Mean(ReadOnlySpan<float> plane)
    {
        double sum = 0;
        foreach (var value in plane)
            sum += value;
        return (float)(sum / plane.Length);
    }

    void ThrowIfNotPicture(int values, string parameter)
    {
        if (values != (long)Channels * Size.Pixels)
            throw new ArgumentException($"{values} values are not a picture of {Channels} × {Size}.", parameter);
    }
}

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
