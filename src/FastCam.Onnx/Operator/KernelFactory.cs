using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Operator;

/// <summary>Makes the kernels that <see cref="OperatorNode"/>'s nodes stand for, from their attributes.</summary>
static class KernelFactory
{
    public static OperatorKernel Planar(OperatorAttributes attributes) => new PlanarKernel(StatisticOf(attributes));

    public static OperatorKernel Blocked(OperatorAttributes attributes) =>
        new BlockedKernel(StatisticOf(attributes), attributes.Integer("channels\0"u8), attributes.Integer("block\0"u8));

    public static OperatorKernel OfBytes(OperatorAttributes attributes) => OfBytes(attributes, isSigned: false);

    public static OperatorKernel OfSignedBytes(OperatorAttributes attributes) => OfBytes(attributes, isSigned: true);

    static ByteKernel OfBytes(OperatorAttributes attributes, bool isSigned) => new(
        StatisticOf(attributes), new Quantisation(attributes.Float("scale\0"u8), attributes.Integer("zero_point\0"u8), isSigned), attributes.Integer("channels_last\0"u8) != 0);

    static PartStatistic StatisticOf(OperatorAttributes attributes)
    {
        var name = attributes.Text("statistic\0"u8);
        return Statistic.Create(name, attributes.Float("epsilon\0"u8), attributes.Integer("biased\0"u8) != 0) as PartStatistic
            ?? throw new OperatorException($"no operator computes the statistic {name}");
    }
}
