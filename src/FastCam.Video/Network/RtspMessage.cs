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

    /// <summary>The status of a response; 0 for what is none.</summary>
    public int Status => IsResponse && StartLine.Split(' ') is [_, var code, ..] && int.TryParse(code, CultureInfo.InvariantCulture, out var status) ? status : 0;

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

    /// <summary>Every value of a header that may come more than once.</summary>
    public IEnumerable<string> All(string name) => _headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value);

    /// <summary>Reads the head; null when it is none.</summary>
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
