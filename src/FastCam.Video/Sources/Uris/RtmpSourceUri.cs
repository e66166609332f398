using FastCam.Video.Capture;
using FastCam.Video.FFmpeg;
using FastCam.Video.Live;
using FastCam.Video.Network;

namespace FastCam.Video.Sources.Uris;

/// <summary>A stream by RTMP, from a server that is asked for it, or from whoever publishes it here.</summary>
/// <param name="Address">The server's address; one of this machine's, or no host, where it is published here.</param>
/// <param name="Listens">Whether it is published here.</param>
sealed record RtmpSourceUri(StreamAddress Address, bool Listens) : SourceUri
{
    internal static RtmpSourceUri Parse(MediaUri uri)
    {
        var address = StreamAddress.ParseListening(uri).Take("mode", out var mode);
        var listens = ListenMode.Parse(uri, mode, address);
        if (listens && address.IsEncrypted)
            throw uri.Bad("what is published here comes by rtmp://, which is not encrypted");
        return address.PathAndQuery.Length > 1 ? new(address, listens) : throw uri.Bad("an address is rtmp://HOST/APPLICATION/KEY");
    }

    private protected override FrameSource OpenAsIs(SourceOptions options)
    {
        if (Listens && options.Login is not null)
        {
            throw new MediaException(MediaFault.BadUri, $"{Address} takes whatever is published there, and checks no login and no key: leave the login out.")
            { Setting = "login" };
        }

        var address = WithKey(Address.WithDefaultLogin(options.Login));
        Connector connector = Listens
            ? new ListenConnector(address, Script(address), FFmpegCapture.CreateFor(options, "RTMP"))
            : new RtmpConnector(address, options);
        return new SupervisedSource(connector, options.Supervision);
    }

    static FFmpegScript Script(StreamAddress address) => RtmpRelay.Options(
        new FFmpegScript($"rtmp://{(address.Host.Length > 0 ? address.BracketedHost : "0.0.0.0")}:{address.Port}{address.PathAndQuery}", "rtmp,tcp", "flv")
            .With("listen", "1"));

    /// <summary>A login without a user is the stream's key, so that this too can be kept out of process lists.</summary>
    static StreamAddress WithKey(StreamAddress address) => address.Login is { User: "", Password: var key }
        ? address with { Login = null, PathAndQuery = $"{address.PathAndQuery.TrimEnd('/')}/{key}" }
        : address;
}
