namespace FastCam.Onnx.Costs;

/// <summary>What the explanation adds to a pass, as the paper counts it (its Table 6): operations of SMOE Scale and what follows it, and memory.</summary>
/// <param name="Scales">Scale by scale, finest first.</param>
public sealed record ExplanationCost(IReadOnlyList<ScaleCost> Scales)
{
    /// <summary>
    /// What a logarithm or an error function costs at the most, in operations. The paper gives only the totals that it leads to; this
    /// is the one whole number that leads to all of them.
    /// </summary>
    public const int DearestLogarithm = 13;

    /// <summary>Operations of the statistic.</summary>
    public long Statistic => Scales.Sum(scale => scale.Statistic);

    /// <summary>Operations of the normalisation.</summary>
    public long Normalise => Scales.Sum(scale => scale.Normalise);

    /// <summary>Operations of bringing the maps to the input's size and adding them up.</summary>
    public long Combine => Scales.Sum(scale => scale.Combine);

    /// <summary>All operations.</summary>
    public long Total => Statistic + Normalise + Combine;

    /// <summary>Bytes beside the network's own: a float map of each scale, and one more of the first's size for upsampling.</summary>
    public long MemoryBytes => sizeof(float) * (Scales.Sum(scale => scale.Pixels) + Scales[0].Pixels);

    /// <summary>Counts, for r channels and N pixels: 4r + 1 operations a pixel for SMOE Scale, 12 to normalise, and with N1 the first
    /// map's pixels 18·N1 to combine it and 27·N1 each other one.</summary>
    /// <param name="scales">Channels, rows and columns, finest first.</param>
    /// <param name="logarithm">What a logarithm or an error function counts for: 1 as in Table 6, up to <see cref="DearestLogarithm"/>.</param>
    /// <exception cref="ArgumentException">There are no scales, or a logarithm counts for less than 1.</exception>
    public static ExplanationCost FromScales(IEnumerable<(int Channels, int Height, int Width)> scales, int logarithm = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(logarithm, 1);
        var sizes = scales.ToList();
        if (sizes.Count == 0)
            throw new ArgumentException("An explanation has at least one scale.", nameof(scales));
        var first = (long)sizes[0].Height * sizes[0].Width;
        var more = logarithm - 1;
        return new ExplanationCost([.. sizes.Select((size, index) =>
        {
            var (channels, pixels) = ((long)size.Channels, (long)size.Height * size.Width);
            var logarithms = channels + 1; // One a channel, and that of the mean.
            return new ScaleCost(pixels, (4 * channels + 1 + more * logarithms) * pixels, (12 + more) * pixels, (index == 0 ? 18 : 27) * first);
        })]);
    }
}

/// <summary>One scale's part.</summary>
/// <param name="Pixels">The map's rows × columns.</param>
/// <param name="Statistic">Operations of the statistic.</param>
/// <param name="Normalise">Operations of the normalisation.</param>
/// <param name="Combine">Operations of the combination.</param>
public sealed record ScaleCost(long Pixels, long Statistic, long Normalise, long Combine);
