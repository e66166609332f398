using System.Globalization;

namespace FastCam.Video.Network;

/// <summary>The address of a stream on the network.</summary>
/// <param name="Scheme"><c>rtsp</c>, <c>rtsps</c>, <c>http</c>, <c>https</c>, <c>rtmp</c>, <c>rtmps</c>, <c>srt</c> or <c>udp</c>.</param>
/// <param name="Host">A name or address; an IPv6 address without its brackets; empty for every address of this machine, where it listens.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="PathAndQuery">The path and the query; it begins with a slash.</param>
/// <param name="Login">The credentials for the server; null: none.</param>
sealed record StreamAddress(string Scheme, string Host, int Port, string PathAndQuery, Login? Login = null)
{
    /// <summary>Whether the connection is encrypted by TLS.</summary>
    public bool IsEncrypted => Scheme is "rtsps" or "https" or "rtmps";

    /// <summary>Whether the protocol is RTSP.</summary>
    public bool IsRtsp => Scheme is "rtsp" or "rtsps";

    /// <summary>What follows the application in an address of RTMP, and is often a credential; null where nothing does, or it is none of RTMP.</summary>
    public string? RtmpKey => Scheme is "rtmp" or "rtmps" && PathAndQuery.IndexOf('/', 1) is > 0 and var slash && slash < PathAndQuery.Length - 1
        ? PathAndQuery[(slash + 1)..]
        : null;

    /// <summary>The address that the user gave, where a server led on from it to this one; null: this is it.</summary>
    public StreamAddress? First { get; init; }

    /// <summary>The address for a server, without credentials.</summary>
    public string Url => Origin + PathAndQuery;

    /// <summary>The host as the domain name system has it; as it is where it is no such name.</summary>
    public string AsciiHost => Uri.TryCreate(Url, UriKind.Absolute, out var uri) ? uri.IdnHost : Host;

    /// <summary>Scheme, host and port.</summary>
    public string Origin => Port == DefaultPort(Scheme) && Host.Length > 0 ? $"{Scheme}://{BracketedHost}" : $"{Scheme}://{Authority}";

    /// <summary>Host and port.</summary>
    public string Authority => $"{BracketedHost}:{Port}";

    /// <summary>The display name: without credentials, and without the query, where some cameras have theirs.</summary>
    public string Name => Scheme is "srt" or "udp" ? Origin
        : RtmpKey is { } key ? $"{Origin}{PathAndQuery[..^key.Length]}***"
        : Origin + Redaction.Parameters(PathAndQuery.Split('?')[0]);

    /// <summary>The display name, and of an address that a server led to, from where.</summary>
    public override string ToString() => First is null || First.Name == Name ? Name : $"{Name} (to which {First} leads)";

    /// <summary>The host as an address has it.</summary>
    public string BracketedHost => Host.Contains(':') ? $"[{Host}]" : Host;

    /// <summary>
    /// Reads <c>scheme://user:password@host:port/path?query</c>. The password may hold any letter but a slash, which is
    /// written %2F, and a percent sign before two digits, which is written %25. An @ in the path is written %40.
    /// </summary>
    /// <exception cref="MediaException">It is no such address.</exception>
    public static StreamAddress Parse(MediaUri uri) => Parse(uri, mayListen: false);

    /// <summary>Reads an address that may be one to listen at, which needs no host: <c>scheme://:port/path?query</c>.</summary>
    /// <exception cref="MediaException">It is no such address.</exception>
    public static StreamAddress ParseListening(MediaUri uri) => Parse(uri, mayListen: true);

    static StreamAddress Parse(MediaUri uri, bool mayListen)
    {
        if (!uri.Target.StartsWith("//", StringComparison.Ordinal))
            throw uri.Bad($"an address is {uri.Scheme}://HOST:PORT/PATH");
        var rest = uri.Target[2..];
        var slash = rest.IndexOf('/');
        var authority = slash < 0 ? rest : rest[..slash];
        var path = slash < 0 ? "/" : rest[slash..];
        var at = authority.LastIndexOf('@');
        if (at >= 0 && path.Contains('@'))
        {
            throw uri.Bad(
                "behind the password's @ there is another: an @ in a password or a path is written %40, and a slash in a password %2F");
        }

        var login = at < 0 ? null : ParseLogin(authority[..at]);
        var (host, port) = SplitPort(uri, authority[(at + 1)..], mayListen);
        return new(uri.Scheme, host, port, path, login);
    }

    /// <summary>Takes over an address that a server gave, without the credentials that may stand in it; null where it is none of a stream.</summary>
    /// <remarks>What is no letter, as may stand in the zone of an IPv6 address, would end a line of a request.</remarks>
    public static StreamAddress? From(Uri uri) => uri.Scheme is "rtsp" or "rtsps" or "http" or "https" && uri.IdnHost.Length > 0
        && !(uri.IdnHost + uri.PathAndQuery).AsSpan().ContainsAnyExceptInRange('!', '~')
        ? new(uri.Scheme, uri.IdnHost, uri.Port > 0 ? uri.Port : DefaultPort(uri.Scheme), uri.PathAndQuery is ['/', ..] and var path ? path : "/")
        : null;

    /// <summary>The display name of what may be no address of a stream.</summary>
    public static string NameOf(Uri uri) => From(uri)?.Name
        ?? (uri.GetLeftPart(UriPartial.Path) is var text && text.Contains('@') ? $"{uri.Scheme}:***" : Redaction.Parameters(text));

