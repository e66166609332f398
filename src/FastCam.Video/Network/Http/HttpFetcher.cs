using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using FastCam.Video.Network.Logins;

namespace FastCam.Video.Network.Http;

/// <summary>
/// Fetches over HTTP for one source: it signs in, follows redirects as far as the policy allows, and connects to the very address that
/// the policy has seen. No proxy is asked, because that one would resolve the names.
/// </summary>
sealed class HttpFetcher
{
    static readonly HttpRequestOptionsKey<StreamAddress> Target = new("target");

    readonly RedirectPolicy _policy = new();
    readonly SignIn _signIn;
    readonly HttpClient _client;

    /// <param name="address">The address, with the login for its server.</param>
    /// <param name="tls">How the server's certificate is judged.</param>
    /// <param name="allowBasic">Whether the password itself is sent to a server that asks for it.</param>
    /// <exception cref="MediaException">The file of authorities cannot be read.</exception>
    public HttpFetcher(StreamAddress address, TlsOptions tls, bool allowBasic = true)
    {
        _signIn = new SignIn(address.Login, allowBasic);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = Connect,
            ConnectTimeout = TimeSpan.FromSeconds(3), // longer than the callback waits, which knows what it waited for
            PlaintextStreamFilter = (context, _) => new(new TolerantHttpStream(context.PlaintextStream)),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            SslOptions = TlsConnector.TlsFor(address.Host, tls),
            UseCookies = false,
            UseProxy = false,
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>What the server asked for, where it refuses us and nothing of that is known here; null otherwise.</summary>
    public string? UnknownLogin => _signIn.Unknown;

    /// <summary>Fetches what an address leads to.</summary>
    /// <param name="address">The address.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="place">Where the response came from in the end.</param>
    /// <param name="conditions">Adds to each request what the response depends on; null: nothing.</param>
    /// <exception cref="MediaException">A server leads where it may not, or cannot prove who it is, or none answers.</exception>
    /// <exception cref="HttpRequestException">The connection failed.</exception>
    public HttpResponseMessage Get(
        StreamAddress address, CancellationToken stop, out StreamAddress place, Action<HttpRequestHeaders>? conditions = null)
    {
        var passed = new List<StreamAddress> { address };
        while (true)
        {
            place = passed[^1];
            var response = SignedIn(place, conditions, stop);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                return response;
            using (response)
                passed.Add(_policy.Follow(passed, Values(response, "Location").FirstOrDefault()));
        }
    }

    /// <summary>Fetches what another address names.</summary>
    /// <param name="from">The address that names it.</param>
    /// <param name="to">What it names.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="place">Where the response came from in the end.</param>
    /// <param name="conditions">Adds to each request what the response depends on; null: nothing.</param>
    /// <exception cref="MediaException">A server leads where it may not, or cannot prove who it is, or none answers.</exception>
    /// <exception cref="HttpRequestException">The connection failed.</exception>
    public HttpResponseMessage Get(
        StreamAddress from, Uri to, CancellationToken stop, out StreamAddress place, Action<HttpRequestHeaders>? conditions = null) =>
        Get(_policy.Lead(from, to), stop, out place, conditions);

    /// <summary>The error of a server that answers without a stream.</summary>
    public MediaException Describe(HttpStatusCode status, StreamAddress place) => (int)status switch
    {
        401 or 403 => place.Unauthorised(UnknownLogin),
        404 or 410 => place.NotFound((int)status),
        _ => place.Refused($"answers {(int)status} {status}", Recovery.BackOff),
    };

    /// <summary>Asks a server something. A redirect is not followed: what is asked is for this server.</summary>
    /// <exception cref="MediaException">The server cannot prove who it is, or none answers.</exception>
    /// <exception cref="HttpRequestException">The connection failed.</exception>
    public HttpResponseMessage Post(StreamAddress address, HttpBody body, CancellationToken stop) => SignedIn(address, null, stop, body);

    HttpResponseMessage SignedIn(StreamAddress address, Action<HttpRequestHeaders>? conditions, CancellationToken stop, HttpBody? body = null)
    {
        for (var refusals = 0; ; refusals++)
        {
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, address.Url) { Content = body?.ToContent() };
            request.Options.Set(Target, address);
            conditions?.Invoke(request.Headers);
            var authorization = address.Login is null ? null : _signIn.For(request.Method.Method, request.RequestUri!.PathAndQuery, body?.Bytes);
            if (authorization is not null)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            var response = Send(request, address, stop);
            if (response.IsSuccessStatusCode && authorization is not null)
                _signIn.Accepted();
            var isOurs = address.Login is not null || address.First is null; // elsewhere nothing is tried
            if (response.StatusCode != HttpStatusCode.Unauthorized || !isOurs
                || !_signIn.Refused(Values(response, "WWW-Authenticate"), authorization is not null, refusals))
            {
                return response;
            }

            response.Dispose();
        }
    }

    HttpResponseMessage Send(HttpRequestMessage request, StreamAddress address, CancellationToken stop)
    {
        try
        {
            return _client.Send(request, HttpCompletionOption.ResponseHeadersRead, stop);
        }
        catch (HttpRequestException error) when (error.InnerException is MediaException media)
        {
            throw media; // it comes from Connect
        }
        catch (HttpRequestException error) when (error.InnerException is AuthenticationException refusal)
        {
            throw TlsConnector.Describe(address, refusal);
        }
    }

    ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        if (!context.InitialRequestMessage.Options.TryGetValue(Target, out var address))
            throw new InvalidOperationException("a request has no target");
        return new(new NetworkStream(TlsConnector.Reach(address, _policy, stop), ownsSocket: true));
    }

    // As they came, since .NET's own parsing drops what is not quite in order.
    static IEnumerable<string> Values(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values : [];
}

/// <summary>What is sent to a server.</summary>
/// <param name="Bytes">The content.</param>
/// <param name="Type">Its type.</param>
sealed record HttpBody(byte[] Bytes, string Type)
{
    public HttpContent ToContent()
    {
        var content = new ByteArrayContent(Bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", Type);
        return content;
    }
}
