using System.Numerics;
using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Masks;

/// <summary>What a removed pixel becomes.</summary>
public enum FillKind
{
    /// <summary>The image's own mean colour.</summary>
    Mean,
    /// <summary>Zero in every channel: black in an image of 0..255, the training mean in a normalised tensor.</summary>
    Zero,
    /// <summary>The image blurred.</summary>
    Blur,
    /// <summary>ROAD: a weighted mean of its eight neighbours, and a little noise.</summary>
    Road,
}

/// <summary>
/// Puts something else where a mask removed an image. Made for one size: <see cref="Begin"/> takes an image, then any number of
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

    /// <summary>The size of the images.</summary>
    public MapSize Size { get; }

    /// <summary>The planes of an image.</summary>
    public int Channels { get; }

    /// <summary>A fill with the usual parameters, for images whose values span <paramref name="range"/>.</summary>
    /// <param name="kind">What a removed pixel becomes.</param>
    /// <param name="size">The size of the images.</param>
    /// <param name="channels">The planes of an image.</param>
    /// <param name="range">From the least to the greatest value that an image can have.</param>
    public static MaskFill Create(FillKind kind, MapSize size, int channels = 3, float range = 255) => kind switch
    {
        FillKind.Mean => new MeanFill(size, channels),
        FillKind.Zero => new ZeroFill(size, channels),
        FillKind.Blur => new BlurFill(size, channels, BlurAt224 * Math.Min(size.Width, size.Height)),
        FillKind.Road => new RoadFill(size, channels, RoadFill.DefaultNoise * range),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Takes an image: does what does not depend on the mask.</summary>
    /// <param name="image">Channels × pixels, finite.</param>
    /// <exception cref="ArgumentException">The image is not of the size given to the constructor.</exception>
    public void Begin(ReadOnlySpan<float> image)
    {
        ThrowIfNotImage(image.Length, nameof(image));
        Prepare(image);
    }

    /// <summary>The masked image.</summary>
    /// <param name="image">The image given to <see cref="Begin"/>.</param>
    /// <param name="stays">One value a pixel: true where the image stays.</param>
    /// <param name="filled">Channels × pixels: the image where it stays, the fill elsewhere. May be <paramref name="image"/> itself.</param>
    /// <exception cref="ArgumentException">A length is not that of the size given to the constructor.</exception>
    public void Apply(ReadOnlySpan<float> image, ReadOnlySpan<bool> stays, Span<float> filled)
    {
        ThrowIfNotImage(image.Length, nameof(image));
        ThrowIfNotImage(filled.Length, nameof(filled));
        Size.ThrowIfNot(stays.Length, nameof(stays));
        for (var channel = 0; channel < Channels; channel++)
        {
            var offset = channel * Size.Pixels;
            Fill(channel, image.Slice(offset, Size.Pixels), stays, filled.Slice(offset, Size.Pixels));
        }
    }

    private protected abstract void Prepare(ReadOnlySpan<float> image);

    private protected abstract void Fill(int channel, ReadOnlySpan<float> plane, ReadOnlySpan<bool> stays, Span<float> filled);

    private protected static float Mean(ReadOnlySpan<float> plane)
    {
        double sum = 0;
        foreach (var value in plane)
            sum += value;
        return (float)(sum / plane.Length);
    }

    void ThrowIfNotImage(int values, string parameter)
    {
        if (values != (long)Channels * Size.Pixels)
            throw new ArgumentException($"{values} values are not an image of {Channels} × {Size}.", parameter);
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

/// <summary>The mean of each channel over the whole image.</summary>
public sealed class MeanFill(MapSize size, int channels) : FlatFill(size, channels)
{
    private protected override void Prepare(ReadOnlySpan<float> image)
    {
        for (var channel = 0; channel < Channels; channel++)
            Colour[channel] = Mean(image.Slice(channel * Size.Pixels, Size.Pixels));
    }
}

/// <summary>Zero in every channel.</summary>
public sealed class ZeroFill(MapSize size, int channels) : FlatFill(size, channels)
{
    private protected override void Prepare(ReadOnlySpan<float> image)
    {
        // The colour does not depend on the image.
    }
}

/// <summary>The image under a Gaussian blur: what is removed keeps its colour and loses its detail.</summary>
public sealed class BlurFill : MaskFill
{
    readonly GaussianBlur _blur;
    readonly float[] _blurred;

    /// <param name="size">The size of the images.</param>
    /// <param name="channels">The planes of an image.</param>
    /// <param name="sigma">The Gaussian's standard deviation in pixels, above 0.</param>
    public BlurFill(MapSize size, int channels, double sigma) : base(size, channels)
    {
        _blur = new GaussianBlur(size, sigma);
        _blurred = new float[channels * size.Pixels];
    }

    private protected override void Prepare(ReadOnlySpan<float> image)
    {
        for (var channel = 0; channel < Channels; channel++)
            _blur.Apply(image.Slice(channel * Size.Pixels, Size.Pixels), _blurred.AsSpan(channel * Size.Pixels, Size.Pixels));
    }

    private protected override void Fill(int channel, ReadOnlySpan<float> plane, ReadOnlySpan<bool> stays, Span<float> filled)
    {
        ReadOnlySpan<float> blurred = _blurred.AsSpan(channel * Size.Pixels, Size.Pixels);
        for (var i = 0; i < filled.Length; i++)
            filled[i] = stays[i] ? plane[i] : blurred[i];
    }
}

/// <summary>A Gaussian blur of one plane; beyond the edges the outermost pixels are repeated. Holds work buffers: one thread at a time.</summary>
sealed class GaussianBlur
{
    const double Reach = 4; // standard deviations; 6e-5 of the weight lies beyond

    readonly MapSize _size;
    readonly float[] _kernel;
    readonly float[] _row;
    readonly float[] _across;

    public GaussianBlur(MapSize size, double sigma)
    {
        if (!(sigma is > 0 and <= int.MaxValue / 16))
            throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "The blur's standard deviation lies above 0.");
        _size = size;
        _kernel = Kernel(sigma);
        _row = new float[size.Width + _kernel.Length - 1];
        _across = new float[size.Pixels];
    }

    int Radius => _kernel.Length / 2;

    public void Apply(ReadOnlySpan<float> plane, Span<float> blurred)
    {
        var width = _size.Width;
        for (var y = 0; y < _size.Height; y++)
        {
            Pad(plane.Slice(y * width, width));
            var target = _across.AsSpan(y * width, width);
            target.Clear();
            for (var tap = 0; tap < _kernel.Length; tap++)
                AddScaled(_row.AsSpan(tap, width), _kernel[tap], target);
        }

        for (var y = 0; y < _size.Height; y++)
        {
            var target = blurred.Slice(y * width, width);
            target.Clear();
            for (var tap = 0; tap < _kernel.Length; tap++)
                AddScaled(_across.AsSpan(Math.Clamp(y + tap - Radius, 0, _size.Height - 1) * width, width), _kernel[tap], target);
        }
    }

    static float[] Kernel(double sigma)
    {
        var radius = Math.Max(1, (int)Math.Ceiling(Reach * sigma));
        var kernel = new double[2 * radius + 1];
        for (var i = -radius; i <= radius; i++)
            kernel[radius + i] = Math.Exp(-i * (double)i / (2 * sigma * sigma));
        var sum = kernel.Sum();
        return [.. kernel.Select(weight => (float)(weight / sum))];
    }

    void Pad(ReadOnlySpan<float> row)
    {
        _row.AsSpan(0, Radius).Fill(row[0]);
        row.CopyTo(_row.AsSpan(Radius));
        _row.AsSpan(Radius + row.Length).Fill(row[^1]);
    }

    static void AddScaled(ReadOnlySpan<float> source, float weight, Span<float> target)
    {
        var i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + new Vector<float>(source[i..]) * weight).CopyTo(target[i..]);
        for (; i < target.Length; i++)
            target[i] += source[i] * weight;
    }
}
