using System.Text;

namespace FastCam.Onnx.Operator;

/// <summary>A node's attributes, while its kernel is being made.</summary>
readonly unsafe struct OperatorAttributes(nint info)
{
    /// <exception cref="OperatorException">The node has no such attribute, or of another type.</exception>
    public int Integer(ReadOnlySpan<byte> name)
    {
        long value;
        fixed (byte* text = name) OrtApi.Check(OrtApi.GetIntegerAttribute(info, text, &value));
        return checked((int)value);
    }

    /// <exception cref="OperatorException">The node has no such attribute, or of another type, or longer than any name.</exception>
    public string Text(ReadOnlySpan<byte> name)
    {
        const int Longest = 64;
        var value = stackalloc byte[Longest];
        nuint length = Longest;
        fixed (byte* text = name) OrtApi.Check(OrtApi.GetTextAttribute(info, text, value, &length));
        return Encoding.UTF8.GetString(value, (int)length - 1);
    }

    /// <exception cref="OperatorException">The node has no such attribute, or of another type.</exception>
    public float Float(ReadOnlySpan<byte> name)
    {
        float value;
        fixed (byte* text = name) OrtApi.Check(OrtApi.GetFloatAttribute(info, text, &value));
        return value;
    }
}
