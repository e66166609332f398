using System.Text;
using FastCam.Onnx.Runtime;
using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Operator;

/// <summary>What one node of a session does: a statistic of each pixel of a tensor. Passes may overlap: a kernel holds nothing of any one.</summary>
abstract unsafe class OperatorKernel
{
    /// <summary>Bytes of one value of the input.</summary>
    public abstract int ValueSize { get; }

    /// <summary>Where the images are in a tensor.</summary>
    /// <param name="dimensions">The tensor's.</param>
    /// <exception cref="OperatorException">The operator takes no such tensor.</exception>
    public abstract TensorImages Describe(ReadOnlySpan<long> dimensions);

    /// <summary>Some neighbouring pixels of one image, on any thread.</summary>
    /// <param name="image">The image's values.</param>
    /// <param name="shape">What <see cref="Describe"/> said.</param>
    /// <param name="start">The first pixel.</param>
    /// <param name="map">One value for each of them.</param>
    public abstract void Compute(void* image, TensorImages shape, int start, Span<float> map);
}

/// <summary>The images in a tensor.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Channels">Values of one pixel, those that only fill up the layout included.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
readonly record struct TensorImages(int Count, int Channels, int Height, int Width)
{
    public int Pixels => Height * Width;

    public int Values => Channels * Pixels;

    /// <exception cref="OperatorException">There are not four dimensions, or one is empty or beyond an array's length.</exception>
    public static TensorImages From(ReadOnlySpan<long> dimensions, int channels = 1, int rows = 2, int columns = 3)
    {
        if (dimensions.Length != 4)
            throw new OperatorException($"a statistic is taken of a tensor of 4 dimensions, and this has {dimensions.Length}");
        long values = 1;
        foreach (var size in dimensions)
        {
            values = size is > 0 and <= int.MaxValue ? values * size : 0;
            if (values is 0 or > int.MaxValue)
                throw new OperatorException($"a statistic cannot be taken of {string.Join('×', dimensions.ToArray())} values");
        }
        return new TensorImages((int)dimensions[0], (int)dimensions[channels], (int)dimensions[rows], (int)dimensions[columns]);
    }
}

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

/// <summary>Makes the kernels that <see cref="OperatorNode"/>'s nodes stand for, from their attributes.</summary>
static class KernelFactory
{
    public static OperatorKernel Planar(OperatorAttributes attributes) => new PlanarKernel(StatisticOf(attributes));

    public static OperatorKernel Blocked(OperatorAttributes attributes) =>
        new BlockedKernel(StatisticOf(attributes), attributes.Integer("channels\0"u8), attributes.Integer("block\0"u8));

    public static OperatorKernel OfBytes(OperatorAttributes attributes) => OfBytes(attributes, isSigned: false);

    public static OperatorKernel OfSignedBytes(OperatorAttributes attributes) => OfBytes(attributes, isSigned: true);

    static ByteKernel OfBytes(OperatorAttributes attributes, bool isSigned) => new(
        StatisticOf(attributes), new Quantisation(attributes.Float("scale\0"u8), attributes.Integer("zero_point\0"u8), isSigned),
        attributes.Integer("channels_last\0"u8) != 0);

    static PartStatistic StatisticOf(OperatorAttributes attributes)
    {
        var name = attributes.Text("statistic\0"u8);
        return Statistic.Create(name, attributes.Float("epsilon\0"u8), attributes.Integer("biased\0"u8) != 0) as PartStatistic
            ?? throw new OperatorException($"no operator computes the statistic {name}");
    }
}

/// <summary>A node's attributes, while its kernel is being made.</summary>
readonly unsafe struct OperatorAttributes(nint info)
{
    /// <exception cref="OperatorException">The node has no such attribute, or of another type.</exception>
    public int Integer(ReadOnlySpan<byte> name)
    {
        long value;
        fixed (byte* text = name)
            OrtApi.Check(OrtApi.GetIntegerAttribute(info, text, &value));
        return checked((int)value);
    }

    /// <exception cref="OperatorException">The node has no such attribute, or of another type, or longer than any name.</exception>
    public string Text(ReadOnlySpan<byte> name)
    {
        const int Longest = 64;
        var value = stackalloc byte[Longest];
        nuint length = Longest;
        fixed (byte* text = name)
            OrtApi.Check(OrtApi.GetTextAttribute(info, text, value, &length));
        return Encoding.UTF8.GetString(value, (int)length - 1);
    }

    /// <exception cref="OperatorException">The node has no such attribute, or of another type.</exception>
    public float Float(ReadOnlySpan<byte> name)
    {
        float value;
        fixed (byte* text = name)
            OrtApi.Check(OrtApi.GetFloatAttribute(info, text, &value));
        return value;
    }
}
