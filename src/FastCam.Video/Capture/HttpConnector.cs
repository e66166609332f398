using System.Net;
using FastCam.Video.Jpeg;
using FastCam.Video.Live;
using FastCam.Video.Network;
using FastCam.Video.Network.Hls;
using FastCam.Video.Network.Http;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>
/// Opens a stream over HTTP. This process fetches, signs in and verifies; the child gets bytes on its standard input and
/// never speaks to the network, so it opens nothing that a playlist may name.
/// </summary>
sealed class HttpConnector : Connector
{
    const int LongestType = 60;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Where a second image does not follow the first in this time, the answer is taken for one image.</summary>
    static readonly TimeSpan PatienceForSecond = TimeSpan.FromSeconds(2);

    readonly StreamAddress _address;
    readonly ChildCapture _capture;
    readonly Reachability _reachability;
    readonly HttpFetcher _fetcher;
    readonly TimeSpan? _every;
    StreamAddress _asked; // without an option that is ours
    bool _isOneImage;

    /// <param name="address">The address, as the user wrote it.</param>
    /// <param name="every">How often one image is asked for, by an option in the address; null: it has none.</param>
    /// <param name="options">How it is to be played.</param>
    public HttpConnector(StreamAddress address, TimeSpan? every, SourceOptions options)
    {
        _address = address;
        _every = every;
        _reachability = new Reachability(address);
        _capture = ChildCapture.Create(options);
        _asked = every is null ? address : address.Take(SnapshotSource.Option, out _);
        _fetcher = new HttpFetcher(address, options.Tls);
        Name = address.ToString();
    }

    public override string Name { get; }

    public override string? Notice => _capture.Notice;

    public override FrameSource Connect(CancellationToken stop) => Described(() =>
    {
        var (response, place) = _reachability.Try(() => Get(null, stop));
        try
        {
            return Open(response, place, stop);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    });

    T Described<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (HttpRequestException error)
        {
            throw new MediaException(MediaFault.SourceFailed, $"{_address}: {Reason(error)}.", error);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            throw new MediaException(MediaFault.SourceFailed, $"{_address}: the connection broke off.", error);
        }
    }

    /// <summary>Why a request failed, as a clause.</summary>
    public static string Reason(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.InvalidResponse => "what the server sends is no HTTP",
        HttpRequestError.ResponseEnded => "the server closed the connection",
        _ => error.InnerException is IOException ? "the server closed the connection" : error.Message.TrimEnd('.'),
    };

