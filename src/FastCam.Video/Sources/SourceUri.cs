namespace FastCam.Video;

/// <summary>How a source is to be played.</summary>
/// <param name="Loop">Begin anew at its end, for ever.</param>
/// <param name="Realtime">Announce each frame when its presentation time is due, rather than as fast as it is taken.</param>
public sealed record SourceOptions(bool Loop = false, bool Realtime = false);

/// <summary>What a source's URI says. Nothing is looked for before <see cref="Open"/>.</summary>
public abstract record SourceUri
{
    const string Known = "give a video file, a picture, a folder or pattern of pictures, file:PATH, images:FOLDER or test:WIDTHxHEIGHT@RATE";

    /// <summary>
    /// Reads a URI: a plain path (a video, a picture, a folder of pictures, or a pattern with <c>*</c> and <c>?</c> in
    /// its last part), <c>file:</c> and any path literally, <c>images:folder?rate=2</c>, <c>test:1280x720@30?frames=2000</c>.
    /// </summary>
    /// <exception cref="MediaException">It is none of these (<see cref="MediaFault.BadUri"/>).</exception>
    public static SourceUri Parse(string text)
    {
        var uri = MediaUri.Parse(text);
        return uri.Scheme switch
        {
            MediaUri.Path => PathSourceUri.Parse(uri),
            "file" => new PathSourceUri(uri.Target),
            "images" => ImagesSourceUri.Parse(uri),
            "test" => TestSourceUri.Parse(uri),
            _ => throw uri.Bad($"{uri.Scheme}: is no kind of source known here; {Known}"),
        };
    }

    /// <summary>Opens the source.</summary>
    /// <exception cref="MediaException">It does not exist, or what is needed to read it is not installed.</exception>
    public FrameSource Open(SourceOptions options)
    {
        var source = Open(options.Loop);
        return options.Realtime ? new PacedSource(source) : source;
    }

    private protected abstract FrameSource Open(bool loop);
}
