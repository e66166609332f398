using FastCam.Video.Cameras;
using FastCam.Video.Capture;
using FastCam.Video.FFmpeg;
using FastCam.Video.Frames;
using FastCam.Video.Libraries;
using FastCam.Video.Live;
using FastCam.Video.Network;
using FastCam.Video.Network.Rtsp;
using FastCam.Video.Nut;
using FastCam.Video.Stills;

namespace FastCam.Video.Sources.Uris;

/// <summary>What a source's URI says. Nothing is looked for before <see cref="Open"/>.</summary>
public abstract record SourceUri
{
    const string Known = "give a video file, an image, a folder or pattern of images, file:PATH, images:FOLDER, camera:0, rtsp://HOST/PATH, onvif://HOST, "
        + "http://HOST/PATH, rtmp://HOST/APPLICATION/KEY, srt://HOST:PORT, udp://:PORT, sdp:FILE (RTP), pipe: or test:WIDTHxHEIGHT@RATE";

    /// <summary>
    /// The pace that the URI asks for. True: each frame when its time is due; false: as fast as frames are taken; null: it does not say.
    /// </summary>
    public bool? Realtime { get; init; }

    /// <summary>
    /// Reads a URI: a plain path (a video, an image, a folder of images, or a pattern with <c>*</c> and <c>?</c> in its last
    /// part), <c>file:</c> and any path literally, <c>images:folder?rate=2</c>, <c>test:1280x720@30?frames=2000</c>, each of
    /// these but <c>file:</c> with <c>?pace=realtime</c> or <c>max</c>; <c>camera:0</c>, <c>camera:NAME</c> or
    /// <c>/dev/video0</c> with <c>?size=1280x720&amp;rate=30&amp;format=mjpeg</c>; <c>rtsp://</c> and <c>rtsps://</c> with
    /// <c>?transport=udp</c>; <c>onvif://</c> and <c>onvifs://</c>, a camera that tells where its stream is, with
    /// <c>?profile=NAME</c> and <c>&amp;transport=udp</c>; <c>rtmp://</c> and <c>rtmps://</c>, <c>srt://</c> with
    /// <c>?streamid=x&amp;latency=200</c>, both with <c>?mode=listener</c>, and <c>udp://</c> (MPEG-TS); <c>sdp:file</c>, or a plain
    /// path to such a file (RTP); <c>http://</c> and <c>https://</c> (MJPEG, HLS, or one JPEG, with <c>?every=2s</c>); <c>pipe:</c>
    /// (NUT or Y4M on standard input).
    /// </summary>
    /// <exception cref="MediaException">It is none of these (<see cref="MediaFault.BadUri"/>).</exception>
    public static SourceUri Parse(string text)
    {
        var uri = MediaUri.Parse(text).WithoutPace(out var realtime);
        SourceUri source = uri.Scheme switch
        {
            MediaUri.Path when CameraSourceUri.IsDevice(uri.Target) => CameraSourceUri.Parse(uri),
            MediaUri.Path => PathSourceUri.Parse(uri),
            "file" => new PathSourceUri(uri.Target),
            "images" => ImagesSourceUri.Parse(uri),
            "test" => TestSourceUri.Parse(uri),
            "camera" => CameraSourceUri.Parse(uri),
            "rtsp" or "rtsps" => RtspSourceUri.Parse(uri),
            "onvif" or "onvifs" => OnvifSourceUri.Parse(uri),
            "http" or "https" => HttpSourceUri.Parse(uri),
            "rtmp" or "rtmps" => RtmpSourceUri.Parse(uri),
            "srt" => SrtSourceUri.Parse(uri),
            "udp" => UdpSourceUri.Parse(uri),
            "sdp" => SdpSourceUri.Parse(uri),
            "pipe" => PipeSourceUri.Parse(uri),
            _ => throw uri.Bad($"{uri.Scheme}: is no kind of source known here; {Known}"),
        };
        if (realtime is not null && source is not (PathSourceUri or ImagesSourceUri or TestSourceUri))
            throw uri.Bad("a live source has its own pace");
        return realtime is null ? source : source with { Realtime = realtime };
    }

