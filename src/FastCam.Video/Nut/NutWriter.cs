using System.Buffers.Binary;
using FastCam.Video.Frames;

namespace FastCam.Video.Nut;

/// <summary>
/// Writes raw I420 frames as NUT for FFmpeg to read from a pipe, each with its own timestamp at 90 kHz.
/// Writing a frame allocates nothing.
/// </summary>
sealed class NutWriter
{
    const int ClockRate = 90_000;
    const int TimestampBits = 7;
    const byte FrameCode = 1;
    const int FlagPipe = 2; // it promises no syncpoints, each of which FFmpeg would remember for ever

    readonly Stream _stream;
    readonly FrameFormat _format;
    readonly byte[] _header = new byte[256];
    int _length;
    long _lastTimestamp = -1;

    /// <summary>Writes the headers.</summary>
    /// <exception cref="IOException">The reader is gone.</exception>
    public NutWriter(Stream stream, FrameFormat format)
    {
        _stream = stream;
        _format = format;
        _stream.Write(NutFormat.FileId);
        WriteMainHeader();
        WriteStreamHeader();
        WriteSyncpoint();
    }

    /// <summary>
    /// Writes one frame. No video file can hold a timestamp that is not later than the one before, so it becomes one tick
    /// (11 µs) later.
    /// </summary>
    /// <exception cref="IOException">The reader is gone.</exception>
    public void Write(TimeSpan presentationTime, ReadOnlySpan<byte> pixels)
    {
        var timestamp = (long)(((Int128)presentationTime.Ticks * ClockRate + TimeSpan.TicksPerSecond / 2) / TimeSpan.TicksPerSecond);
        _lastTimestamp = Math.Max(timestamp, _lastTimestamp + 1);
        _length = 0;
        Byte(FrameCode);
        Unsigned((ulong)_lastTimestamp + (1 << TimestampBits));
        Unsigned((ulong)pixels.Length);
        Checksum();
        _stream.Write(_header, 0, _length);
        _stream.Write(pixels);
    }

    void WriteMainHeader()
    {
        _length = 0;
        Unsigned(4); // the first version with FlagPipe
        Unsigned(0); // minor version
        Unsigned(1); // streams
        Unsigned(65536); // largest distance of syncpoints
        Unsigned(1); // time bases
        Unsigned(1);
        Unsigned(ClockRate);
        FrameCodes(NutFormat.FlagInvalid, count: 1);
        FrameCodes(NutFormat.FlagKey | NutFormat.FlagCodedPts | NutFormat.FlagSizeMsb | NutFormat.FlagChecksum, count: 1);
        FrameCodes(NutFormat.FlagInvalid, count: 253); // the count leaves out 'N'
        Unsigned(0); // elided headers
        Unsigned(FlagPipe);
        WritePacket(NutFormat.MainStartCode);
    }

    void FrameCodes(int flags, int count)
    {
        Unsigned((ulong)flags);
        Unsigned(6); // fields
        Unsigned(0); // difference of timestamps
        Unsigned(1); // multiplier of the size
        Unsigned(0); // stream
        Unsigned(0); // size
        Unsigned(0); // reserved
        Unsigned((ulong)count);
    }

    void WriteStreamHeader()
    {
        _length = 0;
        Unsigned(0); // its number
        Unsigned(0); // its class: video
        Unsigned(4);
        BigEndian(NutFormat.I420);
        Unsigned(0); // time base
        Unsigned(TimestampBits);
        Unsigned(ClockRate); // largest distance of timestamps without a checksum
        Unsigned(0); // decoding delay
        Unsigned(0); // flags
        Unsigned(0); // codec's own data
        Unsigned((ulong)_format.Width);
        Unsigned((ulong)_format.Height);
        Unsigned(1); // sample aspect ratio
        Unsigned(1);
        Unsigned(0); // colour space: NUT does not know ours
        WritePacket(NutFormat.StreamStartCode);
    }

    void WriteSyncpoint()
    {
        _length = 0;
        Unsigned(0); // time
        Unsigned(0); // distance to the one before
        WritePacket(NutFormat.SyncpointStartCode);
    }

    void WritePacket(ulong startCode)
    {
        Checksum();
        Span<byte> start = stackalloc byte[9];
        BinaryPrimitives.WriteUInt64BigEndian(start, startCode);
        if (_length > 127)
            throw new InvalidOperationException("A header's length is written in one byte.");
        start[8] = (byte)_length;
        _stream.Write(start);
        _stream.Write(_header, 0, _length);
    }

    void Byte(byte value) => _header[_length++] = value;

    void Unsigned(ulong value)
    {
        var shift = 0;
        while (value >> (shift + 7) != 0)
            shift += 7;
        for (; shift > 0; shift -= 7)
            Byte((byte)(value >> shift | 0x80));
        Byte((byte)(value & 0x7F));
    }

    void BigEndian(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_header.AsSpan(_length), value);
        _length += 4;
    }

    // NUT takes CRC-32 with the polynomial 0x04C11DB7, highest bit first, from 0; here it is over all of the header so far.
    void Checksum()
    {
        var crc = 0u;
        foreach (var value in _header.AsSpan(0, _length))
        {
            crc ^= (uint)value << 24;
            for (var bit = 0; bit < 8; bit++)
                crc = crc << 1 ^ (crc >> 31) * 0x04C11DB7;
        }

        BigEndian(crc);
    }
}
