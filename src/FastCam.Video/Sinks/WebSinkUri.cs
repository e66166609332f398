using FastCam.Video.Accounting;

namespace FastCam.Video.Sinks;

/// <summary>The live page's address. This library knows no network: the application opens it.</summary>
/// <param name="Host">A name or address; an IPv6 address without its brackets.</param>
/// <param name="Port">0 to 65535; 0 lets the system choose a free one.</param>
public sealed record WebSinkUri(string Host, int Port) : SinkUri
{
    /// <summary>The port of <c>web://host</c>.</summary>
    public const int DefaultPort = 8080;

    /// <inheritdoc/>
    public override string Name => $"web://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";

    /// <inheritdoc/>
    public override FrameSink Open(LedgerAccount account, SinkOptions options) =>
        throw new InvalidOperationException("The application serves the live page.");

    internal static WebSinkUri Parse(MediaUri uri)
    {
        if (!uri.Target.StartsWith("//", StringComparison.Ordinal)
            || !Uri.TryCreate($"tcp:{uri.Target}", UriKind.Absolute, out var address)
            || address is not { AbsolutePath: "" or "/", UserInfo: "", Fragment: "", Host.Length: > 0 })
            throw uri.Bad("the live page is web://HOST:PORT, as web://127.0.0.1:8080");
        return new(address.IdnHost, address.Port < 0 ? DefaultPort : address.Port);
    }
}
