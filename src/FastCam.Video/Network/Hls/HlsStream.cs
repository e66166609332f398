using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using FastCam.Video.FFmpeg;
using FastCam.Video.Network.Http;

namespace FastCam.Video.Network.Hls;

/// <summary>
/// The segments of an HLS stream one after another, in parts that a decoder can take as one stream of bytes each. Another part begins where the playlist
/// says so (a discontinuity, another initialisation section), where the codec's parameters change, and behind segments that are missing. A live stream
/// begins with the third segment from its end.
/// </summary>
/// <param name="fetcher">Fetches over HTTP.</param>
/// <param name="start">The address of the playlist that was given.</param>
sealed class HlsStream(HttpFetcher fetcher, StreamAddress start) : IDisposable
{
    const int FromLiveEnd = 3; // segments that players keep in hand (RFC 8216, 6.3.3)
    const int Attempts = 4; // for a segment, within 1.75 s
    const int MostFailures = 5; // of a playlist, half a segment apart: what is in hand lasts longer
    const int MostMissing = 3; // segments at the beginning, after which there is nothing to play

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(1); // unless more time than that has passed

    readonly HlsFetcher _fetcher = new(fetcher);
    readonly StreamAddress _start = start;
    readonly Queue<HlsSegment> _waiting = [];
    Uri _playlist = new(start.Url);
    StreamAddress _place = start; // where the playlist came from, to which its addresses are relative
    HlsPlaylist _present = new([], [], TimeSpan.Zero, false);
    long _next = -1;
    long _taken; // when there was a new segment last
    int _failures, _missing;

    HlsPart? _part;
    bool _partEnded = true;
    HlsSegment? _segment;
    Stream? _body; // null where the segment has been read
    long _read; // bytes of it
    long? _length;
    bool _isAhead; // the segment is open, and belongs to the next part
    ReadOnlyMemory<byte> _map;
    byte[] _parameters = [];
    TimeSpan _gap; // what is missing before the next part
    string? _reason; // why

    /// <summary>Whether it ends by itself, because no segment will be added.</summary>
    public bool IsComplete => _present.IsComplete;

    /// <summary>Reads the playlist and, if it names variants, the one of most bandwidth that is there.</summary>
    /// <param name="playlist">The playlist as it came.</param>
    /// <exception cref="MediaException">It is none, or its variants have sound alone, or none of them is there.</exception>
    public void Begin(Stream playlist)
    {
        try
        {
            _present = _fetcher.ReadPlaylist(playlist, _start);
            if (_present.Variants.Count > 0)
                Choose(_present.Variants);
            if (_present.Segments.Count == 0)
                throw Unplayable("its playlist names no segment", _present.IsComplete ? Recovery.None : Recovery.BackOff);
        }
        catch (InvalidDataException error)
        {
            throw Unplayable(error.Message, Recovery.None, error);
        }
    }

    /// <summary>Moves on to the next part, when the one before has ended or nothing more of it is wanted.</summary>
    /// <returns>Null at the end of the stream.</returns>
    /// <exception cref="MediaException">There is nothing that can be played, or the playlist is not there any more.</exception>
    public HlsPart? NextPart()
    {
        if (!_partEnded)
            PassOver();
        while (!_isAhead)
        {
            if (Next() is null)
                return _part is null && _reason is not null ? throw Unplayable(_reason, Recovery.None) : null;
            _parameters = [];
            _isAhead = Open(_waiting.Dequeue(), withMap: true);
            if (!_isAhead && _part is null && ++_missing == MostMissing)
                throw Unplayable(_reason!, IsComplete ? Recovery.None : Recovery.BackOff);
        }

        _part = new HlsPart(this, _gap, _reason) { Duration = _segment!.Duration };
        (_gap, _reason, _isAhead, _partEnded) = (TimeSpan.Zero, null, false, false);
        return _part;
    }

    /// <summary>Reads on in the present part.</summary>
    /// <returns>0 at its end.</returns>
    public int Read(Span<byte> buffer)
    {
        while (!_partEnded && !_fetcher.End.IsCancellationRequested)
        {
            var count = !_map.IsEmpty ? ReadMap(buffer) : _body is not null ? ReadSegment(buffer) : 0;
            if (count > 0)
                return count;
            CloseSegment();
            _partEnded = !OpenNextOfPart();
        }

        return 0;
    }

