using FastCam.Onnx.Graph.Proto;

namespace FastCam.Onnx.Graph;

/// <summary>Node attributes of the kinds that a network needs.</summary>
static class OnnxAttribute
{
    const int Float = 1, Int = 2, String = 3, Tensor = 4, IntList = 7;

    public static AttributeProto Create(string name, float value) => new() { Name = name, F = value, Type = Float };

    public static AttributeProto Create(string name, int value) => new() { Name = name, I = value, Type = Int };

    public static AttributeProto Create(string name, string value) => new() { Name = name, S = Google.Protobuf.ByteString.CopyFromUtf8(value), Type = String };

    public static AttributeProto Create(string name, TensorProto value) => new() { Name = name, T = value, Type = Tensor };

    public static AttributeProto Create(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = IntList };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    /// <summary>The kernel, stride and padding of a square convolution or pool.</summary>
    public static AttributeProto[] Window(int kernel, int stride, int padding) =>
        [Create("kernel_shape", kernel, kernel), Create("strides", stride, stride), Create("pads", padding, padding, padding, padding)];
}
