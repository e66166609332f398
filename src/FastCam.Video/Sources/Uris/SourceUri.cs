using FastCam.Video.Network;

namespace FastCam.Video.Sources.Uris;

/// <summary>What a source's URI says. Nothing is looked for before <see cref="Open"/>.</summary>
public abstract record SourceUri
{
    const string Known = "give a video file, a picture, a folder or pattern of pictures, file:PATH, images:FOLDER, camera:0, rtsp://HOST/PATH, http://HOST/PATH, pipe: or test:WIDTHxHEIGHT@RATE";

    /// <summary>The pace that the URI asks for: true: each frame when its time is due; false: as fast as frames are taken; null: it does not say.</summary>
    public bool? Realtime { get; init; }

    /// <summary>
    /// Reads a URI: a plain path (a video, a picture, a folder of pictures, or a pattern with <c>*</c> and <c>?</c> in
    /// its last part), <c>file:</c> and any path literally, <c>images:folder?rate=2</c>, <c>test:1280x720@30?frames=2000</c>,
    /// each of these with <c>?pace=realtime</c> or <c>max</c> but <c>file:</c>; <c>camera:0</c>, <c>camera:NAME</c> or
    /// <c>/dev/video0</c> with <c>?size=1280x720&amp;rate=30&amp;format=mjpeg</c>; <c>rtsp://</c> and <c>rtsps://</c> with
    /// <c>?transport=udp</c>; <c>http://</c> and <c>https://</c> (MJPEG and HLS); <c>pipe:</c> (NUT or Y4M on standard input).
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
            "http" or "https" => new HttpSourceUri(StreamAddress.Parse(uri)),
            "pipe" => PipeSourceUri.Parse(uri),
            _ => throw uri.Bad($"{uri.Scheme}: is no kind of source known here; {Known}"),
        };
        if (realtime is not null && source is not (PathSourceUri or ImagesSourceUri or TestSourceUri))
            throw uri.Bad("a live source has its own pace");
        return realtime is null ? source : source with { Realtime = realtime };
    }

    /// <summary>Opens the source. A live one is opened even while nothing answers: it waits for it.</summary>
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
