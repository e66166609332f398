using System.Net;
using FastCam.Video.Live;
using FastCam.Video.Network;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>
/// Opens a stream over HTTP. This process fetches, signs in and verifies; the child gets bytes on its standard input and
/// never speaks to the network, so it opens nothing that a playlist may name.
/// </summary>
sealed class HttpConnector : Connector
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly StreamAddress _address;
    readonly ChildCapture _capture;
    readonly Reachability _reachability;
    readonly HttpFetcher _fetcher;

    public HttpConnector(StreamAddress address, SourceOptions options)
    {
        _address = address;
        _reachability = new Reachability(address);
        _capture = ChildCapture.Create(options);
        _fetcher = new HttpFetcher(address, options.Tls);
        Name = address.ToString();
    }

    public override string Name { get; }

    public override string? Notice => _capture.Notice;

    public override FrameSource Connect(CancellationToken stop)
    {
        try
        {
            var (response, place) = _reachability.Try(() => Get(stop));
            try
            {
                return Open(response, place, stop);
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
        catch (HttpRequestException error)
        {
            throw new MediaException(MediaFault.SourceFailed, $"{_address}: {Reason(error)}.", error);
        }
        catch (IOException error)
        {
            throw new MediaException(MediaFault.SourceFailed, $"{_address}: the connection broke off.", error);
        }
    }

    static string Reason(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.InvalidResponse => "what the server sends is no HTTP",
        HttpRequestError.ResponseEnded => "the server closed the connection",
        _ => error.InnerException is IOException ? "the server closed the connection" : error.Message.TrimEnd('.'),
    };

    FrameSource Open(HttpResponseMessage response, StreamAddress place, CancellationToken stop)
    {
        var body = response.Content.ReadAsStream(stop);
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
            return Open(_capture.MotionJpeg(Name), body);
        var start = new PeekStream(body);
        if (start.BeginsWith("#EXTM3U"u8))
        {
            var segments = new HlsStream(_fetcher, place, start);
            return Paced(segments, segments.IsComplete);
        }

        if (type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.StartsWith("image/", StringComparison.OrdinalIgnoreCase))
        {
            throw place.Refused(
                $"is no stream: the server sends {type}; MJPEG is multipart/x-mixed-replace, HLS a playlist", Recovery.None);
        }

        return Paced(start, response.Content.Headers.ContentLength is not null);
    }

    // A server sends stored media as fast as they are taken.
    PacedSource Paced(Stream media, bool isFinite) => new(Open(_capture.Media(Name) with { IsFinite = isFinite }, media));

    FFmpegSource Open(CaptureCommand command, Stream feed) => new(command with { Companion = new StreamFeed(Name, feed), IsLive = true });

    (HttpResponseMessage Response, StreamAddress Place) Get(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            var response = _fetcher.Get(_address, limit.Token, out var place);
            if (response.IsSuccessStatusCode)
                return (response, place);
            using (response)
                throw Describe(response.StatusCode, place);
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new MediaException(MediaFault.SourceFailed, $"{_address} does not answer within {Patience.TotalSeconds:F0} s.", error);
        }
    }

    MediaException Describe(HttpStatusCode status, StreamAddress place) => (int)status switch
    {
        401 or 403 => place.Unauthorised(_fetcher.UnknownLogin),
        404 or 410 => place.NotFound((int)status),
        _ => place.Refused($"answers {(int)status} {status}", Recovery.BackOff),
    };
}
