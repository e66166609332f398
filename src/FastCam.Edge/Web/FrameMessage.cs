using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using FastCam.Edge.Packets;
using FastCam.Onnx.Heads;
using FastCam.Onnx.Maps;
using FastCam.Saliency.Resampling;
using FastCam.Video.Frames;
using FastCam.Video.Jpeg;

namespace FastCam.Edge.Web;

/// <summary>
/// The page's message of a frame: a header of 68 bytes, the stream's name in UTF-8, the map sizes, the top classes, the maps as bytes (the layers,
/// finest first, then the class map where there is one), then the JPEG. Little-endian; <c>src/web/src/protocol.ts</c> reads it.
/// </summary>
static class FrameMessage
{
    const ushort Version = 3;
    const ushort HasMap = 1;
    const ushort HasClassMap = 2;
    const int HeaderBytes = 68;
    const int NameLengthOffset = 64;
    const int SizeBytes = 4;
    const int PredictionBytes = 8;
    const int JpegLengthOffset = 56;

    /// <summary>Returns the most bytes that a message can take.</summary>
    /// <param name="info">The frame's identity.</param>
    /// <param name="format">Its size.</param>
    /// <param name="maps">The sizes of the maps.</param>
    public static int Capacity(in FrameInfo info, FrameFormat format, IReadOnlyList<MapSize> maps)
    {
        var capacity = HeaderBytes + Encoding.UTF8.GetMaxByteCount(info.StreamId.Length) + Predictions.MostClasses * PredictionBytes
            + JpegEncoder.MaximumByteCount(format);
        // An enumerator would be an object on every frame.
        for (var i = 0; i < maps.Count; i++)
            capacity += SizeBytes + maps[i].Pixels;
        return capacity;
    }

    /// <summary>Writes a message and returns its length.</summary>
    /// <param name="message">Room for it.</param>
    /// <param name="packet">The frame and its maps.</param>
    /// <param name="maps">The sizes of the layers, finest first, then the class map's where there is one.</param>
    /// <param name="jpeg">Encodes the frame.</param>
    /// <param name="quality">The quality of the JPEG, 1..100.</param>
    public static int Write(Span<byte> message, in FramePacket packet, IReadOnlyList<MapSize> maps, JpegEncoder jpeg, int quality)
    {
        var frame = packet.Frame;
        var explanation = packet.Result?.Explanation;
        var top = explanation is null ? [] : explanation.Predictions.Classes;
        BinaryPrimitives.WriteUInt16LittleEndian(message, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(message[2..], (ushort)maps.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(message[4..], (ushort)top.Length);
        var flags = explanation is null ? 0 : explanation.MappedClass < 0 ? HasMap : HasMap | HasClassMap;
        BinaryPrimitives.WriteUInt16LittleEndian(message[6..], (ushort)flags);
        BinaryPrimitives.WriteDoubleLittleEndian(message[8..], packet.Info.Sequence);
        BinaryPrimitives.WriteDoubleLittleEndian(message[16..], packet.Info.PresentationTime.TotalSeconds);
        WriteAge(message[24..], packet);
        BinaryPrimitives.WriteUInt16LittleEndian(message[36..], (ushort)frame.Format.Width);
        BinaryPrimitives.WriteUInt16LittleEndian(message[38..], (ushort)frame.Format.Height);
        WriteRectangle(message[40..], explanation);
        BinaryPrimitives.WriteInt32LittleEndian(message[60..], explanation?.MappedClass ?? -1);

        var at = HeaderBytes + Encoding.UTF8.GetBytes(packet.Info.StreamId, message[HeaderBytes..]);
        BinaryPrimitives.WriteInt32LittleEndian(message[NameLengthOffset..], at - HeaderBytes);
        for (var i = 0; i < maps.Count; i++, at += SizeBytes)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(message[at..], (ushort)maps[i].Width);
            BinaryPrimitives.WriteUInt16LittleEndian(message[(at + 2)..], (ushort)maps[i].Height);
        }
        foreach (var prediction in top)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(message[at..], (uint)prediction.Class);
            BinaryPrimitives.WriteSingleLittleEndian(message[(at + 4)..], prediction.Probability);
            at += PredictionBytes;
        }
        for (var i = 0; i < maps.Count; i++)
        {
            var map = message.Slice(at, maps[i].Pixels);
            if (explanation is null)
                map.Clear();
            else
                ToBytes(i < explanation.Normalised.Count ? explanation.Normalised[i] : explanation.ClassLayer, map);
            at += map.Length;
        }
        var bytes = jpeg.Encode(frame.Format, frame.Pixels, quality, message[at..]);
        BinaryPrimitives.WriteUInt32LittleEndian(message[JpegLengthOffset..], (uint)bytes);
        return at + bytes;
    }

    static void WriteAge(Span<byte> target, in FramePacket packet)
    {
        var explained = packet.Result?.Frame ?? packet.Info;
        BinaryPrimitives.WriteDoubleLittleEndian(target, Stopwatch.GetElapsedTime(explained.Captured, packet.Info.Captured).TotalMilliseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], (uint)Math.Max(0, packet.Info.Sequence - explained.Sequence));
    }

    static void WriteRectangle(Span<byte> target, FrameExplanation? explanation)
    {
        var rectangle = explanation?.Rectangle ?? default;
        BinaryPrimitives.WriteSingleLittleEndian(target, (float)rectangle.X);
        BinaryPrimitives.WriteSingleLittleEndian(target[4..], (float)rectangle.Y);
        BinaryPrimitives.WriteSingleLittleEndian(target[8..], (float)rectangle.Width);
        BinaryPrimitives.WriteSingleLittleEndian(target[12..], (float)rectangle.Height);
    }

    static void ToBytes(ReadOnlySpan<float> map, Span<byte> bytes)
    {
        for (var i = 0; i < map.Length; i++)
            bytes[i] = (byte)(map[i] * 255 + 0.5f);
    }
}

/// <summary>One frame as the page gets it, in a buffer that the hub and its viewers share.</summary>
sealed class EncodedFrame : Pooled<EncodedFrame>
{
    byte[] _buffer = [];
    int _length;

    /// <summary>The frame that it shows.</summary>
    public FrameInfo Frame { get; private set; }

    public ReadOnlyMemory<byte> Message => _buffer.AsMemory(0, _length);

    protected override string Description => $"The message of frame {Frame.Sequence}";

    /// <summary>Returns room for a message. The buffer grows with the stream's largest frame and never shrinks.</summary>
    public Span<byte> Begin(in FrameInfo frame, int capacity)
    {
        Frame = frame;
        if (_buffer.Length < capacity)
            _buffer = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        return _buffer;
    }

    public void End(int length) => _length = length;
}
