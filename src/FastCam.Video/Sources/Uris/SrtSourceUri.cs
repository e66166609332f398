using System.Globalization;
using FastCam.Video.Capture;
using FastCam.Video.Live;
using FastCam.Video.Network;

namespace FastCam.Video.Sources.Uris;

/// <summary>MPEG-TS over SRT, from a sender that is called, or that calls.</summary>
/// <param name="Address">The sender's address; one of this machine's, or no host, where it calls.</param>
/// <param name="Listens">Whether the sender calls.</param>
/// <param name="Settings">What both have to agree on.</param>
sealed record SrtSourceUri(StreamAddress Address, bool Listens, SrtSettings Settings) : SourceUri
{
    const int LongestLatency = 10_000;

    internal static SrtSourceUri Parse(MediaUri uri)
    {
        uri.AllowOptions("mode", "streamid", "latency", "passphrase");
        var address = StreamAddress.ParseListening(uri).WithoutPath(uri);
        var listens = ListenMode.Parse(uri, uri["mode"], address);
        if (listens && uri["streamid"] is not null)
            throw uri.Bad("a stream's id is for the one who calls, and here the sender does");
        return new(address, listens, new(Text(uri["streamid"]), Text(uri["passphrase"]), ParseLatency(uri)));
    }

    private protected override FrameSource OpenAsIs(SourceOptions options)
    {
        var login = Address.Login ?? options.Login;
        var settings = Settings with
        {
            StreamId = Settings.StreamId ?? (login?.User is { Length: > 0 } id && !Listens ? id : null),
            Passphrase = Settings.Passphrase ?? (login?.Password is { Length: > 0 } passphrase ? passphrase : null),
        };
        Connector connector = Listens
            ? new ListenConnector(Address, settings.Script(Address.Authority, "listener"), FFmpegCapture.CreateFor(options, "SRT"))
            : new SrtConnector(Address, settings, options);
        return new SupervisedSource(connector, options.Supervision);
    }

    static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : Uri.UnescapeDataString(value);

    static TimeSpan? ParseLatency(MediaUri uri) => uri["latency"] is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var latency) && latency <= LongestLatency
        ? TimeSpan.FromMilliseconds(latency)
        : throw uri.Bad($"latency={text} is not from 0 to {LongestLatency} milliseconds");
}

/// <summary>Who of the two calls the other.</summary>
static class ListenMode
{
    /// <summary>Returns whether this side waits to be called. An address without a host can mean nothing else.</summary>
    /// <exception cref="MediaException">It is neither <c>caller</c> nor <c>listener</c>, or a caller has nobody to call.</exception>
    public static bool Parse(MediaUri uri, string? mode, StreamAddress address) => mode switch
    {
        "listener" => true,
        null => address.Host.Length == 0,
        "caller" when address.Host.Length > 0 => false,
        "caller" => throw uri.Bad("mode=caller needs a host to call"),
        _ => throw uri.Bad($"mode={mode} is neither caller nor listener"),
    };
}
