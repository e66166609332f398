using System.Globalization;
using System.Text;

namespace FastCam.Video.Network;

/// <summary>A request or a response of RTSP 1.0 (RFC 2326), with its body.</summary>
sealed class RtspMessage
{
    readonly List<KeyValuePair<string, string>> _headers = [];

    RtspMessage(string startLine, byte[] body)
    {
        StartLine = startLine;
        Body = body;
    }

    public string StartLine { get; set; }

    public byte[] Body { get; set; }

    public bool IsResponse => StartLine.StartsWith("RTSP/", StringComparison.Ordinal);

    /// <summary>The status of a response; 0 for a request.</summary>
    public int Status =>
        IsResponse && StartLine.Split(' ') is [_, var code, ..] && int.TryParse(code, CultureInfo.InvariantCulture, out var status) ? status : 0;

    /// <summary>The method of a request.</summary>
    public string Method => StartLine.Split(' ')[0];

    /// <summary>The URI of a request.</summary>
    public string Uri => StartLine.Split(' ') is [_, var uri, ..] ? uri : "";

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

    /// <summary>Reads a message's head; null when it is none.</summary>
    public static RtspMessage? Parse(ReadOnlySpan<byte> head, byte[] body)
    {
        var lines = Encoding.Latin1.GetString(head).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || !lines[0].Contains("RTSP/", StringComparison.Ordinal))
            return null;
        var message = new RtspMessage(lines[0], body);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
                message._headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
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
/// One direction of an RTSP connection, cut into messages and interleaved packets. Whatever comes, it waits for no more
/// than the largest item, and keeps no more than that.
/// </summary>
sealed class RtspWire(Stream stream)
{
    const int LargestHead = 16 * 1024;
    const int LargestBody = 64 * 1024;
    const int PacketHeader = 4; // '$', channel, length (RFC 2326, section 10.12)

    readonly byte[] _buffer = new byte[PacketHeader + ushort.MaxValue + LargestHead + LargestBody];
    int _start;
    int _end;

    /// <summary>Waits for the next item.</summary>
    /// <param name="packet">An interleaved packet with its header, valid until the next call; empty when the item is a message.</param>
    /// <param name="message">The message; null when the item is a packet.</param>
    /// <returns>False at the end of the connection.</returns>
    /// <exception cref="InvalidDataException">What came is no RTSP.</exception>
    public bool Next(out ReadOnlySpan<byte> packet, out RtspMessage? message)
    {
        packet = default;
        message = null;
        do
        {
            if (!Have(1))
                return false;
        }
        while (IsEmptyLine());
        return _buffer[_start] == '$' ? TryPacket(out packet) : TryMessage(out message);
    }

    bool TryPacket(out ReadOnlySpan<byte> packet)
    {
        packet = default;
        if (!Have(PacketHeader))
            return false;
        var length = PacketHeader + (_buffer[_start + 2] << 8 | _buffer[_start + 3]);
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
            RequireText();
            if (_end - _start > LargestHead)
                throw Garbage();
            if (!Have(_end - _start + 1))
                return false;
        }

        var bodyLength = BodyLength(_buffer.AsSpan(_start, head));
        if (!Have(head + bodyLength))
            return false;
        message = RtspMessage.Parse(_buffer.AsSpan(_start, head), _buffer.AsSpan(_start + head, bodyLength).ToArray()) ?? throw Garbage();
        _start += head + bodyLength;
        return true;
    }

    // Empty lines between messages mean nothing and are passed over.
    bool IsEmptyLine()
    {
        if (_buffer[_start] is not ((byte)'\r' or (byte)'\n'))
            return false;
        _start++;
        return true;
    }

    /// <returns>-1 while the head has not come whole.</returns>
    int HeadLength()
    {
        var at = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
        return at < 0 ? -1 : at + 4;
    }

    void RequireText()
    {
        foreach (var letter in _buffer.AsSpan(_start, Math.Min(_end - _start, 16)))
        {
            if (letter is < 32 or > 126 && letter is not ((byte)'\r' or (byte)'\n' or (byte)'\t'))
                throw Garbage();
        }
    }

    static int BodyLength(ReadOnlySpan<byte> head)
    {
        foreach (var line in Encoding.Latin1.GetString(head).Split('\n'))
        {
            if (!line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                continue;
            var digits = line["Content-Length:".Length..].Trim();
            var isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length);
            return isNumber && length <= LargestBody ? length : throw Garbage();
        }

        return 0;
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
                return false;
            _end += read;
        }

        if (_start == _end)
            (_start, _end) = (0, 0);
        return true;
    }

    static InvalidDataException Garbage() => new("what came is no RTSP");
}
