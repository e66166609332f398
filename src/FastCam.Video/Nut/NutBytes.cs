namespace FastCam.Video.Nut;

/// <summary>
/// NUT's numbers from a byte stream, each bounded: nothing that the stream says makes us wait for ever, allocate, or
/// run past a packet. Reading allocates nothing.
/// </summary>
sealed class NutBytes(Stream stream)
{
    const int LargestPacket = 1 << 16; // of those that are parsed: headers and syncpoints

    readonly byte[] _buffer = new byte[4096];
    int _position;
    int _length;
    int _packetLeft = int.MaxValue;

    /// <exception cref="EndOfStreamException">The stream is over.</exception>
    /// <exception cref="MediaException">The packet is over.</exception>
    public byte Next()
    {
        if (_packetLeft == 0)
            throw Damage("a packet is too short");
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
                throw Damage("a number is too long");
            value = value << 7 | (next & 0x7Fu);
            if ((next & 0x80) == 0)
                return value;
        }
    }

    public int Unsigned(int most)
    {
        var value = Unsigned();
        return value <= (ulong)most ? (int)value : throw Damage("a number is too large");
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

    /// <summary>From here to <see cref="EndPacket"/>, reading further than this many bytes is damage.</summary>
    public void BeginPacket(ulong bytes) => _packetLeft = bytes <= LargestPacket ? (int)bytes : throw Damage("a header is too large");

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

    /// <summary>Fills the whole of <paramref name="target"/>, past what is buffered straight from the stream.</summary>
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

    public static MediaException Damage(string what) => new(MediaFault.SourceFailed, $"The stream of raw frames is damaged: {what}.");

    void Fill()
    {
        _position = 0;
        _length = stream.Read(_buffer);
        if (_length == 0)
            throw new EndOfStreamException();
    }
}
