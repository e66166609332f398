using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FastCam.Video.Network.Rtsp;

/// <summary>
/// A file that says where RTP comes and what it carries (SDP, RFC 8866). It is checked before a child gets it, so that what is wrong is
/// known with its line, and that it names nothing but numeric addresses and ports.
/// </summary>
/// <param name="Text">The file as it is, which may hold keys.</param>
/// <param name="Place">Where video comes, as a display text that follows "RTP".</param>
sealed record SessionFile(byte[] Text, string Place)
{
    const int Largest = 64 * 1024;
    const int FirstDynamicType = 96; // from here on a payload type means what a=rtpmap says
    const int LongestQuote = 60;
    const string SourceFilter = "source-filter:";

    static ReadOnlySpan<byte> Start => "v=0"u8;

    /// <summary>
    /// Whether a path is to be read as one. Its name has to say so, unlike that of a video or an image: a description opens ports, and
    /// nobody who opens what is called a video asks for that.
    /// </summary>
    public static bool IsNamedSo(string path) => Path.GetExtension(path).Equals(".sdp", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a file.</summary>
    /// <exception cref="MediaException">It cannot be read, is malformed, or describes no video that is sent to this machine.</exception>
    public static SessionFile Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var text = new byte[Largest + 1];
            var length = file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return length <= Largest ? Parse(path, text[..length]) : throw Bad(path, $"it has more than {Largest / 1024} KiB");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MediaException(MediaFault.SourceNotFound, $"{path} does not exist.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.SourceUnreadable, $"{path} cannot be read: {FileFault.Describe(path, error)}.", error);
        }
    }

    /// <summary>Reads a file's content.</summary>
    /// <exception cref="MediaException">It is malformed, or describes no video that is sent to this machine.</exception>
    public static SessionFile Parse(string path, byte[] text)
    {
        if (!text.AsSpan().StartsWith(Start))
            throw Bad(path, "it does not begin with v=0");
        var reader = new Reader(path);
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n'))
            reader.Take(line.TrimEnd('\r'));
        reader.EndOfMedia();
        if (reader.Place is { } place)
            return new(text, place);
        var kinds = SessionDescription.Media(text);
        throw Bad(path, kinds.Count == 0 ? "it describes no media (m=)" : $"it has no video, only {string.Join(" and ", kinds.Take(4))}");
    }

    static MediaException Bad(string path, string reason) =>
        new(MediaFault.SourceUnreadable, $"{path} is no session description that can be played: {reason}.") { Recovery = Recovery.None };

    /// <summary>Goes through the lines.</summary>
    sealed class Reader(string path)
    {
        readonly HashSet<int> _undefined = []; // the payload types of this medium that nothing explains so far
        IPAddress? _ofSession;
        IPAddress? _ofMedia;
        int _number;
        int _mediaLine;
        string _media = "";
        int _port;
        bool _inMedia;

        /// <summary>Where the first video comes; null while there is none.</summary>
        public string? Place { get; private set; }

        public void Take(string line)
        {
            _number++;
            if (line.Length == 0)
                return;
            if (line.Length < 2 || !char.IsAsciiLetterLower(line[0]) || line[1] != '=')
                throw Bad("is no line of the form LETTER=VALUE");
            if (line.Any(char.IsControl))
                throw Bad("holds what is no text");
            var value = line[2..];
            switch (line[0])
            {
                case 'c':
                    (_inMedia ? ref _ofMedia : ref _ofSession) = ParseAddress(value);
                    break;
                case 'm':
                    EndOfMedia();
                    BeginMedia(value);
                    break;
                case 'a' when value.StartsWith("rtpmap:", StringComparison.Ordinal):
                    DefineType(value);
                    break;
                case 'a' when value.StartsWith(SourceFilter, StringComparison.OrdinalIgnoreCase):
                    CheckSources(value);
                    break;
            }
        }

        /// <summary>Judges the medium that ends here.</summary>
        public void EndOfMedia()
        {
            if (!_inMedia || _media != "video")
                return;
            if ((_ofMedia ?? _ofSession) is not { } address)
                throw Bad(_mediaLine, "has no address: a line as c=IN IP4 239.1.2.3 is missing");
            if (_undefined.Count > 0)
                throw Bad(_mediaLine, $"names the payload type {_undefined.Min()}, which no line a=rtpmap:{_undefined.Min()} explains");
            Place ??= IsGroup(address) ? $"at {Host(address)}, port {_port}" : $"at port {_port}";
        }

        IPAddress ParseAddress(string value)
        {
            var words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            // The address of a group may be followed by its reach and a count.
            return words is ["IN", "IP4" or "IP6", var host] && IPAddress.TryParse(host.Split('/')[0], out var address)
                && address.AddressFamily == (words[1] == "IP4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6)
                ? address
                : throw Bad($"({Quote("c", value)}) is no address of the form c=IN IP4 239.1.2.3, in numbers");
        }

        void BeginMedia(string value)
        {
            (_inMedia, _mediaLine, _ofMedia) = (true, _number, null);
            _undefined.Clear();
            var words = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            _media = words.FirstOrDefault() ?? "";
            if (_media != "video")
                return;
            if (words.Length < 4)
                throw Bad($"({Quote("m", value)}) is not of the form m=video PORT RTP/AVP TYPE");
            if (words[1] == "0")
                throw Bad("has the port 0, so that a server is asked for the stream: give its rtsp:// address");
            if (!int.TryParse(words[1].Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out _port) || _port > ushort.MaxValue)
                throw Bad($"({Quote("m", value)}) names no port from 1 to {ushort.MaxValue}");
            if (!words[2].StartsWith("RTP/", StringComparison.Ordinal))
                throw Bad($"({Quote("m", value)}) is of no kind of RTP");
            foreach (var word in words[3..])
            {
                if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var type) || type > 127)
                    throw Bad($"({Quote("m", value)}) names {Shorten(word)}, which is no payload type from 0 to 127");
                if (type >= FirstDynamicType)
                    _undefined.Add(type);
            }
        }

        void DefineType(string value)
        {
            var words = value["rtpmap:".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is not [var word, var encoding, ..] || !encoding.Contains('/')
                || !int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var type))
            {
                throw Bad($"({Quote("a", value)}) is not of the form a=rtpmap:96 H264/90000");
            }

            _undefined.Remove(type);
        }

        // FFmpeg would look up a name that stands there, and takes the words as they are (RFC 4570).
        void CheckSources(string value)
        {
            var words = value[SourceFilter.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is not ["incl" or "excl", "IN", "IP4" or "IP6" or "*", _, _, ..]
                || words.Skip(3).Any(word => word != "*" && !IPAddress.TryParse(word, out _)))
            {
                throw Bad($"({Quote("a", value)}) is not of the form a=source-filter:incl IN IP4 239.1.2.3 192.168.1.20, in numbers");
            }
        }

        MediaException Bad(string how) => Bad(_number, how);

        MediaException Bad(int line, string how) => SessionFile.Bad(path, $"its line {line} {how}");

        static bool IsGroup(IPAddress address) => address.IsIPv6Multicast || (address.GetAddressBytes() is [>= 224 and <= 239, _, _, _]);

        static string Host(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";

        static string Quote(string letter, string value) => Shorten($"{letter}={value}");

        static string Shorten(string text) => text.Length > LongestQuote ? text[..LongestQuote] + "…" : text;
    }
}
