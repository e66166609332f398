using System.Text;

namespace FastCam.Onnx.Taps;

/// <summary>
/// Adds graph outputs to a model without parsing it: protobuf merges a second <c>graph</c> field into the first and appends its
/// repeated fields, so an output more is a few bytes at the end of the file.
/// </summary>
static class ModelTapping
{
    const byte ModelGraphTag = 7 << 3 | 2;
    const byte GraphOutputTag = 12 << 3 | 2;
    const byte ValueInfoNameTag = 1 << 3 | 2;

    /// <summary>The file's bytes followed by the outputs; the file itself is never changed.</summary>
    public static byte[] AppendOutputs(byte[] file, IEnumerable<string> tensors)
    {
        var graph = new MemoryStream();
        foreach (var tensor in tensors)
        {
            var value = new MemoryStream();
            WriteField(value, ValueInfoNameTag, Encoding.UTF8.GetBytes(tensor));
            WriteField(graph, GraphOutputTag, value.ToArray());
        }
        if (graph.Length == 0) return file;
        var tail = new MemoryStream();
        WriteField(tail, ModelGraphTag, graph.ToArray());
        return [.. file, .. tail.ToArray()];
    }

    static void WriteField(MemoryStream target, byte tag, byte[] content)
    {
        target.WriteByte(tag);
        var length = (uint)content.Length;
        for (; length >= 0x80; length >>= 7) target.WriteByte((byte)(length | 0x80));
        target.WriteByte((byte)length);
        target.Write(content);
    }
}
