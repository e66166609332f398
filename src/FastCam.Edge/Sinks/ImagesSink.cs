using FastCam.Video;
using FastCam.Video.Writers;

namespace FastCam.Edge.Sinks;

/// <summary>A folder of JPEG files: <c>images:</c> and a folder.</summary>
/// <param name="Folder">The folder; it is made if it does not exist.</param>
sealed record ImagesSinkUri(string Folder) : SinkUri
{
    public static SinkScheme Scheme { get; } = new("images", "images:FOLDER", Parse);

    public override string Name => $"images:{Folder}";

    public override Sink Open(SinkOpening opening) => new WriterSink(new ImageFolderWriter(opening.Account, Folder, opening.Force));

    static ImagesSinkUri Parse(MediaUri uri)
    {
        uri.AllowOptions();
        return new ImagesSinkUri(uri.Target);
    }
}
