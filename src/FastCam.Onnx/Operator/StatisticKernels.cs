using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Operator;

/// <summary>A statistic of a float32 N×C×H×W tensor.</summary>
sealed unsafe class PlanarKernel(PartStatistic statistic) : OperatorKernel
{
    public override int ValueSize => sizeof(float);

    public override TensorImages Describe(ReadOnlySpan<long> dimensions) => TensorImages.From(dimensions);

    public override void Compute(void* image, TensorImages shape, int start, Span<float> map) =>
        statistic.ComputePart(new ReadOnlySpan<float>(image, shape.Values), shape.Channels, start, map);
}

/// <summary>A statistic of a float32 tensor in blocks of channels, whose second dimension counts what fills the last block up too.</summary>
sealed unsafe class BlockedKernel(PartStatistic statistic, int channels, int block) : OperatorKernel
{
    public override int ValueSize => sizeof(float);

    public override TensorImages Describe(ReadOnlySpan<long> dimensions)
    {
        var images = TensorImages.From(dimensions);
        return images.Channels == (channels + block - 1) / block * block
            ? images
            : throw new OperatorException($"{channels} channels in blocks of {block} do not make a tensor of {images.Channels}");
    }

    public override void Compute(void* image, TensorImages shape, int start, Span<float> map) =>
        statistic.ComputeBlockedPart(new ReadOnlySpan<float>(image, shape.Values), channels, block, start, map);
}

/// <summary>A statistic of a tensor of bytes, N×C×H×W or N×H×W×C.</summary>
sealed unsafe class ByteKernel(PartStatistic statistic, Quantisation quantisation, bool channelsLast) : OperatorKernel
{
    public override int ValueSize => 1;

    public override TensorImages Describe(ReadOnlySpan<long> dimensions) =>
        channelsLast ? TensorImages.From(dimensions, channels: 3, rows: 1, columns: 2) : TensorImages.From(dimensions);

    public override void Compute(void* image, TensorImages shape, int start, Span<float> map) =>
        statistic.ComputePart(new ReadOnlySpan<byte>(image, shape.Values), quantisation, shape.Channels, channelsLast, start, map);
}
