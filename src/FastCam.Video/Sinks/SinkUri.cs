using FastCam.Video.Accounting;
using FastCam.Video.FFmpeg;

namespace FastCam.Video.Sinks;

/// <summary>How a sink is to be opened.</summary>
/// <param name="Force">Whether files that exist are overwritten.</param>
public sealed record SinkOptions(bool Force = false);

/// <summary>What a sink's URI says.</summary>
public abstract record SinkUri
{
    const string Known = "give a video file (.mp4, .mov, .mkv), file:PATH, images:FOLDER, null: or web://HOST:PORT";

    /// <summary>
    /// Reads a URI: a plain path or <c>file:</c> and a path (.mp4, .mov, .mkv), <c>images:folder</c>, <c>null:</c>,
    /// <c>web://host:port</c>.
    /// </summary>
    /// <exception cref="MediaException">It is none of these (<see cref="MediaFault.BadUri"/>).</exception>
    public static SinkUri Parse(string text)
    {
        var uri = MediaUri.Parse(text);
        uri.AllowOptions();
        return uri.Scheme switch
        {
            MediaUri.Path or "file" => FFmpegOutput.CanWrite(uri.Target)
                ? new FileSinkUri(uri.Target)
                : throw uri.Bad($"a video file's name ends in {FFmpegOutput.Extensions}; {Known}"),
            "images" => new ImagesSinkUri(uri.Target),
            "null" => uri.Target.Length == 0 ? new NullSinkUri() : throw uri.Bad("nothing follows null:"),
            "web" => WebSinkUri.Parse(uri),
            _ => throw uri.Bad($"{uri.Scheme}: is no kind of sink known here; {Known}"),
        };
    }

    /// <summary>The sink's display name, in the ledger too.</summary>
    public abstract string Name { get; }

    /// <summary>Opens the sink.</summary>
    /// <exception cref="MediaException">It cannot be written, or what is needed for it is not installed.</exception>
    /// <exception cref="InvalidOperationException">It is a <see cref="WebSinkUri"/>.</exception>
    public abstract FrameSink Open(LedgerAccount account, SinkOptions options);
}

/// <summary>A video file.</summary>
sealed record FileSinkUri(string Path) : SinkUri
{
    /// <inheritdoc/>
    public override string Name => $"file:{Path}";

    /// <inheritdoc/>
    public override FrameSink Open(LedgerAccount account, SinkOptions options) => new FileSink(account, Path, options.Force);
}

/// <summary>A folder of JPEG files.</summary>
sealed record ImagesSinkUri(string Folder) : SinkUri
{
    /// <inheritdoc/>
    public override string Name => $"images:{Folder}";

    /// <inheritdoc/>
    public override FrameSink Open(LedgerAccount account, SinkOptions options) => new ImagesSink(account, Folder, options.Force);
}

/// <summary>No place at all: frames are only counted.</summary>
sealed record NullSinkUri : SinkUri
{
    /// <inheritdoc/>
    public override string Name => "null:";

    /// <inheritdoc/>
    public override FrameSink Open(LedgerAccount account, SinkOptions options) => new NullSink(account);
}

/// <summary>The live page's address. The application serves the page, so this library does not open it.</summary>
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
        {
            throw uri.Bad("the live page is web://HOST:PORT, as web://127.0.0.1:8080");
        }
        return new(address.IdnHost, address.Port < 0 ? DefaultPort : address.Port);
    }
}
