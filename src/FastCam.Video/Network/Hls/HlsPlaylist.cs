using System.Globalization;

namespace FastCam.Video.Network.Hls;

/// <summary>
/// A playlist of HTTP Live Streaming (RFC 8216), as far as playing one stream needs it. Tags that are not known are passed over, as are the parts and
/// hints of low latency: the same media comes in whole segments.
/// </summary>
/// <param name="Variants">The streams to choose from, in a master playlist.</param>
/// <param name="Segments">The segments, in a media playlist.</param>
/// <param name="Target">The longest that a segment lasts.</param>
/// <param name="IsComplete">Whether no segment will be added.</param>
sealed record HlsPlaylist(IReadOnlyList<HlsVariant> Variants, IReadOnlyList<HlsSegment> Segments, TimeSpan Target, bool IsComplete)
{
    const string Start = "#EXTM3U";
    const int LongestName = 60;

    static readonly TimeSpan LongestSegment = TimeSpan.FromMinutes(1);

    static readonly string[] WithoutVideo =
        ["mp4a", "mp3", "ac-3", "ec-3", "ac-4", "opus", "vorbis", "flac", "alac", "dts", "samr", "sawb", "stpp", "wvtt", "tx3g"];

    /// <summary>Reads a playlist.</summary>
    /// <param name="text">The playlist.</param>
    /// <param name="place">Its own address, to which the others are relative.</param>
    /// <exception cref="InvalidDataException">It is no playlist, or names what is not on the network, or contradicts itself.</exception>
    public static HlsPlaylist Parse(string text, Uri place)
    {
        text = text.TrimStart('\uFEFF');
        if (!text.AsSpan().TrimStart().StartsWith(Start))
            throw new InvalidDataException("what the server sends is no playlist");
        var reader = new Reader(place);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Trim() is { IsEmpty: false } content)
                reader.Read(content);
        }

        return new(reader.Variants, reader.Segments, reader.Target, reader.IsComplete);
    }

    /// <summary>Goes through the lines; what a tag says of the segments after it is kept until then.</summary>
    sealed class Reader(Uri place)
    {
        const int MostEntries = 100_000; // more than two days of segments of two seconds

        Dictionary<string, string>? _variant;
        HlsMap? _map;
        HlsKey? _key, _unknownKey;
        string? _range;
        TimeSpan? _duration;
        bool _isDiscontinuous, _isGap;
        long _number;

        public List<HlsVariant> Variants { get; } = [];

        public List<HlsSegment> Segments { get; } = [];

        public TimeSpan Target { get; private set; } = TimeSpan.FromSeconds(6);

        public bool IsComplete { get; private set; }

        public void Read(ReadOnlySpan<char> line)
        {
            if (line[0] != '#')
            {
                Add(Resolve(line.ToString()));
                return;
            }

            var colon = line.IndexOf(':');
            var value = colon < 0 ? [] : line[(colon + 1)..].Trim();
            switch (colon < 0 ? line : line[..colon])
            {
                case "#EXT-X-STREAM-INF":
                    _variant = AttributeList.Parse(value);
                    break;
                case "#EXT-X-MEDIA-SEQUENCE":
                    _number = Math.Min(WholeNumber(value), long.MaxValue / 2);
                    break;
                case "#EXT-X-TARGETDURATION":
                    Target = TimeSpan.FromSeconds(Math.Clamp(WholeNumber(value), 1, (long)LongestSegment.TotalSeconds));
                    break;
                case "#EXTINF":
                    _duration = Duration(value);
                    break;
                case "#EXT-X-BYTERANGE":
                    _range = value.ToString();
                    break;
                case "#EXT-X-MAP":
                    _map = Map(AttributeList.Parse(value));
                    break;
                case "#EXT-X-KEY":
                    ReadKey(AttributeList.Parse(value));
                    break;
                case "#EXT-X-DISCONTINUITY":
                    _isDiscontinuous = true;
                    break;
                case "#EXT-X-GAP":
                    _isGap = true;
                    break;
                case "#EXT-X-SKIP":
                    throw new InvalidDataException("the playlist leaves segments out (EXT-X-SKIP), which it was not asked to");
                case "#EXT-X-ENDLIST":
                    IsComplete = true;
                    break;
            }
        }

        void Add(Uri address)
        {
            if (Segments.Count + Variants.Count == MostEntries)
                throw new InvalidDataException($"the playlist names more than {MostEntries} segments");
            if (_variant is { } variant)
            {
                Variants.Add(new(WholeNumber(variant.GetValueOrDefault("BANDWIDTH")), address, HasVideo(variant)));
                _variant = null;
                return;
            }

            ByteRange? range = null;
            if (_range is not null)
            {
                // An offset that is left out is the end of the segment before, in the same file.
                var before = Segments.Count > 0 && Segments[^1].Address == address ? Segments[^1].Range?.End : null;
                range = ByteRange.Parse(_range, before) ?? throw new InvalidDataException(
                    $"the byte range {Cut(_range)} of a segment is none, or says no offset where no range of the same file precedes it");
            }

            Segments.Add(new(_number++, address, range, _duration ?? Target, _map, _key ?? _unknownKey, _isDiscontinuous, _isGap));
            (_range, _duration, _isDiscontinuous, _isGap) = (null, null, false, false);
        }

        HlsMap Map(Dictionary<string, string> attributes)
        {
            if (!attributes.TryGetValue("URI", out var address))
                throw new InvalidDataException("an initialisation section (EXT-X-MAP) has no address");
            ByteRange? range = null;
            if (attributes.TryGetValue("BYTERANGE", out var text))
                range = ByteRange.Parse(text, 0) ?? throw new InvalidDataException($"the byte range {Cut(text)} of an initialisation section is none");
            return new(Resolve(address), range, _key ?? _unknownKey);
        }

        // A key may be offered in several formats, of which one is enough.
        void ReadKey(Dictionary<string, string> attributes)
        {
            var method = attributes.GetValueOrDefault("METHOD", "");
            var format = attributes.GetValueOrDefault("KEYFORMAT", HlsKey.Identity);
            if (method == "NONE")
                (_key, _unknownKey) = (null, null);
            else if (format != HlsKey.Identity)
                _unknownKey = new(Cut($"{method} with keys of {format}"), null, null);
            else if (method != HlsKey.Aes128)
                (_key, _unknownKey) = (null, new(Cut(method), null, null));
            else if (attributes.TryGetValue("URI", out var address))
                _key = new(method, Resolve(address), Vector(attributes.GetValueOrDefault("IV")));
            else
                throw new InvalidDataException("a key (EXT-X-KEY) has no address");
        }

        static UInt128? Vector(string? text)
        {
            if (text is null)
                return null;
            return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                && UInt128.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var vector)
                ? vector
                : throw new InvalidDataException("the initialisation vector of a key is no hexadecimal number of 128 bits");
        }

        TimeSpan? Duration(ReadOnlySpan<char> text)
        {
            var comma = text.IndexOf(',');
            return double.TryParse(comma < 0 ? text : text[..comma], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(Math.Min(seconds, LongestSegment.TotalSeconds))
                : null;
        }

        // A playlist may name only what is on the network, and never a file of this machine.
        Uri Resolve(string text) => Uri.TryCreate(place, text, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new InvalidDataException("the playlist names what is no address on the network");

        static bool HasVideo(Dictionary<string, string> variant) => variant.ContainsKey("RESOLUTION")
            || variant.GetValueOrDefault("CODECS", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) is var codecs
            && (codecs.Length == 0
                || !Array.TrueForAll(codecs, codec => Array.Exists(WithoutVideo, name => codec.StartsWith(name, StringComparison.OrdinalIgnoreCase))));

        static string Cut(string text) => text.Length <= LongestName ? text : text[..LongestName] + "…";

        static long WholeNumber(ReadOnlySpan<char> text)
        {
            var point = text.IndexOf('.');
            return long.TryParse(point < 0 ? text : text[..point], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        }
    }
}

/// <summary>One of the streams that a master playlist offers.</summary>
/// <param name="Bandwidth">Bits a second; 0 where the playlist does not say.</param>
/// <param name="Address">Its playlist.</param>
/// <param name="HasVideo">False where its codecs are stated and all are of sound or text.</param>
sealed record HlsVariant(long Bandwidth, Uri Address, bool HasVideo);

/// <summary>A segment of a media playlist.</summary>
/// <param name="Number">Its media sequence number.</param>
/// <param name="Address">The file that it is, or is in.</param>
/// <param name="Range">Where it is in the file; null: it is the file.</param>
/// <param name="Duration">How long it lasts.</param>
/// <param name="Map">What has to precede it; null with MPEG-TS.</param>
/// <param name="Key">How it is encrypted; null: it is not.</param>
/// <param name="IsDiscontinuous">Whether codec, size or timestamps may differ from those of the segment before.</param>
/// <param name="IsGap">Whether it is known to be missing.</param>
sealed record HlsSegment(
    long Number, Uri Address, ByteRange? Range, TimeSpan Duration, HlsMap? Map, HlsKey? Key, bool IsDiscontinuous, bool IsGap);

/// <summary>The initialisation section of fragmented MP4, which precedes segments.</summary>
sealed record HlsMap(Uri Address, ByteRange? Range, HlsKey? Key);

/// <summary>How segments are encrypted.</summary>
/// <param name="Method">The method, as a display text; with its key's format where that is not the plain one.</param>
/// <param name="Address">Where the key is; null where the method is not known here.</param>
/// <param name="Vector">The initialisation vector; null: it is the segment's number.</param>
sealed record HlsKey(string Method, Uri? Address, UInt128? Vector)
{
    public const string Aes128 = "AES-128";
    public const string Identity = "identity"; // the format of a key that is its 16 bytes
}

/// <summary>A part of a file.</summary>
/// <param name="Offset">Bytes before it.</param>
/// <param name="Length">Its bytes; more than 0.</param>
readonly record struct ByteRange(long Offset, long Length)
{
    /// <summary>The offset of the first byte behind it.</summary>
    public long End => Offset + Length;

    /// <summary>Reads <c>LENGTH@OFFSET</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="usual">The offset where the text has none; null: it has to have one.</param>
    /// <returns>Null where that is no range.</returns>
    public static ByteRange? Parse(string text, long? usual)
    {
        var at = text.IndexOf('@');
        if (!TryParse(at < 0 ? text : text.AsSpan(0, at), out var length))
            return null;
        var offset = usual ?? -1;
        if (at >= 0 && !TryParse(text.AsSpan(at + 1), out offset))
            return null;
        return length > 0 && offset >= 0 && offset <= long.MaxValue - length ? new(offset, length) : null;
    }

    static bool TryParse(ReadOnlySpan<char> text, out long number) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
