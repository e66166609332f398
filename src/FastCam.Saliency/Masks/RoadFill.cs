using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Masks;

/// <summary>
/// Noisy linear imputation (Rong et al., "A Consistent and Efficient Evaluation Strategy for Attribution Methods", 2022): each
/// removed pixel is the weighted mean of its eight neighbours, 1/6 for those beside it and 1/12 for those across a corner,
/// removed ones too, and a little Gaussian noise. At the image's edge the weights are scaled up. A linear system is solved for
/// it, to well below the noise. Unlike a flat colour, it hardly tells where the mask was.
/// </summary>
public sealed class RoadFill : MaskFill
{
    /// <summary>The noise's standard deviation as a part of the range of values.</summary>
    public const float DefaultNoise = 0.01f;

    readonly LinearImputation _imputation;
    readonly float _noise;
    readonly ulong _seed;

    /// <param name="size">The size of the images.</param>
    /// <param name="channels">The planes of an image.</param>
    /// <param name="noise">The noise's standard deviation in the image's unit, at least 0.</param>
    /// <param name="seed">The noise of a pixel depends on this, its place and its channel alone.</param>
    public RoadFill(MapSize size, int channels, float noise, int seed = 0) : base(size, channels)
    {
        if (!(noise is >= 0 and <= float.MaxValue))
            throw new ArgumentOutOfRangeException(nameof(noise), noise, "The noise is a finite number of at least 0.");
        _imputation = new LinearImputation(size);
        _noise = noise;
        _seed = (ulong)(uint)seed << 32;
    }

    private protected override void Prepare(ReadOnlySpan<float> image)
    {
        // Everything depends on the mask.
    }

    /// <summary>Where nothing stays there is nothing to impute from: the mean colour, and the noise.</summary>
    private protected override void Fill(int channel, ReadOnlySpan<float> plane, ReadOnlySpan<bool> stays, Span<float> filled)
    {
        if (channel == 0)
            _imputation.Begin(stays);
        if (stays.Contains(true))
            _imputation.Solve(plane, stays, filled);
        else
            filled.Fill(Mean(plane));
        var place = _seed + (ulong)channel * (ulong)Size.Pixels;
        for (var i = 0; i < filled.Length; i++)
        {
            if (!stays[i])
                filled[i] += _noise * Normal(place + (ulong)i);
        }
    }

    /// <summary>A standard normal number for each place, by Box and Muller.</summary>
    static float Normal(ulong place)
    {
        var bits = Mix(place);
        var radius = Math.Sqrt(-2 * Math.Log(((uint)bits + 0.5) / (1L << 32)));
        return (float)(radius * Math.Cos(2 * Math.PI * (uint)(bits >> 32) / (1L << 32)));
    }

    /// <summary>Steele, Lea and Flood's SplitMix64.</summary>
    static ulong Mix(ulong state)
    {
        state = unchecked((state + 1) * 0x9E3779B97F4A7C15);
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
        return state ^ (state >> 31);
    }
}
