using FastCam.Saliency;

namespace FastCam.Onnx.Operator;

/// <summary>SMOE Scale of a float32 N×C×H×W tensor.</summary>
sealed unsafe class PlanarSmoe(float epsilon) : OperatorKernel
{
    public override int ValueSize => sizeof(float);

    public override TensorImages Describe(ReadOnlySpan<long> dimensions) => TensorImages.From(dimensions);

    public override void Compute(void* image, TensorImages shape, int start, Span<float> map) =>
        SmoeScale.ComputePart(new ReadOnlySpan<float>(image, shape.Values), shape.Channels, start, map, epsilon);
}

/// <summary>SMOE Scale of a float32 tensor in blocks of channels, whose second dimension counts what fills the last block up too.</summary>
sealed unsafe class BlockedSmoe(int channels, int block, float epsilon) : OperatorKernel
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
        SmoeScale.ComputeBlockedPart(new ReadOnlySpan<float>(image, shape.Values), channels, block, start, map, epsilon);
}

/// <summary>SMOE Scale of a tensor of bytes, N×C×H×W or N×H×W×C.</summary>
sealed unsafe class QuantisedSmoe(Quantisation quantisation, bool channelsLast, float epsilon) : OperatorKernel
{
    public override int ValueSize => 1;

    public override TensorImages Describe(ReadOnlySpan<long> dimensions) =>
        channelsLast ? TensorImages.From(dimensions, channels: 3, rows: 1, columns: 2) : TensorImages.From(dimensions);

    public override void Compute(void* image, TensorImages shape, int start, Span<float> map)
    {
        var bytes = new ReadOnlySpan<byte>(image, shape.Values);
        if (channelsLast) QuantisedSmoeScale.ComputeChannelsLastPart(bytes, quantisation, shape.Channels, start, map, epsilon);
        else QuantisedSmoeScale.ComputePart(bytes, quantisation, shape.Channels, start, map, epsilon);
    }
}
