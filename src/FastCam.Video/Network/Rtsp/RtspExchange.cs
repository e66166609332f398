using System.Globalization;
using System.Text;
using FastCam.Video.Network.Logins;

namespace FastCam.Video.Network.Rtsp;

/// <summary>
/// Matches requests and their responses at one server: it numbers them, answers the server's challenges, and notes what the server
/// refused, and where it leads instead.
/// </summary>
/// <param name="address">The server.</param>
/// <param name="mayChangeTransport">Whether the stream may come otherwise than it is asked for.</param>
sealed class RtspExchange(StreamAddress address, bool mayChangeTransport = false)
{
    const int MostPending = 32;

    /// <summary>The methods of a server that does not tell, as far as players need them.</summary>
    const string Public = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN";

    readonly List<Pending> _pending = [];
    readonly SignIn _signIn = new(address.Login);
    int _number;
    string? _session;
    string? _playing; // the URI that is played

    /// <summary>Whether the server offers the stream, but not so: it is to be asked for the other transport.</summary>
    public bool RefusesTransport { get; private set; }

    /// <summary>Whether the session was ended, and the server has heard of it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The first thing that went wrong; null while nothing did.</summary>
    public MediaException? Failure { get; private set; }

    /// <summary>The request that the server led elsewhere with, and where to; null while it has not.</summary>
    public RtspMove? Move { get; private set; }

    /// <summary>Returns what is to be sent to the server for a client's message.</summary>
    public byte[] Request(RtspMessage message) => message.IsResponse ? message.ToBytes() : Send(message, message["CSeq"]);

    /// <summary>Returns what is to be sent to the server for a request that another server led here.</summary>
    public byte[] Request(RtspMove move)
    {
        move.Request.Uri = address.Url;
        return Send(move.Request, move.ClientNumber);
    }

    /// <summary>Returns the request that ends the session; null where there is none.</summary>
    public byte[]? Teardown()
    {
        if (_session is null || _playing is null || RtspMessage.Parse(Encoding.Latin1.GetBytes($"TEARDOWN {_playing} RTSP/1.0")) is not { } message)
            return null;
        message["Session"] = _session;
        return Send(message, null);
    }

    /// <summary>Returns what to tell the client; null when that is nothing, or the request is to be sent again, as <paramref name="again"/>.</summary>
    /// <exception cref="MediaException">There is nothing in the stream to play.</exception>
    public RtspMessage? Response(RtspMessage message, out byte[] again)
    {
        again = [];
        if (!message.IsResponse)
        {
            message["Location"] = null; // the client must not leave the relay
            return message;
        }

        if (Find(message) is not { } pending)
            return null;
        message["CSeq"] = pending.ClientNumber;
        if (message.Status < 200)
            return message; // the answer is still to come
        _pending.Remove(pending);
        if (message.Status == 401 && _signIn.Refused(message.All("WWW-Authenticate"), pending.Authorised, pending.Refusals))
        {
            again = Send(pending.Request, pending.ClientNumber, pending.Refusals + 1);
            return null;
        }

        IsOver |= pending.Request.Method == "TEARDOWN";
        if (pending.Authorised && message.Status < 300)
            _signIn.Accepted();
        if (message.Status is 301 or 302 or 303 or 307 or 308 && Counts(pending.Request))
        {
            Move = new(pending.Request, pending.ClientNumber, message["Location"]);
            return null;
        }

        message["Location"] = null;
        if (pending.Request.Method == "OPTIONS" && message.Status is >= 400 and not 401)
            (message.StartLine, message["Public"]) = ("RTSP/1.0 200 OK", Public); // some know no OPTIONS, and play well
        Note(pending.Request, message);
        return message;
    }

    /// <summary>Notes that the connection is over.</summary>
    public void Ended(string reason) => Failure ??= new(MediaFault.SourceFailed, $"{address}: {reason}.");

    // Servers answer in order, but some number their answers otherwise, or not at all.
    Pending? Find(RtspMessage message)
    {
        var isNumber = int.TryParse(message["CSeq"], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return (isNumber ? _pending.Find(pending => pending.Number == number) : null) ?? _pending.FirstOrDefault();
    }

    byte[] Send(RtspMessage message, string? clientNumber, int refusals = 0)
    {
        if (_pending.Count == MostPending)
            _pending.RemoveAt(0);
        message["CSeq"] = (++_number).ToString(CultureInfo.InvariantCulture);
        message["Authorization"] = _signIn.For(message.Method, message.Uri, message.Body);
        _pending.Add(new(message, _number, clientNumber, message["Authorization"] is not null, refusals));
        return message.ToBytes();
    }

    // Only these methods count, since servers that play well may refuse keep-alives.
    static bool Counts(RtspMessage request) => request.Method is "OPTIONS" or "DESCRIBE" or "SETUP" or "PLAY";

    void Note(RtspMessage request, RtspMessage response)
    {
        if (!Counts(request))
            return;
        if (response.Status < 300)
        {
            if (request.Method == "DESCRIBE")
                RequireVideo(response);
            else if (request.Method == "SETUP")
                _session = response["Session"]?.Split(';')[0].Trim() ?? _session;
            else if (request.Method == "PLAY")
                (Failure, _playing) = (null, request.Uri);
            return;
        }

        var isTransport = response.Status == 461 || (response.Status == 406 && request.Method == "SETUP");
        RefusesTransport |= isTransport;

        Failure ??= response.Status switch
        {
            401 or 403 => address.Unauthorised(_signIn.Unknown),
            404 => address.NotFound(404),
            _ when isTransport && mayChangeTransport => address.Refused("sends no packets within the connection: datagrams are asked for", Recovery.AtOnce),
            _ when isTransport => address.Refused("does not offer this transport: try ?transport=udp or ?transport=tcp", Recovery.None),
            405 or 415 or 501 or 505 or 551 => address.Refused($"does not know what it is asked ({Answer(response)}): give another stream", Recovery.None),
            _ => address.Refused($"answers {Answer(response)}", Recovery.BackOff),
        };
    }

    static string Answer(RtspMessage response) => response.StartLine[(response.StartLine.IndexOf(' ') + 1)..];

    void RequireVideo(RtspMessage description)
    {
        var media = SessionDescription.Media(description.Body);
        if (media.Count > 0 && !media.Contains("video"))
            throw address.Refused($"has no video, only {string.Join(" and ", media.Take(4))}: give the path of a stream with video", Recovery.None);
    }

    /// <summary>A request that the server has not answered yet.</summary>
    sealed record Pending(RtspMessage Request, int Number, string? ClientNumber, bool Authorised, int Refusals);
}

/// <summary>A request that a server led elsewhere with.</summary>
/// <param name="Request">The request.</param>
/// <param name="ClientNumber">Its number at the client.</param>
/// <param name="Location">Where to; null where the server does not say.</param>
sealed record RtspMove(RtspMessage Request, string? ClientNumber, string? Location);
