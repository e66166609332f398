using System.Buffers.Binary;
using FastCam.Onnx.Graph.Proto;

namespace FastCam.Onnx.Graph;

static class SmallTensor
{
    /// <summary>The values of a small float32 tensor, however the exporter stored them.</summary>
    public static IEnumerable<float> Floats(this TensorProto tensor) =>
        tensor.HasRawData ? tensor.RawData.ToByteArray().Chunk(sizeof(float)).Where(bytes => bytes.Length == sizeof(float)).Select(bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes)) : tensor.FloatData;

    /// <summary>The values of a small integer tensor, however the exporter stored them.</summary>
    public static IEnumerable<long> Integers(this TensorProto tensor)
    {
        const int Uint8 = 2, Int8 = 3, Uint16 = 4, Int16 = 5, Int32 = 6, Int64 = 7;
        if (!tensor.HasRawData) return tensor.Int64Data.Count > 0 ? tensor.Int64Data : tensor.Int32Data.Select(value => (long)value);
        var raw = tensor.RawData.ToByteArray();
        return tensor.DataType switch
        {
            Uint8 => raw.Select(value => (long)value),
            Int8 => raw.Select(value => (long)(sbyte)value),
            Uint16 => raw.Chunk(2).Where(bytes => bytes.Length == 2).Select(bytes => (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
            Int16 => raw.Chunk(2).Where(bytes => bytes.Length == 2).Select(bytes => (long)BinaryPrimitives.ReadInt16LittleEndian(bytes)),
            Int32 => raw.Chunk(4).Where(bytes => bytes.Length == 4).Select(bytes => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes)),
            Int64 => raw.Chunk(8).Where(bytes => bytes.Length == 8).Select(bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes)),
            _ => [],
        };
    }
}
