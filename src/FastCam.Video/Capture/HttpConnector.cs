using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
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
    readonly HttpClient _client;
    readonly Uri _uri;

    public HttpConnector(StreamAddress address, SourceOptions options)
    {
        _address = address;
        _reachability = new Reachability(address);
        _capture = ChildCapture.Create(options);
        _uri = new Uri(address.Origin + address.PathAndQuery);
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            SslOptions = TlsConnector.TlsFor(address.Host, options.Tls),
            UseCookies = false,
        };
        if (address.Login is { } login)
            handler.Credentials = CredentialsFor(new Uri(address.Origin), new NetworkCredential(login.User, login.Password));
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        Name = address.ToString();
    }

    public override string Name { get; }

    public override string? Notice => _capture.Notice;

    public override FrameSource Connect(CancellationToken stop)
    {
        try
        {
            var response = _reachability.Try(() => Get(stop));
            try
            {
                return Open(response, stop);
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

    // The credentials are for this server alone, and not for one that it redirects us to.
    static CredentialCache CredentialsFor(Uri server, NetworkCredential credential) =>
        new() { { server, "Digest", credential }, { server, "Basic", credential } };

    FrameSource Open(HttpResponseMessage response, CancellationToken stop)
    {
        var body = response.Content.ReadAsStream(stop);
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        if (type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
            return Open(_capture.MotionJpeg(Name), body);
        var start = new PeekStream(body);
        if (start.BeginsWith("#EXTM3U"u8))
        {
            var segments = new HlsStream(_client, response.RequestMessage!.RequestUri!, start);
            return Paced(segments, segments.IsComplete);
        }

        if (type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.StartsWith("image/", StringComparison.OrdinalIgnoreCase))
        {
            throw _address.Refused(
                $"is no stream: the server sends {type}; MJPEG is multipart/x-mixed-replace, HLS a playlist", Recovery.None);
        }

        return Paced(start, response.Content.Headers.ContentLength is not null);
    }

    // A server sends stored media as fast as they are taken.
    PacedSource Paced(Stream media, bool isFinite) => new(Open(_capture.Media(Name) with { IsFinite = isFinite }, media));

    FFmpegSource Open(CaptureCommand command, Stream feed) => new(command with { Companion = new StreamFeed(Name, feed), IsLive = true });

    HttpResponseMessage Get(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Patience);
        try
        {
            var response = _client.Send(new HttpRequestMessage(HttpMethod.Get, _uri), HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
                throw Describe(response.StatusCode);
        }
        catch (OperationCanceledException error) when (!stop.IsCancellationRequested)
        {
            throw new MediaException(MediaFault.SourceFailed, $"{_address} does not answer within {Patience.TotalSeconds:F0} s.", error);
        }
        catch (HttpRequestException error) when (error.InnerException is AuthenticationException)
        {
            throw TlsConnector.Untrusted(_address, error);
        }
        catch (HttpRequestException error) when (error.InnerException is SocketException network)
        {
            throw TlsConnector.Describe(_address, network.SocketErrorCode);
        }
    }

    MediaException Describe(HttpStatusCode status) => (int)status switch
    {
        401 or 403 => _address.Unauthorised(),
        404 or 410 => _address.NotFound((int)status),
        _ => _address.Refused($"answers {(int)status} {status}", Recovery.BackOff),
    };
}
