using System.Text;

namespace FastCam.Video.Network;

/// <summary>The segments of an HLS stream one after another, as one stream of bytes. It begins with the third segment from the live end.</summary>
sealed class HlsStream : ReadOnlyStream
{
    const int FromLiveEnd = 3; // what players keep in hand (RFC 8216, 6.3.3)
    const int LargestPlaylist = 1 << 20;

    readonly HttpClient _client;
    readonly Uri _playlist;
    readonly CancellationTokenSource _end = new();
    readonly Queue<Uri> _waiting = [];
    HlsPlaylist _present;
    long _next = -1;
    bool _initialised;
    Stream? _segment;

    /// <param name="client">Fetches.</param>
    /// <param name="place">The playlist's address.</param>
    /// <param name="playlist">What it holds now.</param>
    /// <exception cref="MediaException">It is encrypted, or names what no network has.</exception>
    public HlsStream(HttpClient client, Uri place, Stream playlist)
    {
        _client = client;
        _playlist = place;
        try
        {
            _present = HlsPlaylist.Parse(ReadText(playlist), place);
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

    /// <summary>It ends by itself: no segment will be added.</summary>
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
        _end.Cancel(); // also a request that hangs
        _segment?.Dispose();
        base.Dispose(disposing);
    }

    // False at the end of the stream.
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

        _segment = Get(_waiting.Dequeue()).Content.ReadAsStream(_end.Token);
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
        using var response = Get(_playlist);
        return HlsPlaylist.Parse(ReadText(response.Content.ReadAsStream()), _playlist);
    }

    HttpResponseMessage Get(Uri address) =>
        _client.Send(new HttpRequestMessage(HttpMethod.Get, address), HttpCompletionOption.ResponseHeadersRead, _end.Token).EnsureSuccessStatusCode();

    static string ReadText(Stream stream)
    {
        var text = new byte[LargestPlaylist];
        var length = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return length < text.Length ? Encoding.UTF8.GetString(text, 0, length) : throw new InvalidDataException("the playlist is too long");
    }
}
