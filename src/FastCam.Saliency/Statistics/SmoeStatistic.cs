namespace FastCam.Saliency;

/// <summary><see cref="SmoeScale"/> with its epsilon.</summary>
sealed class SmoeStatistic(float epsilon) : PartStatistic
{
    public override string Name => "smoe";

    public override void Compute(ReadOnlySpan<float> activations, int channels, Span<float> map) =>
        SmoeScale.Compute(activations, channels, map, epsilon);

    public override void ComputePart(ReadOnlySpan<float> activations, int channels, int start, Span<float> map)
    {
        var pixels = PixelsOf(activations.Length, channels, channels, start, map);
        SmoeDispatch.Planar(new FloatReader(), activations[start..], channels, pixels, map, epsilon, 1);
    }

    public override void ComputeBlockedPart(ReadOnlySpan<float> activations, int channels, int block, int start, Span<float> map)
    {
        var pixels = PixelsOf(activations.Length, channels, FilledUp(channels, block), start, map);
        SmoeDispatch.Blocked(new FloatReader(), activations[(start * block)..], new ChannelBlocks(channels, block, pixels), map, epsilon, 1);
    }

    /// <summary>
    /// The statistic of the activations is that of the whole steps above the zero point, times the step, when epsilon is counted in steps
    /// too: so the scale is applied once a pixel.
    /// </summary>
    public override void ComputePart(ReadOnlySpan<byte> activations, Quantisation quantisation, int channels, bool channelsLast, int start, Span<float> map)
    {
        var pixels = PixelsOf(activations.Length, channels, channels, start, map);
        ThrowIfUnsupported(quantisation);
        var (steps, scale) = (epsilon / quantisation.Scale, quantisation.Scale);
        switch (quantisation)
        {
            case { IsSigned: true, ZeroPoint: var zero }: Dispatch(new ByteReader(0x80, (byte)(zero + 128)), activations, map); break;
            case { ZeroPoint: 0 }: Dispatch(new StepReader(), activations, map); break;
            case { ZeroPoint: var zero }: Dispatch(new ByteReader(0, (byte)zero), activations, map); break;
        }

        void Dispatch<TReader>(TReader reader, ReadOnlySpan<byte> values, Span<float> target) where TReader : struct, IReader<byte>
        {
            if (channelsLast) SmoeDispatch.Blocked(reader, values[(start * channels)..], ChannelBlocks.ChannelsLast(channels), target, steps, scale);
            else SmoeDispatch.Planar(reader, values[start..], channels, pixels, target, steps, scale);
        }
    }

    /// <summary>A step must be neither so large that epsilon vanishes beside it nor smaller than epsilon.</summary>
    public override bool Supports(Quantisation quantisation) =>
        quantisation.IsValid && epsilon / quantisation.Scale is >= SmoeScale.SmallestEpsilon and <= 1;
}