    /// <summary>Returns the address with these credentials where it has none of its own.</summary>
    public StreamAddress WithDefaultLogin(Login? login) => Login is null ? this with { Login = login } : this;

    /// <summary>Returns the address of a protocol that knows no paths.</summary>
    /// <exception cref="MediaException">It has one.</exception>
    public StreamAddress WithoutPath(MediaUri uri) => PathAndQuery == "/" ? this : throw uri.Bad($"an address is {Scheme}://HOST:PORT, without a path");

    /// <summary>Takes one of our own options out of the query; the rest is the server's.</summary>
    public StreamAddress Take(string option, out string? value)
    {
        value = null;
        var query = PathAndQuery.IndexOf('?');
        if (query < 0)
            return this;
        var kept = new List<string>();
        foreach (var part in PathAndQuery[(query + 1)..].Split('&'))
        {
            if (part.StartsWith(option + "=", StringComparison.Ordinal))
                value = part[(option.Length + 1)..];
            else
                kept.Add(part);
        }

        return this with { PathAndQuery = kept.Count == 0 ? PathAndQuery[..query] : $"{PathAndQuery[..query]}?{string.Join('&', kept)}" };
    }

    /// <summary>The error of a server that wants other credentials, or any.</summary>
    /// <param name="unknown">What it asks for, where nothing of it is known here; null otherwise.</param>
    public MediaException Unauthorised(string? unknown) => unknown is not null
        ? Refused($"asks for a login of a kind that is not known here ({unknown}): set it to Digest with MD5 or SHA-256, or to Basic", Recovery.None)
        : Login is null && First is not null
        ? Refused($"wants a user and a password, which go to the server that they were given for alone: give {Name} itself", Recovery.None)
        : Login is null
        ? Refused("wants a user and a password: give them in a login file, or in the address", Recovery.None, "login")
        : Refused("refuses this user and password", Recovery.None);

    /// <summary>The error of a server that has no such stream.</summary>
    /// <param name="status">The server's answer, 404 as a rule.</param>
    public MediaException NotFound(int status) =>
        new(MediaFault.SourceNotFound, $"{this} does not exist: the server has no such stream ({status}).") { Recovery = Recovery.None };

    /// <summary>The error of a server that answers something else.</summary>
    /// <param name="how">What it does, as the end of a sentence that begins with the address.</param>
    /// <param name="recovery">What helps after it.</param>
    /// <param name="setting">The setting that mends it; null where no single one does.</param>
    public MediaException Refused(string how, Recovery recovery, string? setting = null) =>
        new(MediaFault.SourceUnreadable, $"{this} {how}.") { Recovery = recovery, Setting = setting };

    static int DefaultPort(string scheme) => scheme switch
    {
        "rtsp" => 554,
        "rtsps" => 322,
        "http" or "onvif" => 80,
        "rtmp" => 1935,
        "srt" or "udp" => 0, // there is none
        _ => 443,
    };

    static Login ParseLogin(string text)
    {
        var colon = text.IndexOf(':');
        return colon < 0
            ? new(Uri.UnescapeDataString(text), "")
            : new(Uri.UnescapeDataString(text[..colon]), Uri.UnescapeDataString(text[(colon + 1)..]));
    }

    static string OfPasswords(MediaUri uri) => uri.Target.Contains('@') ? ", and a slash in a password is written %2F" : "";

    static (string Host, int Port) SplitPort(MediaUri uri, string text, bool mayListen)
    {
        var bracket = text.LastIndexOf(']');
        var colon = text.IndexOf(':', bracket + 1);
        var host = (colon < 0 ? text : text[..colon]).Trim('[', ']');
        var port = DefaultPort(uri.Scheme);
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown && (host.Length > 0 || !mayListen))
            throw uri.Bad($"an address is {uri.Scheme}://HOST:PORT/PATH{OfPasswords(uri)}");
        if (colon < 0 && (port == 0 || host.Length == 0))
            throw uri.Bad($"it needs a port, as in {uri.Scheme}://{host}:9000");
        if (colon < 0)
            return (host, port);
        return int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535
            ? (host, port)
            : throw uri.Bad($"a port is a number from 1 to 65535{OfPasswords(uri)}");
    }
}

/// <summary>A user and a password; <see cref="ToString"/> shows neither.</summary>
/// <param name="User">The user; empty where there is only a password, as SRT has it.</param>
/// <param name="Password">The password; it may be empty.</param>
public sealed record Login(string User, string Password)
{
    /// <summary>Reads <c>USER:PASSWORD</c> from the first line of a file, so that they stand in no process list.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="MediaException">It cannot be read, or its first line has no colon.</exception>
    public static Login FromFile(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            return Parse(reader.ReadLine() ?? "") ?? throw new MediaException(
                MediaFault.BadUri, $"{path} holds no credentials: its first line must be USER:PASSWORD.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(
                MediaFault.BadUri, $"{path}, which should hold the credentials, cannot be read: {FileFault.Describe(path, error)}.", error);
        }
    }

    /// <summary>Shows no credentials.</summary>
    public override string ToString() => "a login";

    static Login? Parse(string text) => text.IndexOf(':') is >= 0 and var colon ? new(text[..colon], text[(colon + 1)..]) : null;
}
