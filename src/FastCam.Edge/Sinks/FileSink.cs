using FastCam.Video;
using FastCam.Video.Writers;

namespace FastCam.Edge.Sinks;

/// <summary>A video file: a path alone, or <c>file:</c> and a path.</summary>
/// <param name="Path">The file; its extension chooses the container: .mp4, .mov or .mkv.</param>
sealed record FileSinkUri(string Path) : SinkUri
{
    public static SinkScheme OfPaths { get; } = new(MediaUri.Path, $"a video file ({VideoFileWriter.Extensions})", Parse);

    public static SinkScheme Scheme { get; } = new("file", "file:PATH", Parse);

    public override string Name => $"file:{Path}";

    public override Sink Open(SinkOpening opening) => new WriterSink(new VideoFileWriter(opening.Account, Path, opening.Force));

    static FileSinkUri Parse(MediaUri uri)
    {
        uri.AllowOptions();
        return VideoFileWriter.CanWrite(uri.Target)
            ? new FileSinkUri(uri.Target)
            : throw uri.Bad($"a video file's name ends in {VideoFileWriter.Extensions}");
    }
}
