using System.Globalization;
using System.Text;

namespace FastCam.Video.Network.Rtsp;

/// <summary>A request or a response of RTSP 1.0 (RFC 2326), with its body.</summary>
sealed class RtspMessage
{
    readonly List<KeyValuePair<string, string>> _headers = [];

    RtspMessage(string startLine) => StartLine = startLine;

    public string StartLine { get; set; }

    public byte[] Body { get; set; } = [];

    public bool IsResponse => StartLine.StartsWith("RTSP/", StringComparison.Ordinal);

    /// <summary>The status of a response; 0 for a request.</summary>
    public int Status =>
        IsResponse && StartLine.Split(' ') is [_, var code, ..] && int.TryParse(code, CultureInfo.InvariantCulture, out var status) ? status : 0;

    /// <summary>The method of a request.</summary>
    public string Method => StartLine.Split(' ')[0];

    /// <summary>The URI of a request.</summary>
    public string Uri
    {
        get => StartLine.Split(' ') is [_, var uri, ..] ? uri : "";
        set => StartLine = StartLine.Split(' ') is [var method, _, .. var version] ? $"{method} {value} {string.Join(' ', version)}" : StartLine;
    }

    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in _headers)
            {
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return value;
            }

            return null;
        }

        set
        {
            _headers.RemoveAll(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (value is not null)
                _headers.Add(new(name, value));
        }
    }

    /// <summary>Returns every value of a header that may come more than once.</summary>
    public IEnumerable<string> All(string name) =>
        _headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value);

    /// <summary>Reads a message's head; null when it is none. A line that begins with a space goes on with the one before.</summary>
    public static RtspMessage? Parse(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || !lines[0].Contains("RTSP/", StringComparison.Ordinal))
            return null;
        var message = new RtspMessage(lines[0].Trim());
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':');
            if (line[0] is ' ' or '\t' && message._headers is [.., var (name, value)])
                message._headers[^1] = new(name, $"{value} {line.Trim()}".TrimEnd());
            else if (colon > 0)
                message._headers.Add(new(line[..colon].Trim(), line[(colon + 1)..].Trim()));
        }

        return message;
    }

    public byte[] ToBytes()
    {
        if (Body.Length > 0)
            this["Content-Length"] = Body.Length.ToString(CultureInfo.InvariantCulture);
        var text = new StringBuilder(StartLine).Append("\r\n");
        foreach (var (key, value) in _headers)
            text.Append(key).Append(": ").Append(value).Append("\r\n");
        return [.. Encoding.Latin1.GetBytes(text.Append("\r\n").ToString()), .. Body];
    }
}

/// <summary>
/// One direction of an RTSP connection, cut into messages and interleaved packets. Bytes between them that are neither are passed over,
/// as players do. Whatever comes, it waits for no more than the largest item, and keeps no more than that.
/// </summary>
sealed class RtspWire(Stream stream)
{
    const int LargestHead = 16 * 1024;
    const int LargestBody = 64 * 1024;
    const int LongestLine = 2048;
    const int LongestMethod = 20;
    const int MostStray = 256 * 1024; // in a row; a camera of four million pixels loses a key frame by as much
    const int PacketHeader = 4; // '$', channel, length (RFC 2326, section 10.12)

    readonly byte[] _buffer = new byte[PacketHeader + ushort.MaxValue + LargestHead + LargestBody];
    int _start;
    int _end;
    int _stray;
    bool _spoke; // a message has come
    bool _ended;

    /// <summary>Waits for the next item.</summary>
    /// <param name="packet">An interleaved packet with its header, valid until the next call; empty when the item is a message.</param>
    /// <param name="message">The message; null when the item is a packet.</param>
    /// <returns>False at the end of the connection.</returns>
    /// <exception cref="InvalidDataException">What came is no RTSP.</exception>
    public bool Next(out ReadOnlySpan<byte> packet, out RtspMessage? message)
    {
        packet = default;
        message = null;
        for (_stray = 0; Have(1); Pass())
        {
            if (_buffer[_start] == '$' ? IsPacket() : IsFirstLine())
                return _buffer[_start] == '$' ? TryPacket(out packet) : TryMessage(out message);
            if (_ended)
                break;
        }

        return false;
    }

    // Empty lines between messages mean nothing.
    void Pass()
    {
        var letter = _buffer[_start++];
        if (letter is not ((byte)'\r' or (byte)'\n') && (!_spoke || ++_stray > MostStray))
            throw Garbage();
    }

    /// <summary>Whether a dollar sign begins a packet: RTP and RTCP have their version, which is 2, in their first bits (RFC 3550).</summary>
    bool IsPacket() => Have(PacketHeader) && (PacketLength == PacketHeader || (Have(PacketHeader + 1) && _buffer[_start + PacketHeader] >> 6 == 2));

    int PacketLength => PacketHeader + (_buffer[_start + 2] << 8 | _buffer[_start + 3]);

    /// <summary>Whether here begins the first line of a message: RTSP/1.0 in a response, a method in a request.</summary>
    bool IsFirstLine()
    {
        var isWord = true;
        for (var length = 0; length < LongestLine && Have(length + 1); length++)
        {
            var letter = _buffer[_start + length];
            if (letter == '\n')
                return _buffer.AsSpan(_start, length).IndexOf("RTSP/"u8) >= 0;
            if (letter is < (byte)' ' or > (byte)'~' && letter is not ((byte)'\r' or (byte)'\t'))
                return false;
            isWord &= length == 0 || letter is not ((byte)' ' or (byte)'/');
            if (isWord && (length == LongestMethod || letter is not ((>= (byte)'A' and <= (byte)'Z') or (byte)'_')))
                return false;
        }

        return false;
    }

    bool TryPacket(out ReadOnlySpan<byte> packet)
    {
        packet = default;
        var length = PacketLength;
        if (!Have(length))
            return false;
        packet = _buffer.AsSpan(_start, length);
        _start += length;
        return true;
    }

    bool TryMessage(out RtspMessage? message)
    {
        message = null;
        int head;
        while ((head = HeadLength()) < 0)
        {
            if (_end - _start > LargestHead)
                throw Garbage();
            if (!Have(_end - _start + 1))
                return false;
        }

        if (head > LargestHead || RtspMessage.Parse(_buffer.AsSpan(_start, head)) is not { } parsed)
            throw Garbage();
        var bodyLength = BodyLength(parsed);
        if (!Have(head + bodyLength))
            return false;
        parsed.Body = _buffer.AsSpan(_start + head, bodyLength).ToArray();
        _start += head + bodyLength;
        message = parsed;
        _spoke = true;
        return true;
    }

    // Lines end as RFC 2326 has it, or with the line feed alone, as players accept it.
    /// <returns>-1 while the head has not come whole.</returns>
    int HeadLength()
    {
        var isEmpty = false;
        for (var i = _start; i < _end; i++)
        {
            if (_buffer[i] == '\n' && isEmpty)
                return i + 1 - _start;
            isEmpty = _buffer[i] == '\n' || (isEmpty && _buffer[i] == '\r');
        }

        return -1;
    }

    static int BodyLength(RtspMessage message)
    {
        if (message["Content-Length"] is not { } digits)
            return 0;
        var isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length);
        return isNumber && length <= LargestBody ? length : throw Garbage();
    }

    bool Have(int count)
    {
        if (_start + count > _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        while (_end - _start < count)
        {
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
            {
                _ended = true;
                return false;
            }

            _end += read;
        }

        if (_start == _end)
            (_start, _end) = (0, 0);
        return true;
    }

    static InvalidDataException Garbage() => new("what came is no RTSP");
}
