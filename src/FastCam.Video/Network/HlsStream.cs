using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace FastCam.Video.Network;

/// <summary>
/// The segments of an HLS stream one after another, as one stream of bytes. It begins with the third segment from the live end.
/// </summary>
sealed class HlsStream : ReadOnlyStream
{
    const int FromLiveEnd = 3; // segments that players keep in hand (RFC 8216, 6.3.3)
    const int LargestPlaylist = 1 << 20;

    readonly HttpFetcher _fetcher;
    readonly StreamAddress _start;
    readonly Uri _playlist;
    readonly CancellationTokenSource _end = new();
    readonly Queue<Uri> _waiting = [];
    StreamAddress _place; // where the playlist came from, to which its addresses are relative
    HlsPlaylist _present;
    long _next = -1;
    bool _initialised;
    Stream? _segment;

    /// <summary>Opens a stream by its playlist.</summary>
    /// <param name="fetcher">Fetches playlists and segments.</param>
    /// <param name="place">The playlist's address.</param>
    /// <param name="playlist">The playlist's present text.</param>
    /// <exception cref="MediaException">The stream is encrypted, or its playlist names what is not on the network.</exception>
    public HlsStream(HttpFetcher fetcher, StreamAddress place, Stream playlist)
    {
        (_fetcher, _start, _place, _playlist) = (fetcher, place, place, new Uri(place.Url));
        try
        {
            _present = HlsPlaylist.Parse(ReadText(playlist), _playlist);
            if (_present.Variants.Count > 0)
            {
                _playlist = _present.Variants.MaxBy(variant => variant.Bandwidth).Address;
                _present = Fetch();
            }
        }
        catch (InvalidDataException error)
        {
            throw new MediaException(MediaFault.SourceUnreadable, $"The HLS stream is not opened: {error.Message}.", error) { Recovery = Recovery.None };
        }

        if (_present.IsEncrypted)
            throw new MediaException(MediaFault.SourceUnreadable, "The HLS stream is encrypted, which is not read here.") { Recovery = Recovery.None };
    }

    /// <summary>Whether it ends by itself, because no segment will be added.</summary>
    public bool IsComplete => _present.IsComplete;