    public void Dispose() => _fetcher.Dispose(); // this also ends a request that hangs

    void Choose(IReadOnlyList<HlsVariant> variants)
    {
        MediaException? refusal = null;
        foreach (var variant in variants.Where(variant => variant.HasVideo).OrderByDescending(variant => variant.Bandwidth))
        {
            try
            {
                _playlist = variant.Address;
                _present = _fetcher.FetchPlaylist(_start, _playlist, out _place);
                return;
            }
            catch (HttpRequestException error) when (error.InnerException is MediaException answer)
            {
                refusal ??= answer; // another may be there
            }
        }

        throw refusal ?? Unplayable("it has sound alone, and no video", Recovery.None);
    }

    /// <summary>Returns the next segment, which stays the next; null at the end of the stream.</summary>
    HlsSegment? Next()
    {
        while (_waiting.Count == 0 && !TakeNew())
        {
            if (IsComplete || Wait(_present.Target / 2))
                return null;
            Reload();
        }

        return _waiting.Peek();
    }

    /// <returns>Whether it is over.</returns>
    bool Wait(TimeSpan time) => _fetcher.End.WaitHandle.WaitOne(time);

    bool TakeNew()
    {
        var segments = _present.Segments;
        if (segments.Count == 0 || segments[^1].Number < _next)
            return false;
        var first = segments[0];
        if (_next < 0)
            _next = IsComplete ? first.Number : segments[Math.Max(0, segments.Count - FromLiveEnd)].Number;
        else if (first.Number > _next)
            MissGone(first);
        foreach (var segment in segments)
        {
            if (segment.Number >= _next)
                _waiting.Enqueue(segment);
        }

        _next = segments[^1].Number + 1;
        _taken = Stopwatch.GetTimestamp();
        return true;
    }

    // Numbers may jump anywhere, as where a server starts anew. So no more time is missing than has passed.
    void MissGone(HlsSegment first)
    {
        var count = first.Number - _next;
        var seconds = Math.Min(count * first.Duration.TotalSeconds, Stopwatch.GetElapsedTime(_taken).TotalSeconds);
        Miss(TimeSpan.FromSeconds(seconds), $"{count} segments were gone before they could be fetched");
    }

    void Reload()
    {
        try
        {
            _present = _fetcher.FetchPlaylist(_start, _playlist, out var place);
            (_place, _failures) = (place, 0);
        }
        catch (Exception error) when (IsOfServer(error))
        {
            // What is in hand is played meanwhile, and the next time it may be in order again.
            if (++_failures == MostFailures)
                throw new MediaException(MediaFault.SourceFailed, $"{_start}: {Said(error)}.", error) { Recovery = Recovery.BackOff };
        }
    }

    bool BeginsPart(HlsSegment segment) =>
        segment.IsDiscontinuous || (segment.Map?.Address, segment.Map?.Range) != (_segment?.Map?.Address, _segment?.Map?.Range);

    /// <returns>False where the part has ended.</returns>
    bool OpenNextOfPart()
    {
        if (Next() is not { } next || _gap > TimeSpan.Zero || BeginsPart(next))
            return false;
        var parameters = _parameters;
        if (!Open(_waiting.Dequeue(), withMap: false))
            return false;
        _isAhead = parameters.Length > 0 && !parameters.AsSpan().SequenceEqual(_parameters);
        if (!_isAhead)
            _part!.Duration += next.Duration;
        return !_isAhead;
    }

    void PassOver()
    {
        CloseSegment();
        _partEnded = true;
        while (Next() is { } next && !BeginsPart(next))
            Miss(_waiting.Dequeue().Duration, null);
    }

    /// <returns>False where it cannot be had, so that it is missing.</returns>
    bool Open(HlsSegment segment, bool withMap)
    {
        if (segment.IsGap)
        {
            Miss(segment.Duration, "the server marks segments as missing");
            return false;
        }

        if (TryOpen(segment, 0, withMap) is { } why)
        {
            Miss(segment.Duration, $"segment {segment.Number} is missing: {why}");
            return false;
        }

        _segment = segment;
        return true;
    }