    FrameSource Open(HttpResponseMessage response, StreamAddress place, CancellationToken stop)
    {
        var body = response.Content.ReadAsStream(stop);
        var type = TypeOf(response);
        if (type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
            return AskedAsItStands(response, stop) ?? OpenMotionJpeg(type, body);
        var start = Within(Patience, response, stop, () => PrefixedStream.Peek(body, HttpAnswer.StartBytes));
        if (HttpAnswer.IsJpeg(start.Start))
            return OpenImages(response, type, start, stop);
        if (AskedAsItStands(response, stop) is { } other)
            return other;
        if (HttpAnswer.IsParts(start.Start))
            return OpenMotionJpeg(type, start);
        if (HttpAnswer.IsPlaylist(start.Start))
            return OpenHls(place, start, stop);

        var isOther = type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.StartsWith("image/", StringComparison.OrdinalIgnoreCase);
        if ((HttpAnswer.NameOfOther(start.Start) ?? (isOther ? type : null)) is { } what)
        {
            throw place.Refused(
                $"is no stream: the server sends {what}; MJPEG and single images are JPEG, HLS is a playlist",
                start.Start.IsEmpty ? Recovery.BackOff : Recovery.None);
        }

        return OpenMedia(start, response.Content.Headers.ContentLength is not null);
    }

    /// <summary>
    /// An option that was kept from the server is the server's own after all where it does not answer with an image: it is asked again, with it.
    /// </summary>
    /// <returns>The source; null where nothing was kept from the server.</returns>
    FrameSource? AskedAsItStands(HttpResponseMessage response, CancellationToken stop)
    {
        if (_isOneImage || _asked == _address)
            return null;
        response.Dispose();
        _asked = _address;
        return Connect(stop);
    }

    /// <summary>Opens what begins with a JPEG: one image, a film that is stored so, or images that go on coming.</summary>
    FrameSource OpenImages(HttpResponseMessage response, string type, Stream body, CancellationToken stop)
    {
        var images = new JpegReader(body);
        var first = Within(Patience, response, stop, () => FirstOf(images, type));
        var length = response.Content.Headers.ContentLength;
        if (_isOneImage || (length is not null && type.StartsWith("image/", StringComparison.OrdinalIgnoreCase)) || !HasSecond())
        {
            _isOneImage = true;
            var snapshot = Snapshot.Of(response, first);
            response.Dispose();
            return new SnapshotSource(Name, snapshot, Fetch, _every ?? SnapshotSource.DefaultPeriod);
        }

        var all = new PrefixedStream(first, new PrefixedStream(images.Unread, body));
        var film = new MotionJpegStream(_address, type, all);
        var command = _capture.MotionJpeg(Name);
        return length is null ? Open(command, film) : new PacedSource(Open(command with { IsFinite = true, IsTimedByArrival = false }, film), isStored: true);

        bool HasSecond()
        {
            try
            {
                return Within(PatienceForSecond, response, stop, () => !images.Next().IsEmpty);
            }
            catch (Exception error) when (error is IOException or InvalidDataException or ObjectDisposedException or MediaException)
            {
                return false;
            }
        }
    }

    /// <summary>Fetches the image again.</summary>
    /// <returns>Null where it is the same as before.</returns>
    Snapshot? Fetch(Snapshot last, CancellationToken stop) => Described(() =>
    {
        var (response, _) = _reachability.Try(() => Get(last, stop));
        using var whole = response;
        if (response.StatusCode == HttpStatusCode.NotModified)
            return null;
        var body = response.Content.ReadAsStream(stop);
        return Snapshot.Of(response, Within(Patience, response, stop, () => FirstOf(new JpegReader(body), TypeOf(response))));
    });

    byte[] FirstOf(JpegReader images, string type)
    {
        try
        {
            if (images.Next() is { IsEmpty: false } image)
                return image.ToArray();
        }
        catch (InvalidDataException)
        {
            // It is no image, as where it ends before one is whole.
        }

        throw _address.Refused($"sends no whole JPEG this time ({(type.Length > 0 ? type : "without a type")})", Recovery.BackOff);
    }

    /// <summary>Ends an answer that does not come in time, since a read that hangs hears of nothing else.</summary>
    T Within<T>(TimeSpan patience, IDisposable answer, CancellationToken stop, Func<T> read)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        using var end = limit.Token.Register(answer.Dispose);
        Exception? broken = null;
        try
        {
            var result = read();
            // An answer that is disposed of may also look like one that has ended.
            if (!limit.IsCancellationRequested)
                return result;
        }
        catch (Exception error) when (limit.IsCancellationRequested && error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            broken = error;
        }

        stop.ThrowIfCancellationRequested();
        throw new MediaException(MediaFault.SourceFailed, $"{_address} sends nothing within {patience.TotalSeconds:F0} s.", broken);
    }

    // A header that breaks the rules, as with spaces in its boundary, is none to .NET.
    static string TypeOf(HttpResponseMessage response)
    {
        var stated = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : "";
        var type = stated.Split(';')[0].Trim();
        return type.Length <= LongestType ? type : type[..LongestType];
    }

    FFmpegSource OpenMotionJpeg(string type, Stream body) => Open(_capture.MotionJpeg(Name), new MotionJpegStream(_address, type, body));

    PacedSource OpenHls(StreamAddress place, Stream playlist, CancellationToken stop)
    {
        var stream = new HlsStream(_fetcher, place);
        try
        {
            Within(Patience, stream, stop, () =>
            {
                stream.Begin(playlist);
                return true;
            });
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        return new(new HlsSource(stream, _capture.Media(Name, keepsSize: true)), isStored: true);
    }

    // A server sends stored media as fast as they are taken.
    PacedSource OpenMedia(Stream media, bool isFinite) =>
        new(Open(_capture.Media(Name, keepsSize: isFinite) with { IsFinite = isFinite }, media), isStored: isFinite);

    FFmpegSource Open(CaptureCommand command, Stream feed) => new(command with { Companion = new StreamFeed(Name, feed), IsLive = true });

    (HttpResponseMessage Response, StreamAddress Place) Get(Snapshot? last, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            var response = _fetcher.Get(_asked, limit.Token, out var place, last is null ? null : last.AddTo);
            if (response.IsSuccessStatusCode || (last is not null && response.StatusCode == HttpStatusCode.NotModified))
                return (response, place);
            using (response)
                throw _fetcher.Describe(response.StatusCode, place);
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new MediaException(MediaFault.SourceFailed, $"{_address} does not answer within {Patience.TotalSeconds:F0} s.", error);
        }
    }
}
