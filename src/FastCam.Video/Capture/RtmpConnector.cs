using System.Text.RegularExpressions;
using FastCam.Video.FFmpeg;
using FastCam.Video.Live;
using FastCam.Video.Network;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>Asks an RTMP server for a stream: a relay that is connected to the server, and FFmpeg, which plays what the relay serves.</summary>
sealed partial class RtmpConnector : Connector
{
    readonly StreamAddress _address;
    readonly TlsOptions _tls;
    readonly FFmpegCapture _capture;
    readonly Reachability _reachability;

    public RtmpConnector(StreamAddress address, SourceOptions options)
    {
        (_address, _tls) = (Checked(address), options.Tls);
        _ = TlsConnector.TlsFor("", options.Tls); // a file of authorities that cannot be read fails now
        _capture = FFmpegCapture.CreateFor(options, "RTMP");
        _reachability = new(address);
        Name = address.ToString();
    }

    public override string Name { get; }

    public override string? Notice => _capture.Notice;

    public override FrameSource Connect(CancellationToken stop)
    {
        var relay = _reachability.Try(() => new RtmpRelay(_address, _tls, stop));
        return new FFmpegSource(_capture.Script(Name, relay.Script) with { Companion = relay, IsLive = true, Login = _address.Login, Explain = WhyNot });
    }

    // FFmpeg takes them as they are, and would look for a server of that name.
    static StreamAddress Checked(StreamAddress address) => address.Login is not { } login
        || !(login.User.AsSpan().ContainsAny("/?#:") || login.Password.AsSpan().ContainsAny("/?#"))
        ? address
        : throw new MediaException(MediaFault.BadUri, "A user and a password for RTMP hold none of / ? # here: choose others at the server.")
        { Setting = "login" };

    MediaException? WhyNot(string log)
    {
        if (log.Contains("No credentials set") || log.Contains("Incorrect user") || log.Contains("Authentication failed"))
            return _address.Unauthorised(null);
        if (ServerError().Match(log) is not { Success: true } match)
            return null;
        var said = FFmpegLog.Shorten(match.Groups["reason"].Value.Trim());
        // A stream that nobody publishes now may be published later; what is refused otherwise, a person has to put right.
        return NotFound().IsMatch(said)
            ? new(MediaFault.SourceNotFound, $"{Name} does not exist now ({said}): check the application and the stream's key.")
            : _address.Refused($"refuses the stream ({said}): check the application, the stream's key and the login", Recovery.None);
    }

    [GeneratedRegex("Server error: (?<reason>.*)", RegexOptions.ExplicitCapture)]
    private static partial Regex ServerError();

    [GeneratedRegex("not ?found|no such stream|not exist", RegexOptions.IgnoreCase)]
    private static partial Regex NotFound();
}
