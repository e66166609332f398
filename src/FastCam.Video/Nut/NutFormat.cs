using FastCam.Video.Frames;

namespace FastCam.Video.Nut;

/// <summary>Constants of the NUT container, which carries each raw frame with its own timestamp.</summary>
static class NutFormat
{
    public const ulong MainStartCode = 0x4E4D7A561F5F04AD;
    public const ulong StreamStartCode = 0x4E5311405BF2F9DB;
    public const ulong SyncpointStartCode = 0x4E4BE4ADEECA4569;
    public const uint I420 = 0x49343230;

    public const int FlagKey = 1;
    public const int FlagCodedPts = 8;
    public const int FlagStreamId = 16;
    public const int FlagSizeMsb = 32;
    public const int FlagChecksum = 64;
    public const int FlagReserved = 128;
    public const int FlagSideData = 256;
    public const int FlagHeaderIndex = 1024;
    public const int FlagMatchTime = 2048;
    public const int FlagCoded = 4096;
    public const int FlagInvalid = 8192;

    public static ReadOnlySpan<byte> FileId => "nut/multimedia container\0"u8;
}

/// <summary>What one of the 256 frame codes stands for, so that a frame's header need not say it.</summary>
struct NutFrameCode
{
    public int Flags;
    public int SizeMultiplier;
    public int SizeLsb;
    public int Reserved;
    public int HeaderIndex;
    public long TimestampDelta;

    /// <summary>Reads the table of frame codes in a main header.</summary>
    public static void ReadTable(NutBytes bytes, Span<NutFrameCode> codes)
    {
        var code = new NutFrameCode { SizeMultiplier = 1 };
        for (var i = 0; i < codes.Length;)
        {
            code.Flags = bytes.Unsigned(most: 0xFFFF);
            var fields = bytes.Unsigned(most: 256);
            if (fields > 0)
                code.TimestampDelta = bytes.Signed();
            if (fields > 1)
                code.SizeMultiplier = bytes.Unsigned(most: 1 << 20);
            if (fields > 2)
                bytes.Unsigned(most: 0); // stream
            var size = fields > 3 ? bytes.Unsigned(most: 1 << 20) : 0;
            code.Reserved = fields > 4 ? bytes.Unsigned(most: 256) : 0;
            var count = fields > 5 ? bytes.Unsigned(most: 256) : code.SizeMultiplier - size;
            if (fields > 6)
                bytes.Signed(); // match time
            if (fields > 7)
                code.HeaderIndex = bytes.Unsigned(most: 127);
            for (var field = 8; field < fields; field++)
                bytes.Unsigned();

            for (var j = 0; j < count && i < codes.Length; i++)
            {
                if (i == 'N') // this byte begins a start code
                    continue;
                code.SizeLsb = size + j++;
                codes[i] = code;
            }
        }
    }
}

/// <summary>
/// Reads NUT's numbers from a byte stream. Each is bounded: whatever the stream says, the reader does not wait for ever,
/// allocate, or run past a packet.
/// </summary>
sealed class NutBytes(Stream stream)
{
    const int LargestPacket = 1 << 16; // only headers and syncpoints are parsed, and they are small

    readonly byte[] _buffer = new byte[4096];
    int _position;
    int _length;
    int _packetLeft = int.MaxValue;

    /// <exception cref="EndOfStreamException">The stream is over.</exception>
    /// <exception cref="MediaException">The packet is over.</exception>
    public byte Next()
    {
        if (_packetLeft == 0)
            throw IFrameReader.Damage("a packet is too short");
        if (_packetLeft != int.MaxValue)
            _packetLeft--;
        if (_position == _length)
            Fill();
        return _buffer[_position++];
    }

    public ulong Unsigned()
    {
        var value = 0UL;
        while (true)
        {
            var next = Next();
            if (value >> 57 != 0)
                throw IFrameReader.Damage("a number is too long");
            value = value << 7 | (next & 0x7Fu);
            if ((next & 0x80) == 0)
                return value;
        }
    }

    public int Unsigned(int most)
    {
        var value = Unsigned();
        return value <= (ulong)most ? (int)value : throw IFrameReader.Damage("a number is too large");
    }

    public long Signed()
    {
        var value = Unsigned();
        var magnitude = (long)((value >> 1) + (value & 1));
        return (value & 1) == 0 ? -magnitude : magnitude;
    }

    public ulong BigEndian(int bytes)
    {
        var value = 0UL;
        for (var i = 0; i < bytes; i++)
            value = value << 8 | Next();
        return value;
    }

    /// <summary>Begins a packet: until <see cref="EndPacket"/>, reading further than this many bytes is damage.</summary>
    public void BeginPacket(ulong bytes) =>
        _packetLeft = bytes <= LargestPacket ? (int)bytes : throw IFrameReader.Damage("a header is too large");

    public void EndPacket()
    {
        var rest = _packetLeft;
        _packetLeft = int.MaxValue;
        Skip((ulong)rest);
    }

    public void Skip(ulong bytes)
    {
        while (bytes > 0)
        {
            if (_position == _length)
                Fill();
            var step = (int)Math.Min(bytes, (ulong)(_length - _position));
            _position += step;
            bytes -= (ulong)step;
        }
    }

    /// <summary>Fills the whole of <paramref name="target"/>: first from the buffer, then straight from the stream.</summary>
    public void Read(Span<byte> target)
    {
        var buffered = _buffer.AsSpan(_position, Math.Min(_length - _position, target.Length));
        buffered.CopyTo(target);
        _position += buffered.Length;
        for (target = target[buffered.Length..]; target.Length > 0;)
        {
            var count = stream.Read(target);
            if (count == 0)
                throw new EndOfStreamException();
            target = target[count..];
        }
    }

    void Fill()
    {
        _position = 0;
        _length = stream.Read(_buffer);
        if (_length == 0)
            throw new EndOfStreamException();
    }
}