    /// <summary>Opens a segment, or opens it again behind what was read of it.</summary>
    /// <returns>Null; or why it cannot be had.</returns>
    string? TryOpen(HlsSegment segment, long from, bool withMap)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _map = withMap && segment.Map is { } map ? _fetcher.FetchMap(_place, map, segment.Number) : default;
                var body = _fetcher.Open(_place, segment.Address, segment.Range, segment.Key, segment.Number, out _length);
                if (from > 0)
                    body = new RangedStream(body, from, null);
                var peeked = PrefixedStream.Peek(body, CodecParameters.StartBytes);
                if (from == 0 && CodecParameters.Find(peeked.Start) is { IsEmpty: false } parameters)
                    _parameters = parameters.ToArray();
                (_body, _read) = (peeked, from);
                return null;
            }
            catch (HttpRequestException error) when (_part is null && error is
            { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, InnerException: MediaException answer })
            {
                throw answer;
            }
            catch (MediaException error) when (_part is not null && (error.Recovery != Recovery.Probe || segment.Address.Host != _playlist.Host))
            {
                return error.Message.TrimEnd('.'); // an advert's server is not there, or may not be asked: the stream goes on without it
            }
            catch (Exception error) when (IsOfServer(error))
            {
                if (attempt == Attempts || !IsTemporary(error) || Wait(FirstPause * (1 << (attempt - 1))))
                    return Said(error);
            }
        }
    }

    int ReadMap(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _map.Length);
        _map.Span[..count].CopyTo(buffer);
        _map = _map[count..];
        return count;
    }

    int ReadSegment(Span<byte> buffer)
    {
        while (true)
        {
            string? why;
            try
            {
                var count = _body!.Read(buffer);
                _read += count;
                return count;
            }
            catch (Exception error) when (IsOfServer(error))
            {
                CloseSegment();
                why = IsTemporary(error) ? TryOpen(_segment!, _read, withMap: false) : Said(error);
            }

            if (why is null)
                continue;
            var rest = _length is > 0 and var length ? Math.Clamp(1 - (double)_read / length, 0, 1) : 0;
            Miss(rest * _segment!.Duration, $"segment {_segment.Number} is damaged: {why}");
            return 0;
        }
    }

    void CloseSegment()
    {
        _body?.Dispose();
        _body = null;
    }

    void Miss(TimeSpan duration, string? reason)
    {
        var most = Math.Max(LongestGap.Ticks, Stopwatch.GetElapsedTime(_taken).Ticks);
        _gap = new TimeSpan(Math.Clamp((_gap + duration).Ticks, 1, most)); // a gap of no length is one too: behind it another part begins
        _reason = reason ?? _reason;
    }

    bool IsOfServer(Exception error) =>
        !_fetcher.End.IsCancellationRequested && error is HttpRequestException or IOException or InvalidDataException or CryptographicException;

    static bool IsTemporary(Exception error) => error is IOException or HttpRequestException { StatusCode: not HttpStatusCode.RequestedRangeNotSatisfiable };

    static string Said(Exception error) => error switch
    {
        CryptographicException => "it cannot be decrypted by its key",
        InvalidDataException or HttpRequestException { StatusCode: not null } => FFmpegLog.Shorten(error.Message),
        _ => "the connection broke off",
    };

    MediaException Unplayable(string reason, Recovery recovery, Exception? error = null) =>
        new(MediaFault.SourceUnreadable, $"{_start} is not opened: {reason}.", error) { Recovery = recovery };
}

/// <summary>Segments that a decoder can take as one stream of bytes.</summary>
/// <param name="stream">Reads them.</param>
/// <param name="gap">How long what is missing before them lasts.</param>
/// <param name="reason">Why it is missing, as a clause; null where nothing is.</param>
sealed class HlsPart(HlsStream stream, TimeSpan gap, string? reason) : ReadOnlyStream
{
    /// <summary>How long what is missing before it lasts.</summary>
    public TimeSpan Gap => gap;

    /// <summary>Why that is missing, as a clause; null where nothing is.</summary>
    public string? Reason => reason;

    /// <summary>How long its segments last, as far as they were opened.</summary>
    public TimeSpan Duration { get; set; }

    public override int Read(Span<byte> buffer) => stream.Read(buffer);
}
