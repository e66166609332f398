using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace FastCam.Video.Network;

/// <summary>
/// Matches requests and their responses: it numbers them, answers the server's challenges, and notes what the server refused.
/// </summary>
sealed class RtspExchange(StreamAddress address)
{
    const int MostPending = 32;

    readonly Dictionary<string, (RtspMessage Request, string? ClientNumber, bool Authorised)> _pending = [];
    RtspAuthorization? _authorization;
    bool _accepted; // the server has accepted our authorization, so that it now refuses only its challenge's age
    int _number;

    /// <summary>The first thing that went wrong; null while nothing did.</summary>
    public MediaException? Failure { get; private set; }

    /// <summary>Returns what is to be sent to the server for a client's message.</summary>
    public byte[] Request(RtspMessage message) => message.IsResponse ? message.ToBytes() : Send(message, message["CSeq"]);

    /// <summary>Returns what to tell the client; null when the request is to be sent again, as <paramref name="again"/>.</summary>
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

    /// <summary>Notes that the connection is over.</summary>
    public void Ended(string reason) => Failure ??= new(MediaFault.SourceFailed, $"{address}: {reason}.");

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

    // Only these methods count, since servers that play well may refuse keep-alives.
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
            401 or 403 => address.Unauthorised(),
            404 => address.NotFound(404),
            461 => address.Refused("does not offer this transport: try ?transport=udp or ?transport=tcp", Recovery.None),
            < 400 => address.Refused($"has moved ({response.Status}): give its new address", Recovery.None),
            _ => address.Refused($"answers {response.StartLine[(response.StartLine.IndexOf(' ') + 1)..]}", Recovery.BackOff),
        };
    }
}

/// <summary>Answers a server's challenge: Digest (RFC 7616: MD5 and SHA-256, with and without qop) or Basic.</summary>
sealed partial class RtspAuthorization
{
    readonly Login _login;
    readonly string _challenge;
    readonly bool _digest;
    readonly bool _sha256;
    int _count;

    RtspAuthorization(Login login, string challenge)
    {
        _login = login;
        _challenge = challenge;
        _digest = challenge.StartsWith("Digest", StringComparison.OrdinalIgnoreCase);
        _sha256 = Parameter("algorithm").Equals("SHA-256", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Answers the strongest challenge that can be answered; null when there is none.</summary>
    public static RtspAuthorization? Answer(IEnumerable<string> challenges, Login login) => challenges
        .Select(challenge => new RtspAuthorization(login, challenge))
        .Where(answer => answer.Strength > 0)
        .MaxBy(answer => answer.Strength);

    /// <summary>Returns the header for one request.</summary>
    public string For(string method, string uri)
    {
        if (!_digest)
            return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_login.User}:{_login.Password}"));
        var (realm, nonce) = (Parameter("realm"), Parameter("nonce"));
        var opaque = Parameter("opaque") is { Length: > 0 } value ? $", opaque=\"{value}\"" : "";
        var algorithm = Parameter("algorithm") is { Length: > 0 } name ? $", algorithm={name}" : "";
        var (secret, request) = (Hash($"{_login.User}:{realm}:{_login.Password}"), Hash($"{method}:{uri}"));
        var start = $"Digest username=\"{_login.User}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\"";
        if (!Parameter("qop").Split(',').Any(quality => quality.Trim() == "auth"))
            return $"{start}, response=\"{Hash($"{secret}:{nonce}:{request}")}\"{algorithm}{opaque}";
        var (count, clientNonce) = ((++_count).ToString("x8"), RandomNumberGenerator.GetHexString(16, lowercase: true));
        var response = Hash($"{secret}:{nonce}:{count}:{clientNonce}:auth:{request}");
        return $"{start}, qop=auth, nc={count}, cnonce=\"{clientNonce}\", response=\"{response}\"{algorithm}{opaque}";
    }

    int Strength => _digest
        ? Parameter("algorithm").ToUpperInvariant() switch { "SHA-256" => 3, "" or "MD5" => 2, _ => 0 }
        : _challenge.StartsWith("Basic", StringComparison.OrdinalIgnoreCase) ? 1 : 0;

    string Hash(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(_sha256 ? SHA256.HashData(bytes) : MD5.HashData(bytes));
    }

    string Parameter(string name)
    {
        foreach (Match match in Parameters().Matches(_challenge))
        {
            if (match.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase))
                return match.Groups["value"].Value;
        }

        return "";
    }

    [GeneratedRegex("(?<name>\\w+)=(\"(?<value>[^\"]*)\"|(?<value>[^\\s,\"]+))", RegexOptions.ExplicitCapture)]
    private static partial Regex Parameters();
}
