using FastCam.Video.Capture;
using FastCam.Video.Stills;

namespace FastCam.Video.Sources.Uris;

/// <summary>A place in the file system: a video, one picture, or a folder of pictures; which, shows when it is opened.</summary>
public sealed record PathSourceUri(string Path) : SourceUri
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

    private protected override FrameSource OpenAsIs(SourceOptions options) => Directory.Exists(Path) || (File.Exists(Path) && IsStill(Path))
        ? new ImageFolderSource(Path, ImagesSourceUri.DefaultRate, options.Loop)
        : FFmpegSource.OpenVideo(Path, options.Loop);

    /// <summary>Told by its content, or by a name that says so. A GIF moves, so it is a video.</summary>
    static bool IsStill(string path) => StillFormat.Find(path) is { } format ? !format.Moves : StillFormat.IsNamedSo(path);
}