    /// <summary>Opens the source. A live source is opened even while nothing answers, and then waits for its other end.</summary>
    /// <exception cref="MediaException">It does not exist, or what is needed to read it is not installed.</exception>
    public FrameSource Open(SourceOptions options)
    {
        var source = OpenAsIs(options);
        if (options.Mirror)
            source = new MirroredSource(source);
        return Realtime ?? options.Realtime ? new PacedSource(source) : source;
    }

    private protected abstract FrameSource OpenAsIs(SourceOptions options);
}

/// <summary>A place in the file system: a video, an image, a folder of images, or a description of RTP. Which it is shows when it is opened.</summary>
sealed record PathSourceUri(string Path) : SourceUri
{
    internal static SourceUri Parse(MediaUri uri)
    {
        var folder = System.IO.Path.GetDirectoryName(uri.Target) ?? "";
        if (folder.AsSpan().ContainsAny('*', '?'))
            throw uri.Bad("* and ? are understood in the last part of a path only");
        return uri.Options.Count > 0 || System.IO.Path.GetFileName(uri.Target).AsSpan().ContainsAny('*', '?')
            ? ImagesSourceUri.Parse(uri)
            : new PathSourceUri(uri.Target);
    }

    private protected override FrameSource OpenAsIs(SourceOptions options) => SessionFile.IsNamedSo(Path)
        ? new SdpSourceUri(Path).Open(options with { Mirror = false, Realtime = false })
        : Directory.Exists(Path) || (File.Exists(Path) && IsStill(Path))
        ? new ImageFolderSource(Path, ImagesSourceUri.DefaultRate, options.Loop)
        : options.Capture == CaptureBackend.Opencv
        ? MediaLibrary.Load().OpenFile(Path, options.Loop)
        : FFmpegSource.OpenVideo(Path, options.Loop);

    /// <summary>Whether a file is an image by its content, or by its name. A GIF moves, so it is a video.</summary>
    static bool IsStill(string path) => StillFormat.Find(path) is { } format ? !format.Moves : StillFormat.IsNamedSo(path);
}

/// <summary>Images: a folder, or a pattern of file names.</summary>
sealed record ImagesSourceUri(string Place, FrameRate Rate) : SourceUri
{
    public static readonly FrameRate DefaultRate = new(1, 1);

    internal static ImagesSourceUri Parse(MediaUri uri)
    {
        uri.AllowOptions("rate");
        return new(uri.Target, FrameRate.ParseOption(uri) ?? DefaultRate);
    }

    private protected override FrameSource OpenAsIs(SourceOptions options) => new ImageFolderSource(Place, Rate, options.Loop);
}

/// <summary>A camera of this machine.</summary>
/// <param name="Camera">A number, a name or part of one, or a device file; empty: the first camera.</param>
/// <param name="Mode">How it is to run.</param>
sealed record CameraSourceUri(string Camera, CameraMode Mode) : SourceUri
{
    public static bool IsDevice(string path) => path.StartsWith("/dev/video", StringComparison.Ordinal);

    internal static CameraSourceUri Parse(MediaUri uri) => new(uri.Target, CameraMode.Parse(uri));

    private protected override FrameSource OpenAsIs(SourceOptions options)
    {
        var connector = new CameraConnector(CameraDevices.Locate(Camera), Mode, options);
        return new SupervisedSource(connector, options.Supervision);
    }
}

/// <summary>An RTSP server's stream.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Transport">How packets are to come; null: as the server can, within the connection if it can.</param>
sealed record RtspSourceUri(StreamAddress Address, RtspTransport? Transport = null) : SourceUri
{
    internal static RtspSourceUri Parse(MediaUri uri)
    {
        var address = StreamAddress.Parse(uri).Take("transport", out var transport);
        return new(address, ParseTransport(uri, transport, address.IsEncrypted));
    }

