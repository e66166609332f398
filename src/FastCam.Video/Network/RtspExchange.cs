using System.Globalization;

namespace FastCam.Video.Network;

/// <summary>Requests and the responses to them: numbers them, answers challenges, and notes what the server refused.</summary>
sealed class RtspExchange(StreamAddress address)
{
    const int MostPending = 32;

    readonly Dictionary<string, (RtspMessage Request, string? ClientNumber, bool Authorised)> _pending = [];
    RtspAuthorization? _authorization;
    bool _accepted; // the server took our authorization before: what it refuses now is the age of its challenge
    int _number;

    /// <summary>The first thing that went wrong; null while nothing did.</summary>
    public MediaException? Failure { get; private set; }

    /// <summary>What is to be sent for a client's message.</summary>
    public byte[] Request(RtspMessage message) => message.IsResponse ? message.ToBytes() : Send(message, message["CSeq"]);

    /// <summary>What to tell the client; null when the request is to be sent again, as <paramref name="again"/>.</summary>
    public RtspMessage? Response(RtspMessage message, out byte[] again)
    {
        again = [];
        if (!message.IsResponse || message["CSeq"] is not { } number || !_pending.Remove(number, out var pending))
            return message;
        if (message.Status == 401 && (!pending.Authorised || _accepted) && address.Login is { } login
            && RtspAuthorization.Answer(message.All("WWW-Authenticate"), login) is { } authorization)
        {
            _accepted = false;
            _authorization = authorization;
            again = Send(pending.Request, pending.ClientNumber);
            return null;
        }

        _accepted |= pending.Authorised && message.Status is >= 200 and < 300;
        message["CSeq"] = pending.ClientNumber;
        Note(pending.Request.Method, message);
        return message;
    }

    /// <summary>The connection is over.</summary>
    public void Ended(string why) => Failure ??= new(MediaFault.SourceFailed, $"{address}: {why}.");

    byte[] Send(RtspMessage message, string? clientNumber)
    {
        var number = (++_number).ToString(CultureInfo.InvariantCulture);
        if (_pending.Count == MostPending)
            _pending.Clear();
        _pending[number] = (message, clientNumber, _authorization is not null);
        message["CSeq"] = number;
        message["Authorization"] = _authorization?.For(message.Method, message.Uri);
        return message.ToBytes();
    }

    // Keep-alives may be refused by servers that play well.
    void Note(string method, RtspMessage response)
    {
        if (method is not ("OPTIONS" or "DESCRIBE" or "SETUP" or "PLAY"))
            return;
        if (response.Status < 300)
        {
            if (method == "PLAY")
                Failure = null;
            return;
        }

        Failure ??= response.Status switch
        {
            401 or 403 when address.Login is null => Refused("wants a user and a password: give them in a login file, or in the address", Recovery.None, "login"),
            401 or 403 => Refused("refuses this user and password", Recovery.None),
            404 => new(MediaFault.SourceNotFound, $"{address} does not exist: the server has no such stream (404).") { Recovery = Recovery.None },
            461 => Refused("does not offer this transport: try ?transport=udp or ?transport=tcp", Recovery.None),
            < 400 => Refused($"has moved ({response.Status}): give its new address", Recovery.None),
            _ => Refused($"answers {response.StartLine[(response.StartLine.IndexOf(' ') + 1)..]}", Recovery.BackOff),
        };
    }

    MediaException Refused(string how, Recovery recovery, string? setting = null) => new(MediaFault.SourceUnreadable, $"{address} {how}.") { Recovery = recovery, Setting = setting };
}
