using FastCam.Video.Frames;

namespace FastCam.Video.Sources.Uris;

/// <summary>Pictures: a folder, or a pattern of file names.</summary>
public sealed record ImagesSourceUri(string Place, FrameRate Rate) : SourceUri
{
    internal static readonly FrameRate DefaultRate = new(1, 1);

    internal static ImagesSourceUri Parse(MediaUri uri)
    {
        uri.AllowOptions("rate");
        var rate = DefaultRate;
        if (uri["rate"] is { } text && !FrameRate.TryParse(text, out rate))
            throw uri.Bad($"rate={text} is no number of frames a second above 0 and up to 1000");
        return new(uri.Target, rate);
    }

    private protected override FrameSource OpenAsIs(SourceOptions options) => new ImageFolderSource(Place, Rate, options.Loop);
}