    /// <returns>Null where the address does not say.</returns>
    internal static RtspTransport? ParseTransport(MediaUri uri, string? text, bool isEncrypted) => text switch
    {
        null => null,
        "tcp" => RtspTransport.Tcp,
        "udp" when !isEncrypted => RtspTransport.Udp,
        "udp" => throw uri.Bad($"by UDP frames would come unencrypted: {uri.Scheme} takes TCP"),
        _ => throw uri.Bad($"transport={text} is neither tcp nor udp"),
    };

    private protected override FrameSource OpenAsIs(SourceOptions options)
    {
        var connector = new RtspConnector(Address.WithDefaultLogin(options.Login), Transport, options);
        return new SupervisedSource(connector, options.Supervision);
    }
}

/// <summary>A stream over HTTP: MJPEG, HLS, a file, or one image that is fetched again and again.</summary>
/// <param name="Address">The address as it stands, with <paramref name="Every"/>, which may be an option of the server's.</param>
/// <param name="Every">How often one image is fetched; null: it does not say.</param>
sealed record HttpSourceUri(StreamAddress Address, TimeSpan? Every = null) : SourceUri
{
    internal static HttpSourceUri Parse(MediaUri uri)
    {
        var address = StreamAddress.Parse(uri);
        address.Take(SnapshotSource.Option, out var text);
        if (text is null || Period.Parse(text) is not { } every)
            return new(address);
        return every >= SnapshotSource.Shortest && every <= SnapshotSource.Longest
            ? new(address, every)
            : throw uri.Bad($"every={text} is not from 20ms to 1440m");
    }

    private protected override FrameSource OpenAsIs(SourceOptions options)
    {
        var connector = new HttpConnector(Address.WithDefaultLogin(options.Login), Every, options);
        return new SupervisedSource(connector, options.Supervision);
    }
}

/// <summary>A video on our standard input, in NUT or Y4M.</summary>
sealed record PipeSourceUri : SourceUri
{
    internal static PipeSourceUri Parse(MediaUri uri)
    {
        uri.AllowOptions();
        return uri.Target.Length == 0 ? new() : throw uri.Bad("nothing follows pipe:");
    }

    private protected override FrameSource OpenAsIs(SourceOptions options)
    {
        var tool = FFmpegTool.Find();
        return new FFmpegSource(new CaptureCommand("standard input", tool.Path, FFmpegInput.Pipe(tool), output => new NutReader(output))
        {
            IsFinite = true,
            Companion = new StreamFeed("standard input", Console.OpenStandardInput()),
        });
    }
}

/// <summary>The synthetic source.</summary>
/// <param name="Format">The frames' size.</param>
/// <param name="Rate">Frames a second.</param>
/// <param name="Frames">How many frames there are; null: no end.</param>
sealed record TestSourceUri(FrameFormat Format, FrameRate Rate, long? Frames) : SourceUri
{
    internal static TestSourceUri Parse(MediaUri uri)
    {
        uri.AllowOptions("frames");
        var format = new FrameFormat(1280, 720);
        var at = uri.Target.IndexOf('@');
        var size = at < 0 ? uri.Target : uri.Target[..at];
        if (size.Length > 0 && !FrameFormat.TryParse(size, Smallest, out format))
            throw uri.Bad($"{size} is no size from {Smallest} to {FrameFormat.MaximumWidth}x{FrameFormat.MaximumHeight}");
        var rate = at < 0 ? new FrameRate(30, 1) : FrameRate.Parse(uri, uri.Target[(at + 1)..]);
        long? frames = null;
        if (uri["frames"] is { } text)
            frames = long.TryParse(text, out var count) && count > 0 ? count : throw uri.Bad($"frames={text} is no number of frames");
        return new(format, rate, frames);
    }

    static FrameFormat Smallest => new(BarCode.SmallestWidth, BarCode.SmallestHeight);

    private protected override FrameSource OpenAsIs(SourceOptions options) => new TestPattern(Format, Rate, options.Loop ? null : Frames);
}
