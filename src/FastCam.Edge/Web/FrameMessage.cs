using System.Buffers.Binary;
using System.Diagnostics;
using FastCam.Edge.Pipeline;
using FastCam.Onnx.Explanation;
using FastCam.Saliency.Resampling;
using FastCam.Video.Frames;
using FastCam.Video.Jpeg;

namespace FastCam.Edge.Web;

/// <summary>
/// The page's message of a frame: a header of 64 bytes, the map sizes, the top classes, the maps as bytes (the layers, finest first, then the
/// class map where there is one), then the JPEG. Little-endian; <c>src/web/src/protocol.ts</c> reads it.
/// </summary>
static class FrameMessage
{
    const ushort Version = 2;
    const ushort HasMap = 1;
    const ushort HasClassMap = 2;
    const int HeaderBytes = 64;
    const int SizeBytes = 4;
    const int PredictionBytes = 8;
    const int JpegLengthOffset = 56;

    /// <summary>Returns the most bytes that a message can take.</summary>
    public static int Capacity(FrameFormat format, IReadOnlyList<MapSize> maps)
    {
        const int MostPredictions = 5;
        var capacity = HeaderBytes + MostPredictions * PredictionBytes + JpegEncoder.MaximumByteCount(format);
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
        var explanation = packet.Explanation?.Value;
        var top = explanation is null ? [] : explanation.Top;
        BinaryPrimitives.WriteUInt16LittleEndian(message, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(message[2..], (ushort)maps.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(message[4..], (ushort)top.Length);
        var flags = explanation is null ? 0 : explanation.MappedClass < 0 ? HasMap : HasMap | HasClassMap;
        BinaryPrimitives.WriteUInt16LittleEndian(message[6..], (ushort)flags);
        BinaryPrimitives.WriteDoubleLittleEndian(message[8..], frame.Sequence);
        BinaryPrimitives.WriteDoubleLittleEndian(message[16..], frame.PresentationTime.TotalSeconds);
        WriteAge(message[24..], frame, explanation);
        BinaryPrimitives.WriteUInt16LittleEndian(message[36..], (ushort)frame.Format.Width);
        BinaryPrimitives.WriteUInt16LittleEndian(message[38..], (ushort)frame.Format.Height);
        WriteRectangle(message[40..], explanation);
        BinaryPrimitives.WriteInt32LittleEndian(message[60..], explanation?.MappedClass ?? -1);

        var at = HeaderBytes;
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

    static void WriteAge(Span<byte> target, Frame frame, FrameExplanation? explanation)
    {
        var age = explanation is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(explanation.CaptureTimestamp, frame.CaptureTimestamp);
        BinaryPrimitives.WriteDoubleLittleEndian(target, age.TotalMilliseconds);
        var framesBehind = explanation is null ? 0 : Math.Max(0, frame.Sequence - explanation.Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], (uint)framesBehind);
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

/// <summary>One frame as the page gets it, in a pooled buffer; the last release returns it to its pool.</summary>
sealed class EncodedFrame(EncodedFramePool pool)
{
    byte[] _buffer = [];
    int _length;
    int _leases;

    public long Sequence { get; set; }

    public ReadOnlyMemory<byte> Message => _buffer.AsMemory(0, _length);

    /// <summary>Returns room for a message. The buffer grows with the stream's largest frame and never shrinks.</summary>
    public Span<byte> Begin(int capacity)
    {
        if (_buffer.Length < capacity)
            _buffer = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
        return _buffer;
    }

    public void End(int length) => _length = length;

    public void AddLease()
    {
        if (Interlocked.Increment(ref _leases) < 2)
            throw new InvalidOperationException("An encoded frame was leased after it was returned.");
    }

    public void Release()
    {
        var left = Interlocked.Decrement(ref _leases);
        if (left < 0)
            throw new InvalidOperationException("An encoded frame was returned twice.");
        if (left == 0)
            pool.Return(this);
    }

    internal void Start() => _leases = 1;
}

/// <summary>The encoded frames that the hub and its viewers use. It grows to at most two for each viewer and one more.</summary>
sealed class EncodedFramePool
{
    readonly Lock _gate = new();
    readonly Stack<EncodedFrame> _free = [];

    public EncodedFrame Rent()
    {
        lock (_gate)
        {
            var rented = _free.TryPop(out var free) ? free : new EncodedFrame(this);
            rented.Start();
            return rented;
        }
    }

    internal void Return(EncodedFrame frame)
    {
        lock (_gate)
            _free.Push(frame);
    }
}
