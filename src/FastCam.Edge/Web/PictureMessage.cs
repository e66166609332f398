using System.Buffers.Binary;
using System.Diagnostics;
using FastCam.Edge.Pipeline;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Taps;
using FastCam.Video;

namespace FastCam.Edge.Web;

/// <summary>
/// The page's picture message: a header of 64 bytes, the layer sizes, the top classes, the layer maps as bytes, then the JPEG.
/// Little-endian; <c>src/web/protocol.ts</c> reads it.
/// </summary>
static class PictureMessage
{
    const ushort Version = 1;
    const ushort HasMap = 1;
    const int HeaderBytes = 64;
    const int SizeBytes = 4;
    const int PredictionBytes = 8;
    const int JpegLengthOffset = 56;

    /// <summary>The most bytes that a message can take.</summary>
    public static int Capacity(FrameFormat format, IReadOnlyList<Tap> taps)
    {
        const int MostPredictions = 5;
        return HeaderBytes + taps.Sum(tap => SizeBytes + tap.Pixels) + MostPredictions * PredictionBytes + JpegEncoder.MaximumByteCount(format);
    }

    /// <summary>Writes a message; answers its length.</summary>
    public static int Write(Span<byte> message, in Picture picture, IReadOnlyList<Tap> taps, JpegEncoder jpeg, int quality)
    {
        var frame = picture.Frame;
        var explanation = picture.Explanation?.Value;
        var top = explanation is null ? [] : explanation.Top;
        BinaryPrimitives.WriteUInt16LittleEndian(message, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(message[2..], (ushort)taps.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(message[4..], (ushort)top.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(message[6..], explanation is null ? (ushort)0 : HasMap);
        BinaryPrimitives.WriteDoubleLittleEndian(message[8..], frame.Sequence);
        BinaryPrimitives.WriteDoubleLittleEndian(message[16..], frame.PresentationTime.TotalSeconds);
        WriteAge(message[24..], frame, explanation);
        BinaryPrimitives.WriteUInt16LittleEndian(message[36..], (ushort)frame.Format.Width);
        BinaryPrimitives.WriteUInt16LittleEndian(message[38..], (ushort)frame.Format.Height);
        WriteRectangle(message[40..], explanation);
        BinaryPrimitives.WriteUInt32LittleEndian(message[60..], 0);

        var at = HeaderBytes;
        foreach (var tap in taps)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(message[at..], (ushort)tap.Width);
            BinaryPrimitives.WriteUInt16LittleEndian(message[(at + 2)..], (ushort)tap.Height);
            at += SizeBytes;
        }
        foreach (var prediction in top)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(message[at..], (uint)prediction.Class);
            BinaryPrimitives.WriteSingleLittleEndian(message[(at + 4)..], prediction.Probability);
            at += PredictionBytes;
        }
        for (var layer = 0; layer < taps.Count; layer++)
        {
            var map = message.Slice(at, taps[layer].Pixels);
            if (explanation is null) map.Clear();
            else ToBytes(explanation.Normalised[layer], map);
            at += map.Length;
        }
        var bytes = jpeg.Encode(frame.Format, frame.Pixels, quality, message[at..]);
        BinaryPrimitives.WriteUInt32LittleEndian(message[JpegLengthOffset..], (uint)bytes);
        return at + bytes;
    }

    static void WriteAge(Span<byte> target, Frame frame, FrameExplanation? explanation)
    {
        var age = explanation is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(explanation.CaptureTimestamp, frame.CaptureTimestamp);
        BinaryPrimitives.WriteDoubleLittleEndian(target, age.TotalMilliseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], explanation is null ? 0 : (uint)Math.Max(0, frame.Sequence - explanation.Sequence));
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
        for (var i = 0; i < map.Length; i++) bytes[i] = (byte)(map[i] * 255 + 0.5f);
    }
}
