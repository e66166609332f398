using FastCam.Edge.Packets;
using FastCam.Edge.Sinks;
using FastCam.Saliency.Resampling;
using FastCam.Video;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Jpeg;

namespace FastCam.Edge.Web;

/// <summary>
/// Encodes each frame once and publishes it to the pages that watch, which draw the maps themselves. A published frame counts as delivered:
/// each viewer has an account of its own.
/// </summary>
sealed class WebSink(LedgerAccount account, IReadOnlyList<MapSize> maps) : Sink(account)
{
    const int Quality = 82;

    readonly Pool<EncodedFrame> _pool = new(() => new EncodedFrame());
    readonly JpegEncoder _jpeg = new();

    /// <summary>The pages that watch.</summary>
    public LiveHub Hub { get; } = new();

    public override bool WantsOverlay => false;

    public override void Write(in FramePacket packet)
    {
        if (!Hub.HasViewers)
            return;
        var encoded = _pool.Rent()!;
        try
        {
            var message = encoded.Begin(packet.Info, FrameMessage.Capacity(packet.Info, packet.Frame.Format, maps));
            encoded.End(FrameMessage.Write(message, packet, maps, _jpeg, Quality));
        }
        catch
        {
            encoded.Release();
            throw;
        }
        Hub.Publish(encoded);
    }

    public override void Dispose() => _jpeg.Dispose();
}

/// <summary>The live page's address: <c>web://HOST:PORT</c>.</summary>
/// <param name="Host">A name or address; an IPv6 address without its brackets.</param>
/// <param name="Port">0 to 65535; 0 lets the system choose a free one.</param>
sealed record WebSinkUri(string Host, int Port) : SinkUri
{
    /// <summary>The port of <c>web://host</c>.</summary>
    public const int DefaultPort = 8080;

    public static SinkScheme Scheme { get; } = new("web", "web://HOST:PORT", Parse);

    public override string Name => $"web://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";

    public override bool IsWatched => true;

    public override Sink Open(SinkOpening opening) => new WebSink(opening.Account, opening.Maps);

    static WebSinkUri Parse(MediaUri uri)
    {
        uri.AllowOptions();
        if (!uri.Target.StartsWith("//", StringComparison.Ordinal)
            || !Uri.TryCreate($"tcp:{uri.Target}", UriKind.Absolute, out var address)
            || address is not { AbsolutePath: "" or "/", UserInfo: "", Fragment: "", Host.Length: > 0 })
        {
            throw uri.Bad("the live page is web://HOST:PORT, as web://127.0.0.1:8080");
        }
        return new(address.IdnHost, address.Port < 0 ? DefaultPort : address.Port);
    }
}
