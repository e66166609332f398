using FastCam.Video.Frames;

namespace FastCam.Video.Nut;

/// <summary>
/// Reads a NUT stream that holds one raw I420 video, as FFmpeg writes it. Reading a frame allocates nothing, and copies no
/// pixel twice but for the first few that share a buffer with its header.
/// </summary>
sealed class NutReader(Stream stream) : IFrameReader
{
    readonly NutBytes _bytes = new(stream);
    readonly NutFrameCode[] _codes = new NutFrameCode[256];
    (int Numerator, int Denominator)[] _timeBases = [];
    byte[][] _elided = [[]];
    int _timeBase;
    int _timestampBits;
    bool _broadcast;
    bool _started;
    long _lastTimestamp;
    byte[] _prefix = [];

    public FrameFormat Format { get; private set; }

    public bool TryReadHeader(out TimeSpan presentationTime)
    {
        presentationTime = default;
        try
        {
            if (!_started)
                Start();
            while (true)
            {
                var code = _bytes.Next();
                if (code == 'N')
                {
                    ReadPacket();
                    continue;
                }

                presentationTime = ReadFrameHeader(code);
                return true;
            }
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    public bool TryReadPixels(Span<byte> pixels)
    {
        if (pixels.Length != Format.ByteCount)
            throw Format.WrongLength(pixels.Length, nameof(pixels));
        try
        {
            _prefix.CopyTo(pixels);
            _bytes.Read(pixels[_prefix.Length..]);
            return true;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    public bool TrySkipPixels()
    {
        try
        {
            _bytes.Skip((ulong)(Format.ByteCount - _prefix.Length));
            return true;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    void Start()
    {
        Array.Fill(_codes, new NutFrameCode { Flags = NutFormat.FlagInvalid });
        foreach (var expected in NutFormat.FileId)
        {
            if (_bytes.Next() != expected)
                throw IFrameReader.Damage("it does not begin as NUT does");
        }

        _started = true;
    }

    void ReadPacket()
    {
        var startCode = (ulong)'N' << 56 | _bytes.BigEndian(7);
        var length = _bytes.Unsigned();
        if (length > 4096)
            _bytes.BigEndian(4); // the checksum of the packet's header
        var known = Format.Width > 0; // FFmpeg repeats its headers now and then
        if (startCode == NutFormat.SyncpointStartCode || (!known && startCode is NutFormat.MainStartCode or NutFormat.StreamStartCode))
        {
            _bytes.BeginPacket(length);
            if (startCode == NutFormat.MainStartCode)
                ReadMainHeader();
            else if (startCode == NutFormat.StreamStartCode)
                ReadStreamHeader();
            else
                ReadSyncpoint();
            _bytes.EndPacket();
        }
        else
        {
            _bytes.Skip(length);
        }
    }

    void ReadMainHeader()
    {
        var version = _bytes.Unsigned(most: 4);
        if (version > 3)
            _bytes.Unsigned(); // minor version
        _bytes.Unsigned(most: 1); // streams
        _bytes.Unsigned(); // largest distance of syncpoints
        _timeBases = new (int, int)[_bytes.Unsigned(most: 16)];
        if (_timeBases.Length == 0)
            throw IFrameReader.Damage("it has no time base");
        for (var i = 0; i < _timeBases.Length; i++)
            _timeBases[i] = (Math.Max(1, _bytes.Unsigned(most: int.MaxValue)), Math.Max(1, _bytes.Unsigned(most: int.MaxValue)));
        NutFrameCode.ReadTable(_bytes, _codes);
        _elided = new byte[_bytes.Unsigned(most: 127) + 1][];
        _elided[0] = [];
        for (var i = 1; i < _elided.Length; i++)
        {
            _elided[i] = new byte[_bytes.Unsigned(most: 255)];
            for (var at = 0; at < _elided[i].Length; at++)
                _elided[i][at] = _bytes.Next();
        }

        _broadcast = version > 3 && (_bytes.Unsigned() & 1) != 0;
    }

    void ReadStreamHeader()
    {
        if (_timeBases.Length == 0)
            throw IFrameReader.Damage("a stream comes before the main header");
        _bytes.Unsigned(most: 0); // its number
        _bytes.Unsigned(most: 0); // its class: video
        var codec = _bytes.Unsigned(most: 8);
        if (codec != 4 || _bytes.BigEndian(4) != NutFormat.I420)
            throw IFrameReader.Damage("its frames are not I420");
        _timeBase = _bytes.Unsigned(most: _timeBases.Length - 1);
        _timestampBits = _bytes.Unsigned(most: 16);
        _bytes.Unsigned(); // largest distance of timestamps
        _bytes.Unsigned(); // decoding delay
        _bytes.Unsigned(); // flags
        var specific = _bytes.Unsigned(most: 4096);
        for (var i = 0; i < specific; i++)
            _bytes.Next();
        var width = _bytes.Unsigned();
        var height = _bytes.Unsigned();
        if (width is 0 or > FrameFormat.MaximumWidth || height is 0 or > FrameFormat.MaximumHeight)
        {
            throw new MediaException(
                MediaFault.SourceUnreadable,
                $"a frame of {width}x{height} is larger than {FrameFormat.MaximumWidth}x{FrameFormat.MaximumHeight}, the largest that is "
                + "read; scale it down.");
        }

        Format = new FrameFormat((int)width, (int)height);
    }

    void ReadSyncpoint()
    {
        if (_timeBases.Length == 0)
            throw IFrameReader.Damage("a syncpoint comes before the main header");
        var stamp = _bytes.Unsigned();
        var count = (ulong)_timeBases.Length;
        var (numerator, denominator) = _timeBases[stamp % count];
        var (streamNumerator, streamDenominator) = _timeBases[_timeBase];
        _lastTimestamp = (long)((Int128)(stamp / count) * numerator * streamDenominator / ((Int128)denominator * streamNumerator));
        _bytes.Unsigned(); // distance to the one before
        if (_broadcast)
            _bytes.Unsigned(); // time of sending
    }

    TimeSpan ReadFrameHeader(byte frameCode)
    {
        ref readonly var code = ref _codes[frameCode];
        var flags = code.Flags;
        if ((flags & NutFormat.FlagCoded) != 0)
            flags ^= _bytes.Unsigned(most: 0xFFFF);
        if ((flags & (NutFormat.FlagInvalid | NutFormat.FlagSideData)) != 0 || Format.Width == 0)
            throw IFrameReader.Damage("no frame can begin here");
        if ((flags & NutFormat.FlagStreamId) != 0)
            _bytes.Unsigned(most: 0);
        _lastTimestamp = (flags & NutFormat.FlagCodedPts) != 0
            ? Timestamp(_bytes.Unsigned())
            : unchecked(_lastTimestamp + code.TimestampDelta);
        long size = code.SizeLsb;
        if ((flags & NutFormat.FlagSizeMsb) != 0)
            size += (long)code.SizeMultiplier * _bytes.Unsigned(most: int.MaxValue);
        if ((flags & NutFormat.FlagMatchTime) != 0)
            _bytes.Signed();
        var index = (flags & NutFormat.FlagHeaderIndex) != 0 ? _bytes.Unsigned(most: _elided.Length - 1) : code.HeaderIndex;
        var reserved = (flags & NutFormat.FlagReserved) != 0 ? _bytes.Unsigned(most: 256) : code.Reserved;
        for (var i = 0; i < reserved; i++)
            _bytes.Unsigned();
        if ((flags & NutFormat.FlagChecksum) != 0)
            _bytes.BigEndian(4);
        if (size != Format.ByteCount)
        {
            throw new MediaException(
                MediaFault.SourceFailed, $"The stream of raw frames is damaged or changed: a frame of {size} bytes is none of {Format}.")
            { Recovery = Recovery.AtOnce };
        }

        if (index >= _elided.Length)
            throw IFrameReader.Damage("a frame begins as none can");
        _prefix = _elided[index];
        if (_prefix.Length > size)
            throw IFrameReader.Damage("a frame is shorter than its beginning");
        return ToTime(_lastTimestamp);
    }

    // A timestamp is given whole, or by its lowest bits; it is then the one nearest to the last.
    long Timestamp(ulong coded)
    {
        var range = 1UL << _timestampBits;
        if (coded >= range)
            return (long)(coded - range);
        var mask = (long)range - 1;
        var from = unchecked(_lastTimestamp - mask / 2);
        return unchecked((((long)coded - from) & mask) + from);
    }

    TimeSpan ToTime(long timestamp)
    {
        var (numerator, denominator) = _timeBases[_timeBase];
        var ticks = ((Int128)timestamp * numerator * TimeSpan.TicksPerSecond * 2 + denominator) / ((Int128)denominator * 2);
        if (ticks < 0 || ticks > TimeSpan.MaxValue.Ticks)
            throw IFrameReader.Damage("a timestamp is out of range");
        return new TimeSpan((long)ticks);
    }
}