    public override int Read(Span<byte> buffer)
    {
        while (!_end.IsCancellationRequested)
        {
            if (_segment is null && !Open())
                return 0;
            var count = _segment!.Read(buffer);
            if (count > 0)
                return count;
            _segment.Dispose();
            _segment = null;
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        _end.Cancel(); // this also ends a request that hangs
        _segment?.Dispose();
        base.Dispose(disposing);
    }

    /// <returns>False at the end of the stream.</returns>
    bool Open()
    {
        while (!TakeNew())
        {
            if (_present.IsComplete || _end.Token.WaitHandle.WaitOne(_present.Target / 2))
                return false;
            try
            {
                _present = Fetch();
            }
            catch (InvalidDataException error)
            {
                throw new IOException(error.Message, error);
            }
        }

        _segment = Get(_place, _waiting.Dequeue(), out _).Content.ReadAsStream(_end.Token);
        return true;
    }

    bool TakeNew()
    {
        if (_waiting.Count > 0)
            return true;
        var segments = _present.Segments;
        if (_next < 0 && segments.Count > 0)
            _next = _present.IsComplete ? segments[0].Number : segments[Math.Max(0, segments.Count - FromLiveEnd)].Number;
        foreach (var (number, address) in segments)
        {
            if (number < _next)
                continue;
            if (!_initialised && _present.Initialisation is { } initialisation)
                _waiting.Enqueue(initialisation);
            _initialised = true;
            _waiting.Enqueue(address);
            _next = number + 1;
        }

        return _waiting.Count > 0;
    }

    HlsPlaylist Fetch()
    {
        using var response = Get(_start, _playlist, out _place);
        return HlsPlaylist.Parse(ReadText(response.Content.ReadAsStream()), new Uri(_place.Url));
    }

    HttpResponseMessage Get(StreamAddress from, Uri address, out StreamAddress place) =>
        _fetcher.Get(from, address, _end.Token, out place).EnsureSuccessStatusCode();

    static string ReadText(Stream stream)
    {
        var text = new byte[LargestPlaylist];
        var length = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return length < text.Length ? Encoding.UTF8.GetString(text, 0, length) : throw new InvalidDataException("the playlist is too long");
    }
}

/// <summary>A playlist of HTTP Live Streaming (RFC 8216), as far as playing one stream of clear segments needs it.</summary>
/// <param name="Variants">Each stream's bandwidth and address, in a master playlist.</param>
/// <param name="Segments">Each segment's number and address, in a media playlist.</param>
/// <param name="Initialisation">The address of what precedes fragmented MP4; null with MPEG-TS.</param>
/// <param name="Target">The longest that a segment lasts.</param>
/// <param name="IsComplete">Whether no segment will be added.</param>
/// <param name="IsEncrypted">Whether segments are encrypted.</param>
sealed partial record HlsPlaylist(
    IReadOnlyList<(long Bandwidth, Uri Address)> Variants, IReadOnlyList<(long Number, Uri Address)> Segments,
    Uri? Initialisation, TimeSpan Target, bool IsComplete, bool IsEncrypted)
{
    /// <summary>Reads a playlist.</summary>
    /// <param name="text">The playlist.</param>
    /// <param name="place">Its own address, to which the others are relative.</param>
    /// <exception cref="InvalidDataException">It names what is not on the network.</exception>
    public static HlsPlaylist Parse(string text, Uri place)
    {
        var variants = new List<(long, Uri)>();
        var segments = new List<(long, Uri)>();
        Uri? initialisation = null;
        var (number, target, bandwidth) = (0L, TimeSpan.FromSeconds(6), -1L);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("#EXT-X-STREAM-INF:", StringComparison.Ordinal))
                bandwidth = ParseBandwidth(line);
            else if (line.StartsWith("#EXT-X-MEDIA-SEQUENCE:", StringComparison.Ordinal))
                number = Number(line);
            else if (line.StartsWith("#EXT-X-TARGETDURATION:", StringComparison.Ordinal))
                target = TimeSpan.FromSeconds(Math.Clamp(Number(line), 1, 60));
            else if (line.StartsWith("#EXT-X-MAP:", StringComparison.Ordinal) && Address().Match(line) is { Success: true } map)
                initialisation = Resolve(place, map.Groups[1].Value);
            else if (line[0] == '#')
                continue;
            else if (bandwidth >= 0)
                (_, bandwidth) = (Add(variants, (bandwidth, Resolve(place, line))), -1);
            else
                segments.Add((number++, Resolve(place, line)));
        }

        var isEncrypted = text.Contains("#EXT-X-KEY:") && !text.Contains("METHOD=NONE");
        return new(variants, segments, initialisation, target, text.Contains("#EXT-X-ENDLIST"), isEncrypted);
    }

    static bool Add<T>(List<T> list, T item)
    {
        list.Add(item);
        return true;
    }

    static long ParseBandwidth(string line) =>
        Bandwidth().Match(line) is { Success: true } match ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    static long Number(string line)
    {
        var digits = line[(line.IndexOf(':') + 1)..].Split('.')[0];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    // A playlist may name only what is on the network, and never a file of this machine.
    static Uri Resolve(Uri place, string text) => Uri.TryCreate(place, text, out var address) && address.Scheme is "http" or "https"
        ? address
        : throw new InvalidDataException("the playlist names what is no address on the network");

    [GeneratedRegex(@"[:,]BANDWIDTH=(\d{1,15})")]
    private static partial Regex Bandwidth();

    [GeneratedRegex(@"URI=""([^""]*)""")]
    private static partial Regex Address();
}
